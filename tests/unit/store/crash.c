/* A process that is killed at any moment: what it was told is kept is there when the
 * file is opened again, once and in order, and each message has its id. */
#include "rig.h"
#include "suites.h"

#include "base/random.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 30, CHANNELS = 3, IN_FLIGHT = 48, LIMIT = 1000000 };

/* In the child: appends to every channel, and says through a pipe what was kept. */
struct appender {
	struct store *store;
	int pipe;
	uint64_t next[CHANNELS];
	unsigned in_flight;
};

struct acknowledgement {
	uint64_t channel;
	uint64_t position;
};

struct one {
	struct appender *appender;
	struct acknowledgement what;
};

static const char *const names[CHANNELS] = {"a", "b", "c"};

static void acknowledged(void *context, const struct store_outcome *outcome)
{
	struct one *one = context;

	if (outcome->result != 0 || write(one->appender->pipe, &one->what, sizeof one->what) < 0)
		_exit(3);
	one->appender->in_flight--;
	free(one);
}

static void append_one(struct appender *a, unsigned channel)
{
	struct one *one = calloc(1, sizeof *one);
	struct stored_message m = {.position = a->next[channel]++, .time = rig_now(), .expires = UINT64_MAX};
	struct stored_id value = {.expires = rig_now() + 10000000};
	char text[64], id[32];

	if (!one)
		_exit(4);
	*one = (struct one){a, {channel, m.position}};
	m.text = text;
	m.size = (size_t)snprintf(text, sizeof text, "{\"text\":\"%s %llu\"}", names[channel], (unsigned long long)m.position);
	value.id = id;
	value.size = (size_t)snprintf(id, sizeof id, "%s%llu", names[channel], (unsigned long long)m.position);
	a->in_flight++;
	a->store->ops->append(a->store, names[channel], "e", &m, LIMIT, &value, acknowledged, one);
}

static void append_for_ever(const char *path, int fd, const uint64_t last[CHANNELS])
{
	struct appender a = {.store = store_sqlite_new(path, MAX_IDS, NULL), .pipe = fd};
	struct pollfd in;

	if (!a.store)
		_exit(5);
	for (unsigned c = 0; c < CHANNELS; c++)
		a.next[c] = last[c] + 1;
	in = (struct pollfd){.fd = a.store->fd, .events = POLLIN};
	for (unsigned n = 0;; n++) {
		while (a.in_flight < IN_FLIGHT)
			append_one(&a, n++ % CHANNELS);
		poll(&in, 1, -1);
		a.store->poll(a.store, 1000);
	}
}

/* Kill it after some acknowledgements; the last of each channel that was said. */
static void run_and_kill(const struct rig *r, uint64_t last[CHANNELS])
{
	unsigned wanted = 1 + (unsigned)random_below(800), seen = 0;
	struct acknowledgement ack;
	int fds[2], status;
	pid_t child;

	REQUIRE_INT(pipe(fds), 0);
	child = fork();
	if (child == 0) {
		close(fds[0]);
		append_for_ever(r->path, fds[1], last);
	}
	close(fds[1]);
	while (read(fds[0], &ack, sizeof ack) == (ssize_t)sizeof ack) {
		if (ack.channel < CHANNELS)
			last[ack.channel] = ack.position;
		if (++seen == wanted)
			kill(child, SIGKILL);
	}
	close(fds[0]);
	waitpid(child, &status, 0);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	CHECK(seen >= wanted);
}

struct seen {
	unsigned channel;
	uint64_t last;
	unsigned wrong;
	bool told;
};

static void check_all(void *context, const struct store_outcome *o)
{
	struct seen *s = context;
	char text[64];

	for (size_t i = 0; i < o->count; i++) {
		const struct stored_message *m = &o->messages[i];
		int size = snprintf(text, sizeof text, "{\"text\":\"%s %llu\"}", names[s->channel], (unsigned long long)(i + 1));

		s->wrong += m->position != i + 1 || m->size != (size_t)size || memcmp(m->text, text, m->size) != 0;
	}
	s->wrong += o->last != o->count;
	s->last = o->last;
	s->told = true;
}

/* Everything said is there; how many messages there are. */
static uint64_t check_channels(struct rig *r, uint64_t last[CHANNELS])
{
	uint64_t total = 0;

	for (unsigned c = 0; c < CHANNELS; c++) {
		struct seen s = {.channel = c};

		r->store->ops->load_channel(r->store, names[c], LIMIT, rig_now(), check_all, &s);
		rig_channel(r, names[c], 0);
		CHECK(s.told);
		CHECK_INT(s.wrong, 0);
		CHECK(s.last >= last[c]);
		last[c] = s.last;
		total += s.last;
	}
	return total;
}

static void nothing_acknowledged_is_lost(void)
{
	uint64_t last[CHANNELS] = {0}, total = 0;
	struct rig r;

	rig_sqlite(&r);
	for (unsigned round = 0; round < ROUNDS; round++) {
		size_t ids;

		r.store->ops->free(r.store);
		r.store = NULL;
		run_and_kill(&r, last);
		rig_reopen(&r, MAX_IDS);
		total = check_channels(&r, last);
		free(rig_ids(&r, rig_now(), &ids, NULL));
		CHECK_INT(ids, total);
	}
	CHECK(total > ROUNDS);
	rig_fini(&r);
}

static const struct test tests[] = {
	{"a killed process loses nothing that was acknowledged", nothing_acknowledged_is_lost},
	{NULL, NULL},
};

const struct suite crash_suite = {"store: crash", tests};
