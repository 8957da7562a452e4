/* store_sqlite - the store in an SQLite file: the hub's side of it.  A call goes to
 * the writer through one inbox and comes back through another, which is the store's
 * fd.  The ids of a load travel a batch at a time, the next one asked for when the
 * last was told, so that neither thread nor memory is filled with them. */
#include "store/store_sqlite.h"

#include "store/store_front.h"
#include "store/writer.h"

#include "base/xalloc.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct store_sqlite {
	struct store_front front;
	pthread_t thread;
	struct inbox_node nudge; /* posted to ourselves to keep the fd readable */
	bool nudged;
	struct writer writer;    /* the thread's, except for the inboxes */
};

static void submit(struct store_front *front, struct store_call *call)
{
	struct store_sqlite *q = (struct store_sqlite *)front;

	inbox_put(q->writer.calls, &call->node);
}

/* Tell it; the next batch of a load takes the way of a new call. */
static void tell(struct store_sqlite *q, struct store_call *call)
{
	store_call_tell(call);
	if (call->kind == CALL_LOAD_IDS && call->outcome.id_count > 0) {
		call->next = call->after;
		store_call_clear(call);
		inbox_put(q->writer.calls, &call->node);
	} else {
		store_call_free(call);
	}
}

static struct store_call *take_outcome(struct store_sqlite *q)
{
	struct inbox_node *node = inbox_take(q->writer.outcomes);

	if (node == &q->nudge) {
		q->nudged = false;
		node = inbox_take(q->writer.outcomes);
	}
	return (struct store_call *)node;
}

/* Not cleared before it looks empty, so that the fd stays readable after a poll that
 * stopped at its bound; one that stops behind the clearing wakes itself. */
static size_t poll_sqlite(struct store *s, size_t max)
{
	struct store_sqlite *q = (struct store_sqlite *)s;
	bool cleared = false;
	size_t told = 0;

	while (told < max) {
		struct store_call *call = take_outcome(q);

		if (call) {
			tell(q, call);
			told++;
		} else if (cleared) {
			return told;
		} else {
			inbox_clear(q->writer.outcomes);
			cleared = true;
		}
	}
	if (cleared && !q->nudged) {
		q->nudged = true;
		inbox_put(q->writer.outcomes, &q->nudge);
	}
	return told;
}

static void free_outcomes(struct store_sqlite *q)
{
	struct store_call *call;

	while ((call = take_outcome(q)))
		store_call_free(call);
}

static void discard(struct store_sqlite *q)
{
	database_close(&q->writer.database);
	inbox_free(q->writer.calls);
	inbox_free(q->writer.outcomes);
	free(q);
}

static void free_sqlite(struct store *s)
{
	struct store_sqlite *q = (struct store_sqlite *)s;

	if (!q)
		return;
	submit(&q->front, store_call_new(&(struct store_arguments){.kind = CALL_STOP}));
	pthread_join(q->thread, NULL);
	free_outcomes(q);
	discard(q);
}

/* Signals are for the others; and a file that grows too large is an error here, not
 * the end of the process. */
static int start_thread(struct store_sqlite *q)
{
	sigset_t all, before;
	int result;

	sigfillset(&all);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	sigdelset(&all, SIGABRT);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	result = pthread_create(&q->thread, NULL, writer_run, &q->writer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -result;
}

static int start(struct store_sqlite *q, const char *path, size_t max_ids, struct error *err)
{
	int result = database_open(&q->writer.database, path, max_ids, err);

	if (result < 0)
		return result;
	q->writer.calls = inbox_new();
	q->writer.outcomes = inbox_new();
	if (!q->writer.calls || !q->writer.outcomes)
		return error_set(err, -EMFILE, "%s: no descriptor left: raise the limit of open files (ulimit -n)", path);
	result = start_thread(q);
	return result == 0 ? 0 : error_set(err, result, "%s: no thread for the store: %s", path, strerror(-result));
}

struct store *store_sqlite_new(const char *path, size_t max_ids, struct error *err)
{
	static const struct store_ops ops = {.name = "sqlite", STORE_FRONT_OPS, .free = free_sqlite};
	struct store_sqlite *q = xcalloc(1, sizeof *q);

	if (start(q, path, max_ids, err) < 0) {
		discard(q);
		return NULL;
	}
	q->front.store = (struct store){.ops = &ops, .fd = inbox_fd(q->writer.outcomes), .poll = poll_sqlite};
	q->front.submit = submit;
	return &q->front.store;
}

void store_sqlite_execute(struct store *s, const char *sql, store_done_fn *done, void *context)
{
	struct store_sqlite *q = (struct store_sqlite *)s;

	submit(&q->front, store_call_new(&(struct store_arguments){.kind = CALL_EXECUTE, .name = sql, .done = done,
		.context = context}));
}
