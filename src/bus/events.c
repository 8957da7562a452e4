/* events - see events.h.  What nobody ever subscribed to is numbered and not
 * made.  An element that somebody wanted once stays wanted: libzmq passes on
 * whatever a peer unsubscribes from, also for another's subscription, so it
 * cannot be told who is left; and libzmq itself drops what has no subscriber. */
#include "bus/events.h"

#include "base/buffer.h"
#include "base/random.h"
#include "base/xalloc.h"
#include "bus/bus_socket.h"
#include "protocol/json_write.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	SEND_QUEUE = 100000, /* events that wait for one listener */
	FRAME_SIZE = 4096,   /* of a subscription */
	LINGER = 200,
	DRAIN_MAX = 1000,    /* subscriptions in one turn */
	EPOCH = 8,
	NODE_MAX = 64,
	TOPIC_MAX = 64,      /* of a sync */
};

/* The first elements of all topics. */
static const char *const elements[] = {"presence", "session", "message", "receipt", "page"};

enum { ELEMENTS = sizeof elements / sizeof *elements };

struct events {
	struct bus_socket socket;
	struct counters *counters;
	uint64_t seq[ELEMENTS];
	bool is_wanted[ELEMENTS];
	bool is_listened;     /* one of them is */
	uint64_t next_sync;
	struct buffer epoch;  /* "epoch":"3f9a61c2","seq": */
	struct buffer node;   /* ,"node":"host","time": */
	struct buffer object; /* the one that is being made */
};

/* -- making and ending ------------------------------------------------------------ */

static void make_epoch(struct events *e)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char epoch[EPOCH];

	for (int i = 0; i < EPOCH; i++)
		epoch[i] = letters[random_below(sizeof letters - 1)];
	buffer_printf(&e->epoch, "\"epoch\":\"%.*s\",\"seq\":", EPOCH, epoch);
}

static void make_node(struct events *e)
{
	char name[NODE_MAX + 1] = "";

	if (gethostname(name, NODE_MAX) < 0)
		name[0] = '\0';
	buffer_append_text(&e->node, ",\"node\":");
	json_write_text(&e->node, name);
	buffer_append_text(&e->node, ",\"time\":");
}

static int set_lossy(struct events *e, bool is_lossy)
{
	const int no_drop = !is_lossy;

	return zmq_setsockopt(e->socket.handle, ZMQ_XPUB_NODROP, &no_drop, sizeof no_drop);
}

static int open_socket(struct events *e, void *context, const struct settings *settings, struct error *err)
{
	const struct bus_socket_options options = {
		.option = "bus.xpub",
		.type = ZMQ_XPUB,
		.send_queue = SEND_QUEUE,
		.frame_size = FRAME_SIZE,
		.linger = LINGER,
	};
	const struct text_list *endpoints = &settings->bus.xpub;
	int result = bus_socket_init(&e->socket, context, &options, err);

	if (!result && set_lossy(e, false) < 0)
		result = error_set(err, -errno, "bus.xpub: cannot set up the socket: %s", zmq_strerror(errno));
	for (size_t i = 0; i < endpoints->count && !result; i++)
		result = bus_socket_add(&e->socket, endpoints->items[i], err);
	return result;
}

struct events *events_new(void *context, const struct settings *settings, struct counters *counters,
	struct error *err)
{
	struct events *e = xcalloc(1, sizeof *e);

	e->counters = counters;
	buffer_init(&e->epoch, 0);
	buffer_init(&e->node, 0);
	buffer_init(&e->object, 0);
	make_epoch(e);
	make_node(e);
	if (open_socket(e, context, settings, err) < 0) {
		events_free(e);
		return NULL;
	}
	return e;
}

void events_free(struct events *e)
{
	if (!e)
		return;
	bus_socket_fini(&e->socket);
	buffer_fini(&e->epoch);
	buffer_fini(&e->node);
	buffer_fini(&e->object);
	free(e);
}

const char *events_endpoints(const struct events *e)
{
	return e->socket.endpoints.data;
}

void *events_socket(const struct events *e)
{
	return e->socket.handle;
}

/* -- who listens ------------------------------------------------------------------ */

/* Whether a subscription can have a topic of the element. */
static bool is_about(const char *prefix, size_t size, const char *element)
{
	size_t length = strlen(element);

	if (size <= length)
		return memcmp(prefix, element, size) == 0;
	return memcmp(prefix, element, length) == 0 && prefix[length] == '/';
}

