/* bus - messages on their way through: forms, order, shares, waking. */
#include "suites.h"

#include "rig.h"

#include "base/clock.h"

#include <string.h>
#include <unistd.h>
#include <zmq.h>

static const char any_port[] = "tcp://127.0.0.1:0";

static void test_push(void)
{
	struct rig r;
	struct publish *message;
	void *push;

	rig_init(&r, NULL, any_port);
	REQUIRE(r.bus != NULL);
	push = rig_push(&r);
	rig_send2(push, "channel/news", "{\"a\":1}");
	rig_until_received(&r, 1);
	message = ring_get(&r.messages, 0);
	REQUIRE(message != NULL);
	CHECK_INT(message->target.kind, TARGET_CHANNEL);
	CHECK_TEXT(message->target.channel, "news");
	CHECK_TEXT(message->data, "{\"a\":1}");
	zmq_close(push);
	rig_fini(&r);
}

static void test_forms(void)
{
	static const char *const object[] = {"{\"to\":\"user/ann\",\"data\":[1],\"event\":\"e\"}"};
	static const char *const options[] = {"all", "2", "{\"event\":\"f\"}"};
	struct rig r;
	struct publish *first, *second;
	void *pub;

	rig_init(&r, any_port, NULL);
	REQUIRE(r.bus != NULL);
	pub = rig_pub(&r);
	rig_send(pub, object, 1);
	rig_send(pub, options, 3);
	rig_until_received(&r, 2);
	first = ring_get(&r.messages, 0);
	second = ring_get(&r.messages, 1);
	REQUIRE(first && second);
	CHECK_TEXT(first->target.user, "ann");
	CHECK_TEXT(first->event, "e");
	CHECK_TEXT(second->event, "f");
	zmq_close(pub);
	rig_fini(&r);
}

static void test_shares(void)
{
	struct rig r;
	void *pub, *push;
	unsigned from_pub = 0;

	rig_init(&r, any_port, any_port);
	REQUIRE(r.bus != NULL);
	pub = rig_pub(&r);
	push = rig_push(&r);
	for (int i = 0; i < 1000; i++)
		rig_send2(pub, "all", "1");
	for (int i = 0; i < 1000; i++)
		rig_send2(push, "all", "2");
	rig_until_received(&r, 2000);
	for (unsigned i = 0; i < 2000; i++)
		from_pub += strcmp(rig_data(&r, i), "1") == 0;
	CHECK_INT(from_pub, 1000);
	zmq_close(pub);
	zmq_close(push);
	rig_fini(&r);
}

static void wait_for_one(struct rig *r)
{
	uint64_t deadline = clock_monotonic() + 10000;

	while (bus_drain(r->bus, 1, clock_monotonic()) == 0 && clock_monotonic() < deadline)
		bus_wait(r->bus, NULL, 0, 100);
}

static void test_max(void)
{
	struct rig r;
	void *push;

	rig_init(&r, any_port, any_port);
	REQUIRE(r.bus != NULL);
	push = rig_push(&r);
	for (int i = 0; i < 500; i++)
		rig_send2(push, "all", "1");
	while (r.received < 500) {
		size_t before = r.received;

		wait_for_one(&r);
		CHECK_INT(r.received, before + 1);
		if (r.received == before)
			break;
	}
	CHECK_INT(bus_drain(r.bus, 100, clock_monotonic()), 0);
	zmq_close(push);
	rig_fini(&r);
}

static void test_topics(void)
{
	struct rig r;
	void *pub;

	rig_init_topic(&r, any_port, "channel/");
	REQUIRE(r.bus != NULL);
	pub = rig_pub(&r);
	rig_send2(pub, "all", "1");
	rig_send2(pub, "channel/a", "2");
	rig_until_received(&r, 1);
	CHECK_TEXT(rig_data(&r, 0), "2");
	zmq_close(pub);
	rig_fini(&r);
}

static void test_wakes(void)
{
	struct rig r;
	int fds[2], waited[2] = {-1, -1};
	uint64_t start = clock_monotonic();

	rig_init(&r, any_port, any_port);
	REQUIRE(r.bus != NULL);
	REQUIRE_INT(pipe(fds), 0);
	waited[1] = fds[0];
	bus_wait(r.bus, waited, 2, 0);
	CHECK_INT(write(fds[1], "x", 1), 1);
	bus_wait(r.bus, waited, 2, 60000);
	CHECK(clock_monotonic() - start < 30000);
	close(fds[0]);
	close(fds[1]);
	rig_fini(&r);
}

static void test_no_sockets(void)
{
	char text[64] = "x";
	struct rig r;

	rig_init(&r, NULL, NULL);
	REQUIRE(r.bus != NULL);
	bus_describe(r.bus, text, sizeof text);
	CHECK_TEXT(text, "");
	CHECK_INT(bus_drain(r.bus, 10, 0), 0);
	rig_fini(&r);
}

static const struct test tests[] = {
	{"a message of a PUSH arrives", test_push},
	{"a PUB may send an object or options", test_forms},
	{"everything of two sockets arrives", test_shares},
	{"a drain takes no more than it was told", test_max},
	{"only the topics asked for arrive", test_topics},
	{"a readable descriptor ends the wait", test_wakes},
	{"a bus without endpoints is silent", test_no_sockets},
	{NULL, NULL},
};

const struct suite bus_suite = {"bus", tests};
