/* rig - see rig.h. */
#include "rig.h"

#include "base/clock.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { PATIENCE = 10000 };

static void on_message(void *context, struct publish *message)
{
	struct rig *r = context;

	r->received++;
	if (r->keeps)
		ring_push_back(&r->messages, publish_ref(message));
}

static void set_list(struct text_list *list, const char *item)
{
	list->count = item ? 1 : 0;
	list->items = calloc(1, sizeof *list->items);
	if (item)
		list->items[0] = strdup(item);
}

static void free_list(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
}

static void read_endpoints(struct rig *r)
{
	char text[512], *at;

	bus_describe(r->bus, text, sizeof text);
	if ((at = strstr(text, "bus_sub=")))
		sscanf(at, "bus_sub=%127s", r->sub);
	if ((at = strstr(text, "bus_pull=")))
		sscanf(at, "bus_pull=%127s", r->pull);
}

static void init(struct rig *r, const char *sub, const char *topic, const char *pull)
{
	memset(r, 0, sizeof *r);
	ring_init(&r->messages);
	r->keeps = true;
	r->settings.max_message = RIG_MAX_MESSAGE;
	set_list(&r->settings.bus.sub, sub);
	set_list(&r->settings.bus.topics, topic);
	set_list(&r->settings.bus.pull, pull);
	r->context = zmq_ctx_new();
	r->bus = bus_new(&r->settings, &r->counters, &r->err);
	if (!r->bus)
		return;
	bus_on_message(r->bus, on_message, r);
	read_endpoints(r);
}

void rig_init(struct rig *r, const char *sub, const char *pull)
{
	init(r, sub, "", pull);
}

void rig_init_topic(struct rig *r, const char *sub, const char *topic)
{
	init(r, sub, topic, NULL);
}

void rig_fini(struct rig *r)
{
	struct publish *message;

	bus_free(r->bus);
	while ((message = ring_pop_front(&r->messages)))
		publish_unref(message);
	ring_fini(&r->messages);
	free_list(&r->settings.bus.sub);
	free_list(&r->settings.bus.topics);
	free_list(&r->settings.bus.pull);
	zmq_ctx_term(r->context);
}

static void *open_peer(struct rig *r, int type, const char *endpoint)
{
	void *socket = zmq_socket(r->context, type);
	const int none = 0, patience = PATIENCE, on = 1;

	zmq_setsockopt(socket, ZMQ_SNDHWM, &none, sizeof none);
	zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none);
	zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
	zmq_setsockopt(socket, ZMQ_IMMEDIATE, &on, sizeof on);
	REQUIRE_INT(zmq_connect(socket, endpoint), 0);
	return socket;
}

void *rig_push(struct rig *r)
{
	return open_peer(r, ZMQ_PUSH, r->pull);
}

/* A SUB tells a new peer what it wants when its own thread next looks. */
void *rig_pub(struct rig *r)
{
	void *socket = open_peer(r, ZMQ_XPUB, r->sub);
	uint64_t deadline = clock_monotonic() + PATIENCE;
	char subscription[64];
	int got;

	do {
		bus_wait(r->bus, -1, 10);
		got = zmq_recv(socket, subscription, sizeof subscription, ZMQ_DONTWAIT);
	} while (got < 0 && clock_monotonic() < deadline);
	REQUIRE(got > 0);
	CHECK_INT(subscription[0], 1);
	return socket;
}

void rig_send(void *socket, const char *const *frames, size_t count)
{
	for (size_t i = 0; i < count; i++)
		REQUIRE(zmq_send(socket, frames[i], strlen(frames[i]),
			i + 1 < count ? ZMQ_SNDMORE : 0) >= 0);
}

void rig_send2(void *socket, const char *target, const char *data)
{
	const char *const frames[] = {target, data};

	rig_send(socket, frames, 2);
}

static void turn(struct rig *r)
{
	bus_wait(r->bus, -1, 100);
	bus_drain(r->bus, 1000, clock_monotonic());
}

void rig_until_received(struct rig *r, size_t n)
{
	uint64_t deadline = clock_monotonic() + PATIENCE;

	while (r->received < n && clock_monotonic() < deadline)
		turn(r);
	CHECK_INT(r->received, n);
}

void rig_until_refused(struct rig *r, enum counter which, int64_t n)
{
	uint64_t deadline = clock_monotonic() + PATIENCE;

	while (counter_get(&r->counters, which) < n && clock_monotonic() < deadline)
		turn(r);
	CHECK_INT(counter_get(&r->counters, which), n);
}

const char *rig_data(struct rig *r, unsigned k)
{
	struct publish *message = ring_get(&r->messages, k);

	return message ? message->data : NULL;
}
