/* events - the XPUB: what an event looks like, its numbers, and that a listener
 * that does not read harms only itself. */
#include "suites.h"

#include "rig.h"

#include "base/clock.h"
#include "bus/events.h"
#include "protocol/json_scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

static void open_rig(struct rig *r)
{
	rig_open(r, &(struct rig_endpoints){.xpub = "tcp://127.0.0.1:0"});
	REQUIRE(r->bus != NULL);
}

static void tell(struct rig *r, const char *topic, const char *json)
{
	bus_tell(r->bus, topic, json, strlen(json), 1700000000123);
}

/* A listener whose subscriptions the bus has: it has had an event.  Its number is
 * one of the page's, which the tests do not look at. */
static void *listen_with(struct rig *r, const char *prefix, int queue)
{
	void *sub = zmq_socket(r->context, ZMQ_SUB);
	uint64_t deadline = clock_monotonic() + 10000;
	const int none = 0;
	char got[512] = "";

	zmq_setsockopt(sub, ZMQ_RCVHWM, &queue, sizeof queue);
	zmq_setsockopt(sub, ZMQ_LINGER, &none, sizeof none);
	zmq_setsockopt(sub, ZMQ_SUBSCRIBE, prefix, strlen(prefix));
	zmq_setsockopt(sub, ZMQ_SUBSCRIBE, "page/hello", 10);
	REQUIRE_INT(zmq_connect(sub, r->xpub), 0);
	while (!strstr(got, "page/hello") && clock_monotonic() < deadline) {
		bus_wait(r->bus, NULL, 0, 5);
		bus_drain(r->bus, 10, clock_monotonic());
		tell(r, "page/hello", "{}");
		zmq_recv(sub, got, sizeof got - 1, ZMQ_DONTWAIT);
	}
	REQUIRE(strstr(got, "page/hello") != NULL);
	return sub;
}

static void *listen_to(struct rig *r, const char *prefix)
{
	return listen_with(r, prefix, 0);
}

/* The next event that is none of the page's. */
static const char *next(struct rig *r, void *sub, char *out, size_t size)
{
	do {
		rig_receive(r, sub, out, size);
	} while (strncmp(out, "page/hello", 10) == 0 || strncmp(out, "{\"epoch", 7) == 0);
	return out;
}

static uint64_t seq_of(const char *event)
{
	const char *at = strstr(event, "\"seq\":");

	return at ? strtoull(at + 6, NULL, 10) : 0;
}

static void test_shape(void)
{
	char got[512], epoch[9] = "", node[128] = "", host[65] = "";
	struct rig r;
	void *sub;
	int end = 0;

	open_rig(&r);
	sub = listen_to(&r, "message/");
	tell(&r, "message/news", "{\"id\":\"x\"}");
	next(&r, sub, got, sizeof got);
	CHECK_INT(sscanf(got, "message/news|{\"id\":\"x\",\"epoch\":\"%8[0-9a-z]\",\"seq\":1,\"node\":\"%127[^\"]\","
		"\"time\":1700000000123}%n", epoch, node, &end), 2);
	CHECK_INT(end, strlen(got));
	CHECK_INT(strlen(epoch), 8);
	gethostname(host, sizeof host - 1);
	CHECK_TEXT(node, host);
	zmq_close(sub);
	rig_fini(&r);
}

static void test_empty_object(void)
{
	char got[512];
	struct rig r;
	void *sub;

	open_rig(&r);
	sub = listen_to(&r, "receipt");
	tell(&r, "receipt", "{}");
	next(&r, sub, got, sizeof got);
	CHECK(strncmp(got, "receipt|{\"epoch\":", 17) == 0);
	CHECK(json_is_valid(got + 8, strlen(got + 8)));
	zmq_close(sub);
	rig_fini(&r);
}

static void test_seq(void)
{
	char got[512];
	struct rig r;
	void *sub;

	open_rig(&r);
	tell(&r, "session/open", "{}");
	tell(&r, "session/close", "{}");
	sub = listen_to(&r, "session/");
	tell(&r, "message/a", "{}");
	tell(&r, "session/open", "{}");
	tell(&r, "session/close", "{}");
	CHECK_INT(seq_of(next(&r, sub, got, sizeof got)), 3);
	CHECK_INT(seq_of(next(&r, sub, got, sizeof got)), 4);
	CHECK(strncmp(got, "session/close|", 14) == 0);
	zmq_close(sub);
	rig_fini(&r);
}

static void test_epoch(void)
{
	char first[512], second[512];
	struct rig r, other;
	void *sub;

	open_rig(&r);
	sub = listen_to(&r, "receipt");
	tell(&r, "receipt", "{}");
	next(&r, sub, first, sizeof first);
	zmq_close(sub);
	rig_fini(&r);
	open_rig(&other);
	sub = listen_to(&other, "receipt");
	tell(&other, "receipt", "{}");
	next(&other, sub, second, sizeof second);
	zmq_close(sub);
	rig_fini(&other);
	CHECK(strcmp(first, second) != 0);
}

