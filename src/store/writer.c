/* writer - see writer.h.  The group commit needs no timer: while one transaction is
 * being made durable, calls gather for the next.
 *
 * When a transaction fails because of the disk, every call of it that writes has
 * failed, and those that only read are done again without it.  When a call of it is
 * at fault, the calls are done again one by one. */
#include "store/writer.h"

#include "base/clock.h"
#include "store/database_calls.h"

#include <errno.h>
#include <poll.h>

static void gather(struct writer *w)
{
	size_t weight = 0;
	struct inbox_node *node;

	w->count = 0;
	while (w->count < GROUP_CALLS && weight < GROUP_BYTES && (node = inbox_take(w->calls))) {
		struct store_call *call = (struct store_call *)node;

		if (call->kind == CALL_STOP) {
			w->stopping = true;
			store_call_free(call);
			continue;
		}
		weight += call->weight;
		w->group[w->count++] = call;
	}
}

static int do_again(struct database *d, struct store_call *call, bool read_only)
{
	store_call_clear(call);
	call->read_only = read_only;
	return database_do(d, call);
}

/* One transaction for calls that follow each other.  After a failure nothing of
 * it is left and the reason stands in d->err. */
static int do_together(struct database *d, struct store_call *const *calls, size_t count)
{
	int result = database_run(d, BEGIN);

	for (size_t i = 0; i < count && result == 0; i++)
		result = do_again(d, calls[i], false);
	if (result == 0)
		result = database_run(d, COMMIT);
	if (result < 0 && !sqlite3_get_autocommit(d->db)) {
		struct error reason = d->err;

		database_run(d, ROLLBACK);
		d->err = reason;
	}
	return result;
}

/* A damaged page too is met by those alone whose channel or mailbox lies there. */
static bool is_fault_of_call(int result)
{
	return result == -EINVAL || result == -EMSGSIZE || result == -EBADMSG;
}

/* The disk is at fault: only what reads may still be done. */
static void fail(struct database *d, struct store_call *call, int result, const struct error *reason)
{
	if (!store_call_is_load(call))
		store_call_fail(call, result, "%s", reason->text);
	else if ((result = do_again(d, call, true)) < 0)
		store_call_fail(call, result, "%s", d->err.text);
}

static void fail_all(struct database *d, struct store_call *const *calls, size_t count, int result)
{
	struct error reason = d->err;

	for (size_t i = 0; i < count; i++)
		fail(d, calls[i], result, &reason);
}

static void do_one_by_one(struct database *d, struct store_call *const *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int result = do_together(d, &calls[i], 1);

		if (result < 0)
			fail_all(d, &calls[i], 1, result);
	}
}

static void do_group(struct writer *w)
{
	int result = do_together(&w->database, w->group, w->count);

	if (result == -ENOSPC && database_make_room(&w->database))
		result = do_together(&w->database, w->group, w->count);
	if (result < 0 && is_fault_of_call(result) && w->count > 1)
		do_one_by_one(&w->database, w->group, w->count);
	else if (result < 0)
		fail_all(&w->database, w->group, w->count, result);
}

static void post_outcomes(struct writer *w)
{
	for (size_t i = 0; i < w->count; i++)
		inbox_put(w->outcomes, &w->group[i]->node);
}

static void wait_for_calls(struct writer *w)
{
	struct pollfd in = {.fd = inbox_fd(w->calls), .events = POLLIN};

	poll(&in, 1, sweep_timeout(&w->sweep, clock_monotonic()));
	inbox_clear(w->calls);
}

void *writer_run(void *writer)
{
	struct writer *w = writer;

	for (;;) {
		gather(w);
		if (w->count > 0) {
			do_group(w);
			post_outcomes(w);
			database_checkpoint(&w->database);
		} else if (w->stopping) {
			return NULL;
		} else {
			wait_for_calls(w);
		}
		sweep_slice(&w->sweep, &w->database, clock_monotonic(), clock_wall());
	}
}
