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

static void on_request(void *context, struct request *request)
{
	struct rig *r = context;
	char json[128];

	r->asked++;
	if (!r->answers) {
		ring_push_back(&r->requests, request);
		return;
	}
	snprintf(json, sizeof json, "{\"code\":200,\"msg\":\"%s\"}", request->verb);
	request->answer(request, json, strlen(json));
}

static void add_item(struct text_list *list, const char *item)
{
	if (!list->items)
		list->items = calloc(2, sizeof *list->items);
	if (item)
		list->items[list->count++] = strdup(item);
}

static void free_list(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
}

static void read_endpoint(const char *text, const char *key, char *out)
{
	const char *at = strstr(text, key);

	if (at)
		sscanf(at + strlen(key), "%127s", out);
}

static void read_endpoints(struct rig *r)
{
	char text[512];

	bus_describe(r->bus, text, sizeof text);
	read_endpoint(text, "bus_sub=", r->sub);
	read_endpoint(text, "bus_pull=", r->pull);
	read_endpoint(text, "bus_router=", r->router);
	read_endpoint(text, "bus_xpub=", r->xpub);
}

void rig_open(struct rig *r, const struct rig_endpoints *endpoints)
{
	memset(r, 0, sizeof *r);
	ring_init(&r->messages);
	ring_init(&r->requests);
	r->keeps = true;
	r->settings.max_message = RIG_MAX_MESSAGE;
	add_item(&r->settings.bus.sub, endpoints->sub);
	add_item(&r->settings.bus.topics, endpoints->topic);
	add_item(&r->settings.bus.pull, endpoints->pull);
	add_item(&r->settings.bus.router, endpoints->router);
	add_item(&r->settings.bus.router, endpoints->second_router);
	add_item(&r->settings.bus.xpub, endpoints->xpub);
	r->context = zmq_ctx_new();
	r->bus = bus_new(&r->settings, &r->counters, &r->err);
	if (!r->bus)
		return;
	bus_on_message(r->bus, on_message, r);
	bus_on_request(r->bus, on_request, r);
	read_endpoints(r);
}

void rig_init(struct rig *r, const char *sub, const char *pull)
{
	rig_open(r, &(struct rig_endpoints){.sub = sub, .topic = "", .pull = pull});
}

void rig_init_topic(struct rig *r, const char *sub, const char *topic)
{
	rig_open(r, &(struct rig_endpoints){.sub = sub, .topic = topic});
}

void rig_fini(struct rig *r)
{
	struct publish *message;

	bus_free(r->bus);
	while ((message = ring_pop_front(&r->messages)))
		publish_unref(message);
	ring_fini(&r->messages);
	ring_fini(&r->requests);
	free_list(&r->settings.bus.router);
	free_list(&r->settings.bus.xpub);
	free_list(&r->settings.bus.sub);
	free_list(&r->settings.bus.topics);
	free_list(&r->settings.bus.pull);
	zmq_ctx_term(r->context);
}

void *rig_peer(struct rig *r, int type, const char *endpoint)
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
	return rig_peer(r, ZMQ_PUSH, r->pull);
}

/* A SUB tells a new peer what it wants when its own thread next looks. */
void *rig_pub(struct rig *r)
{
	void *socket = rig_peer(r, ZMQ_XPUB, r->sub);
	uint64_t deadline = clock_monotonic() + PATIENCE;
	char subscription[64];
	int got;

	do {
		bus_wait(r->bus, NULL, 0, 10);
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
	bus_wait(r->bus, NULL, 0, 100);
	bus_drain(r->bus, 1000, clock_monotonic());
}

void rig_until_received(struct rig *r, size_t n)
{
	uint64_t deadline = clock_monotonic() + PATIENCE;

	while (r->received < n && clock_monotonic() < deadline)
		turn(r);
	CHECK_INT(r->received, n);
}

void rig_until_asked(struct rig *r, size_t n)
{
	uint64_t deadline = clock_monotonic() + PATIENCE;

	while (r->asked < n && clock_monotonic() < deadline)
		turn(r);
	CHECK_INT(r->asked, n);
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

static const char *join_frames(void *socket, char *out, size_t size)
{
	size_t used = 0, more_size = sizeof(int);
	int got, more = 1;

	out[0] = '\0';
	while (more) {
		if (used)
			out[used++] = '|';
		got = zmq_recv(socket, out + used, size - used - 2, ZMQ_DONTWAIT);
		if (got < 0)
			break;
		used += (size_t)got < size - used - 2 ? (size_t)got : size - used - 2;
		out[used] = '\0';
		zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &more_size);
		if (more && !used)
			out[used++] = '.';
	}
	return out;
}

const char *rig_receive(struct rig *r, void *socket, char *out, size_t size)
{
	uint64_t deadline = clock_monotonic() + PATIENCE;

	while (!*join_frames(socket, out, size) && clock_monotonic() < deadline) {
		bus_wait(r->bus, NULL, 0, 1);
		bus_drain(r->bus, 1000, clock_monotonic());
	}
	return out;
}

void rig_answer(struct rig *r, const char *json)
{
	struct request *request = ring_pop_front(&r->requests);

	REQUIRE(request != NULL);
	request->answer(request, json, strlen(json));
}
