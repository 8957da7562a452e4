/* bench_core - what the core costs: joins and routes per second with few and
 * with many members in the channel (the numbers should not differ much), and
 * bytes per session.
 *
 * usage: bench_core [sessions for the memory figure, default 100000] */
#include "base/clock.h"
#include "core/core.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 4, ROUTES = 1000000, CHURN = 200000 };

static const struct settings settings = {
	.presence_interval = 1000,
	.dedup_ttl = 3600000,
	.dedup_max = 1000000,
	.limits = { .subscriptions = 128, .channels = 100000 },
};

static struct session_id id_of(unsigned n)
{
	struct session_id id = { { 0 } };

	memcpy(id.bytes, &n, sizeof(n));
	return id;
}

static void open_one(struct core *c, unsigned n)
{
	char user[32], app[] = "web", device[32];
	struct session_id id = id_of(n);
	struct identity who = { .user = user, .app = app, .device = device };

	snprintf(user, sizeof(user), "user%u", n);
	snprintf(device, sizeof(device), "device-%015u", n); /* 22 characters, as the cookie */
	core_open(c, &id, n % LANES, &who, 0);
}

static void join_one(struct core *c, unsigned n, enum presence_mode mode)
{
	struct session_id id = id_of(n);
	struct membership m;

	core_subscribe(c, &id, "room", mode, 0, &m);
}

static struct core *core_with(unsigned members)
{
	struct core *c = core_new(&settings, LANES);

	for (unsigned n = 0; n < members; n++) {
		open_one(c, n);
		join_one(c, n, PRESENCE_MODE_NONE);
	}
	return c;
}

static double per_second(unsigned count, uint64_t from)
{
	uint64_t ms = clock_monotonic() - from;

	return count * 1000.0 / (double)(ms > 0 ? ms : 1);
}

/* A session comes, joins, leaves, goes; somebody watches the list. */
static double joins(struct core *c, unsigned members)
{
	uint64_t from = clock_monotonic();

	join_one(c, 0, PRESENCE_MODE_LIST);
	for (unsigned i = 0; i < CHURN; i++) {
		struct session_id id = id_of(members + i);

		open_one(c, members + i);
		join_one(c, members + i, PRESENCE_MODE_NONE);
		core_close(c, &id, 0);
	}
	return per_second(CHURN, from);
}

static double routes(struct core *c, const char *message_id)
{
	char channel[] = "room", id[32];
	struct publish message = { .target = { .kind = TARGET_CHANNEL, .channel = channel } };
	struct route route;
	uint64_t from = clock_monotonic();

	for (unsigned i = 0; i < ROUTES; i++) {
		if (message_id != NULL) {
			snprintf(id, sizeof(id), "%s%u", message_id, i);
			message.id = id;
		}
		core_route(c, &message, 0, &route);
	}
	return per_second(ROUTES, from);
}

static void speed(unsigned members)
{
	struct core *c = core_with(members);
	double j = joins(c, members), r = routes(c, NULL), d = routes(c, "id");

	printf("%6u members: %8.0f open+join+close/s, %9.0f routes/s, %9.0f with an id\n", members, j, r, d);
	core_free(c);
}

static size_t heap(void)
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
#else
	return 0;
#endif
}

static void memory(unsigned sessions)
{
	size_t before = heap(), after;
	struct core *c = core_new(&settings, LANES);

	for (unsigned n = 0; n < sessions; n++)
		open_one(c, n);
	after = heap();
	printf("%6u sessions: %zu bytes each, logged in, of different users and devices\n", sessions,
		(after - before) / sessions);
	for (unsigned n = 0; n < sessions; n++)
		join_one(c, n, PRESENCE_MODE_NONE);
	printf("%6u sessions: %zu bytes each with one channel\n", sessions, (heap() - before) / sessions);
	core_free(c);
}

int main(int argc, char **argv)
{
	int sessions = argc > 1 ? atoi(argv[1]) : 100000;

	speed(1000);
	speed(18000);
	memory(sessions > 0 ? (unsigned)sessions : 1);
	return 0;
}