static void test_sync(void)
{
	char got[512];
	struct rig r;
	void *sub;

	open_rig(&r);
	sub = listen_to(&r, "presence/");
	tell(&r, "presence/online", "{}");
	next(&r, sub, got, sizeof got);
	bus_tick(r.bus, 100000, 1);
	next(&r, sub, got, sizeof got);
	CHECK(strncmp(got, "presence/sync|{\"epoch\":", 23) == 0);
	CHECK_INT(seq_of(got), 1);
	bus_tick(r.bus, 100000 + EVENTS_SYNC_TIME - 1, 2);
	tell(&r, "presence/offline", "{}");
	next(&r, sub, got, sizeof got);
	CHECK(strncmp(got, "presence/offline|", 17) == 0);
	bus_tick(r.bus, 100000 + EVENTS_SYNC_TIME, 3);
	next(&r, sub, got, sizeof got);
	CHECK(strncmp(got, "presence/sync|", 14) == 0);
	CHECK_INT(seq_of(got), 2);
	CHECK(strstr(got, "\"time\":3}") != NULL);
	zmq_close(sub);
	rig_fini(&r);
}

static void test_wait(void)
{
	uint64_t start;
	struct rig r;
	void *sub;

	open_rig(&r);
	sub = listen_to(&r, "presence/");
	start = clock_monotonic();
	bus_tick(r.bus, start - EVENTS_SYNC_TIME + 50, 1);
	while (bus_wait(r.bus, NULL, 0, -1), bus_drain(r.bus, 10, 0), clock_monotonic() < start + 50)
		;
	CHECK(clock_monotonic() < start + 4000);
	zmq_close(sub);
	rig_fini(&r);
}

/* Bytes that are no subscription, and a subscription to nothing we tell. */
static void test_odd_listener(void)
{
	char got[512];
	struct rig r;
	void *sub, *odd;

	open_rig(&r);
	sub = listen_to(&r, "receipt");
	odd = rig_peer(&r, ZMQ_XSUB, r.xpub);
	zmq_send(odd, "hello", 5, ZMQ_SNDMORE);
	zmq_send(odd, "\1receipt", 8, 0);
	zmq_send(odd, "", 0, 0);
	zmq_send(odd, "\1nothing/of/ours", 16, 0);
	zmq_send(odd, "\0receipt", 8, 0);
	for (int i = 0; i < 20; i++) {
		bus_wait(r.bus, NULL, 0, 5);
		bus_drain(r.bus, 10, clock_monotonic());
	}
	tell(&r, "receipt", "{}");
	next(&r, sub, got, sizeof got);
	CHECK(strncmp(got, "receipt|", 8) == 0);
	zmq_close(odd);
	zmq_close(sub);
	rig_fini(&r);
}

enum { FLOOD = 250000 };

static void read_all(struct rig *r, void *sub, size_t *events)
{
	char sink[1024];

	while (zmq_recv(sub, sink, sizeof sink, ZMQ_DONTWAIT) >= 0)
		if (strncmp(sink, "message/", 8) == 0)
			++*events;
	bus_wait(r->bus, NULL, 0, 0);
	bus_drain(r->bus, 10, 0);
}

static void test_deaf(void)
{
	uint64_t deadline = clock_monotonic() + 30000;
	size_t events = 0;
	struct rig r;
	void *deaf, *sub;

	open_rig(&r);
	deaf = listen_with(&r, "message/", 1); /* and reads no more */
	sub = listen_to(&r, "message/");
	for (int i = 0; i < FLOOD; i++) {
		tell(&r, "message/news", "{\"data\":\"some text that makes the event as long as most are\"}");
		if (i % 100 == 0)
			read_all(&r, sub, &events);
	}
	while (events < FLOOD && clock_monotonic() < deadline)
		read_all(&r, sub, &events);
	CHECK_INT(events, FLOOD);
	CHECK(counter_get(&r.counters, COUNTER_EVENTS_DROPPED) >= 1);
	zmq_close(deaf);
	zmq_close(sub);
	rig_fini(&r);
}

static const struct test tests[] = {
	{"an event is its topic and its object with epoch, seq, node and time", test_shape},
	{"an object without members becomes a valid one", test_empty_object},
	{"seq runs per first element, also while nobody listens", test_seq},
	{"another process is another epoch", test_epoch},
	{"the last seq is repeated every 5 s", test_sync},
	{"a wait without end ends when there is something to repeat", test_wait},
	{"what a listener sends that is no subscription changes nothing", test_odd_listener},
	{"a listener that does not read is counted and costs the others nothing", test_deaf},
	{NULL, NULL},
};

const struct suite events_suite = {"events", tests};
