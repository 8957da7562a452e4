/* bench_store - what a store costs: appends per second with so many publishers that
 * each wait for an outcome, calls per second of the memory store, how long a file
 * with many messages takes to open, closed well or not, and to tell its ids.
 *
 * usage: bench_store [folder, default /tmp [messages for the start, default 1000000]] */
#include "base/clock.h"
#include "muster/store.h"

#include <inttypes.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PUBLISHERS = 16, TEXT = 200, HISTORY = 1000, NO_LIMIT = 100000000, MAX_IDS = 1000000 };

struct run {
	struct store *store;
	unsigned channels;
	unsigned in_flight; /* of each publisher */
	bool ids;
	size_t limit;
	uint64_t wanted, begun, done, failed;
	uint64_t position[PUBLISHERS];
};

struct publisher {
	struct run *run;
	unsigned channel;
};

static char text[TEXT + 1];

static void append(struct publisher *p);

static void on_appended(void *context, const struct store_outcome *o)
{
	struct publisher *p = context;

	p->run->done++;
	p->run->failed += o->result < 0;
	if (p->run->begun < p->run->wanted)
		append(p);
}

static void append(struct publisher *p)
{
	struct run *r = p->run;
	uint64_t position = ++r->position[p->channel], now = clock_wall();
	char channel[16], id[40];
	struct stored_message m = {.position = position, .time = now, .expires = now + 3600000, .text = text, .size = TEXT};
	struct stored_id value = {.id = r->ids ? id : NULL, .expires = now + 43200000};

	snprintf(channel, sizeof channel, "channel%u", p->channel);
	value.size = (size_t)snprintf(id, sizeof id, "backend-%02u-%021" PRIu64, p->channel, position);
	r->begun++;
	r->store->ops->append(r->store, channel, "k3v9", &m, r->limit, &value, on_appended, p);
}

static void turn(struct store *s)
{
	struct pollfd in = {.fd = s->fd, .events = POLLIN};

	if (s->poll(s, 1024) == 0 && in.fd >= 0)
		poll(&in, 1, 1000);
}

static double cpu_seconds(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* The run's appends; per second. */
static double appends(struct run *r)
{
	struct publisher publishers[PUBLISHERS];
	uint64_t from = clock_monotonic(), ms;

	for (unsigned i = 0; i < PUBLISHERS; i++) {
		publishers[i] = (struct publisher){r, i % r->channels};
		for (unsigned n = 0; n < r->in_flight && r->begun < r->wanted; n++)
			append(&publishers[i]);
	}
	while (r->done < r->wanted)
		turn(r->store);
	ms = clock_monotonic() - from;
	if (r->failed > 0)
		printf("FAILED: %" PRIu64 "\n", r->failed);
	return (double)r->done * 1000.0 / (double)(ms ? ms : 1);
}

static struct store *open_store(const char *path)
{
	struct error err = {""};
	struct store *s = store_sqlite_new(path, MAX_IDS, &err);

	if (!s) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	return s;
}

static void remove_store(const char *path)
{
	char wal[256];

	snprintf(wal, sizeof wal, "%s-wal", path);
	unlink(wal);
	unlink(path);
}

static double mebibytes(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (double)st.st_size / 1048576 : 0;
}

static void measure_file(const char *path, unsigned channels, unsigned in_flight, bool ids)
{
	struct run r = {.channels = channels, .in_flight = in_flight, .ids = ids, .limit = HISTORY,
		.wanted = in_flight == 1 ? 20000 : 400000};
	double cpu = cpu_seconds(), rate;

	remove_store(path);
	r.store = open_store(path);
	rate = appends(&r);
	printf("sqlite, %u x %2u in flight, %2u channels%s: %7.0f appends/s, %4.1f us CPU each, file %.1f MiB\n",
		PUBLISHERS, in_flight, channels, ids ? ", with ids" : "          ", rate,
		(cpu_seconds() - cpu) * 1e6 / (double)r.done, mebibytes(path));
	r.store->ops->free(r.store);
}

static void measure_memory(void)
{
	struct run r = {.channels = 16, .in_flight = 64, .limit = HISTORY, .wanted = 2000000};
	struct mallinfo2 before, after;
	double rate;

	r.store = store_memory_new();
	rate = appends(&r);
	printf("memory: %.0f appends/s\n", rate);
	r.store->ops->free(r.store);
	r.store = store_memory_new();
	before = mallinfo2();
	for (unsigned i = 0; i < 100000; i++) {
		struct stored_message m = {.position = 1, .time = 1, .expires = 1, .text = text, .size = TEXT};
		char channel[20];

		snprintf(channel, sizeof channel, "channel%u", i);
		r.store->ops->append(r.store, channel, "k3v9", &m, 0, NULL, NULL, NULL);
		r.store->poll(r.store, 1);
	}
	after = mallinfo2();
	printf("memory: %.0f bytes for an idle channel of which nothing is kept\n", (double)(after.uordblks - before.uordblks) / 100000);
	r.store->ops->free(r.store);
}

/* In a process that ends without closing the file. */
static void fill(const char *path, uint64_t messages)
{
	pid_t child;

	fflush(stdout);
	child = fork();

	if (child == 0) {
		struct run r = {.channels = 16, .in_flight = 256, .ids = true, .limit = NO_LIMIT, .wanted = messages};

		r.store = open_store(path);
		printf("filling: %.0f appends/s\n", appends(&r));
		fflush(stdout);
		_exit(0);
	}
	waitpid(child, NULL, 0);
}

struct ids {
	uint64_t count;
	bool done;
};

static void on_ids(void *context, const struct store_outcome *o)
{
	struct ids *ids = context;

	ids->count += o->id_count;
	ids->done = o->id_count == 0;
}

static void measure_ids(struct store *s)
{
	struct ids ids = {0};
	uint64_t from = clock_monotonic();

	s->ops->load_ids(s, clock_wall(), on_ids, &ids);
	while (!ids.done)
		turn(s);
	printf("loading %" PRIu64 " ids: %" PRIu64 " ms\n", ids.count, clock_monotonic() - from);
}

static void measure_start(const char *path, uint64_t messages)
{
	remove_store(path);
	fill(path, messages);
	for (int i = 0; i < 2; i++) {
		uint64_t from = clock_monotonic();
		struct store *s = open_store(path);

		printf("opening %" PRIu64 " messages, %s: %" PRIu64 " ms, file %.0f MiB\n", messages,
			i == 0 ? "not closed before" : "closed before", clock_monotonic() - from, mebibytes(path));
		measure_ids(s);
		s->ops->free(s);
	}
}

int main(int argc, char **argv)
{
	char path[200];

	memset(text, 'x', TEXT);
	snprintf(path, sizeof path, "%.150s/bench_store-%ld.db", argc > 1 ? argv[1] : "/tmp", (long)getpid());
	measure_memory();
	measure_file(path, 16, 64, false);
	measure_file(path, 16, 64, true);
	measure_file(path, 1, 64, true);
	measure_file(path, 16, 1, true);
	measure_start(path, argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000);
	remove_store(path);
	return 0;
}
