/* Watches, timers and turns on a real loop. */
#include "muster/loop.h"

#include "suites.h"

#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct loop *loop;
static struct watch watches[2];
static struct timer timer;
static int told;
static int turns;
static uint64_t set_at;

static void count(struct watch *w, unsigned events)
{
	(void)w;
	if (events & WATCH_IN)
		told++;
}

static bool stop_after_a_few(void *context)
{
	if (++turns >= *(int *)context)
		loop_stop(loop);
	return true;
}

static void tells_an_edge_once(void)
{
	int pair[2], few = 5;

	REQUIRE_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	loop = loop_new();
	watches[0].fd = -1;
	told = turns = 0;
	REQUIRE_INT(loop_watch(loop, &watches[0], pair[0], count), 0);
	loop_on_turn(loop, stop_after_a_few, &few);
	CHECK_INT(write(pair[1], "x", 1), 1);
	loop_run(loop);
	CHECK_INT(told, 1);
	loop_unwatch(loop, &watches[0]);
	loop_unwatch(loop, &watches[0]);
	loop_free(loop);
	close(pair[0]);
	close(pair[1]);
}

static void unwatch_the_other(struct watch *w, unsigned events)
{
	(void)events;
	told++;
	loop_unwatch(loop, w == &watches[0] ? &watches[1] : &watches[0]);
}

static void an_unwatched_one_hears_nothing(void)
{
	int one[2], two[2], few = 5;

	REQUIRE_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, one), 0);
	REQUIRE_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, two), 0);
	loop = loop_new();
	watches[0].fd = watches[1].fd = -1;
	told = turns = 0;
	CHECK_INT(write(one[1], "x", 1), 1);
	CHECK_INT(write(two[1], "x", 1), 1);
	loop_watch_level(loop, &watches[0], one[0], unwatch_the_other);
	loop_watch_level(loop, &watches[1], two[0], unwatch_the_other);
	loop_on_turn(loop, stop_after_a_few, &few);
	loop_run(loop);
	CHECK(watches[0].fd < 0 || watches[1].fd < 0);
	CHECK(told >= 1);
	loop_unwatch(loop, &watches[0]);
	loop_unwatch(loop, &watches[1]);
	loop_free(loop);
	close(one[0]);
	close(one[1]);
	close(two[0]);
	close(two[1]);
}

static void stop(struct timer *t, uint64_t now)
{
	(void)t;
	CHECK(now >= set_at + 40);
	loop_stop(loop);
}

static void wakes_for_a_timer(void)
{
	loop = loop_new();
	set_at = loop_now(loop);
	timer_init(&timer, stop);
	loop_timer_set(loop, &timer, set_at + 40);
	loop_run(loop);
	CHECK(loop_now(loop) >= set_at + 40);
	loop_free(loop);
}

static void note_time(struct watch *w, unsigned events)
{
	(void)w;
	(void)events;
	CHECK(loop_now(loop) >= set_at + 40); /* not the time at which the loop fell asleep */
	loop_stop(loop);
}

static void *write_later(void *fd)
{
	struct timespec later = {0, 60 * 1000000};

	nanosleep(&later, NULL);
	CHECK_INT(write(*(int *)fd, "x", 1), 1);
	return NULL;
}

static void knows_the_time_when_it_wakes(void)
{
	pthread_t writer;
	int pair[2];

	REQUIRE_INT(pipe(pair), 0);
	loop = loop_new();
	watches[0].fd = -1;
	set_at = loop_now(loop);
	REQUIRE_INT(loop_watch(loop, &watches[0], pair[0], note_time), 0);
	REQUIRE_INT(pthread_create(&writer, NULL, write_later, &pair[1]), 0);
	loop_run(loop);
	pthread_join(writer, NULL);
	loop_unwatch(loop, &watches[0]);
	loop_free(loop);
	close(pair[0]);
	close(pair[1]);
}

const struct suite loop_suite = {
	"loop",
	(const struct test[]){
		{"an edge is told once", tells_an_edge_once},
		{"what is unwatched in the same batch hears nothing", an_unwatched_one_hears_nothing},
		{"the loop wakes for a timer, never early", wakes_for_a_timer},
		{"what a socket is told after a long sleep happens at the new time", knows_the_time_when_it_wakes},
		{0},
	},
};