static void note_subscription(struct events *e, const char *prefix, size_t size)
{
	for (size_t i = 0; i < ELEMENTS; i++)
		if (is_about(prefix, size, elements[i]))
			e->is_wanted[i] = e->is_listened = true;
}

/* A subscription is the byte 1 and a prefix; whatever else listeners send is
 * read and forgotten. */
void events_drain(struct events *e)
{
	zmq_msg_t frames[2];
	bool is_too_long;
	size_t count;

	zmq_msg_init(&frames[0]);
	zmq_msg_init(&frames[1]);
	for (int i = 0; i < DRAIN_MAX && bus_socket_take(&e->socket, frames, 1, &count, &is_too_long); i++) {
		const char *data = zmq_msg_data(&frames[0]);
		size_t size = zmq_msg_size(&frames[0]);

		if (!is_too_long && size > 0 && data[0] == 1)
			note_subscription(e, data + 1, size - 1);
	}
	zmq_msg_close(&frames[0]);
	zmq_msg_close(&frames[1]);
}

/* -- telling ---------------------------------------------------------------------- */

static int send_frame(struct events *e, const void *data, size_t size, int flags)
{
	int result;

	do {
		result = zmq_send(e->socket.handle, data, size, ZMQ_DONTWAIT | flags);
	} while (result < 0 && errno == EINTR);
	return result;
}

static int send_object(struct events *e, const char *topic)
{
	if (send_frame(e, topic, strlen(topic), ZMQ_SNDMORE) < 0)
		return -1;
	return send_frame(e, e->object.data, e->object.size, 0);
}

/* With no_drop libzmq refuses what one listener has no room for, for all: then it
 * goes out again to those who have.  libzmq passes the one over from there on
 * until it reads again, and says no more about it. */
static void send_or_count(struct events *e, const char *topic)
{
	if (send_object(e, topic) >= 0)
		return;
	counter_add(e->counters, COUNTER_EVENTS_DROPPED, 1);
	set_lossy(e, true);
	send_object(e, topic);
	set_lossy(e, false);
}

static void make_object(struct events *e, const char *json, size_t size, uint64_t seq, uint64_t wall_time)
{
	struct buffer *out = &e->object;
	char digits[JSON_MAX_DIGITS];

	assert(size >= 2 && json[0] == '{' && json[size - 1] == '}');
	buffer_clear(out);
	buffer_append(out, json, size - 1);
	if (size > 2)
		buffer_append_char(out, ',');
	buffer_append(out, e->epoch.data, e->epoch.size);
	buffer_append(out, digits, json_put_number(digits, seq));
	buffer_append(out, e->node.data, e->node.size);
	buffer_append(out, digits, json_put_number(digits, wall_time));
	buffer_append_char(out, '}');
}

static size_t find_element(const char *topic)
{
	size_t size = strcspn(topic, "/"), i = 0;

	while (i < ELEMENTS && (strlen(elements[i]) != size || memcmp(elements[i], topic, size) != 0))
		i++;
	assert(i < ELEMENTS);
	return i;
}

void events_tell(struct events *e, const char *topic, const char *json, size_t size, uint64_t wall_time)
{
	size_t i = find_element(topic);

	e->seq[i]++;
	if (!e->is_wanted[i])
		return;
	make_object(e, json, size, e->seq[i], wall_time);
	send_or_count(e, topic);
}

static void sync_element(struct events *e, size_t i, uint64_t wall_time)
{
	char topic[TOPIC_MAX];

	snprintf(topic, sizeof topic, "%s/sync", elements[i]);
	make_object(e, "{}", 2, e->seq[i], wall_time);
	send_or_count(e, topic);
}

void events_tick(struct events *e, uint64_t now, uint64_t wall_time)
{
	if (!e->is_listened || now < e->next_sync)
		return;
	e->next_sync = now + EVENTS_SYNC_TIME;
	for (size_t i = 0; i < ELEMENTS; i++)
		if (e->is_wanted[i])
			sync_element(e, i, wall_time);
}

int events_timeout(const struct events *e, uint64_t now)
{
	if (!e->is_listened)
		return -1;
	return now < e->next_sync ? (int)(e->next_sync - now) : 0;
}
