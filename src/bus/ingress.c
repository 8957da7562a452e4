/* ingress - see ingress.h. */
#include "bus/ingress.h"

#include "base/xalloc.h"
#include "bus/bus_socket.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	/* Messages that libzmq holds for one peer while we do not read.  Past that
	 * a PUB drops, silently for us: so as many as a burst may have.  libzmq
	 * counts messages and not bytes, so the number falls as the size rises. */
	QUEUED_MESSAGES = 1000000,
	QUEUED_MESSAGES_MIN = 1000,
	FULL_QUEUE_SIZE = 64 * 1024, /* the max_message up to which the number stands */
	FRAME_RESERVE = 512 * 1024,  /* room for the options that envelope_parse() takes */
};

static const struct {
	const char *name;
	const char *option; /* in the configuration */
	int type;
} kinds[] = {
	[INGRESS_SUB] = {"sub", "bus.sub", ZMQ_SUB},
	[INGRESS_PULL] = {"pull", "bus.pull", ZMQ_PULL},
};

struct ingress {
	struct bus_socket socket;
	enum ingress_kind kind;
	zmq_msg_t frames[INGRESS_PARTS + 1]; /* the last takes what is too much */
};

static int queue_length(const struct settings *settings)
{
	uint64_t length = QUEUED_MESSAGES;

	if (settings->max_message > FULL_QUEUE_SIZE)
		length = length * FULL_QUEUE_SIZE / settings->max_message;
	return length < QUEUED_MESSAGES_MIN ? QUEUED_MESSAGES_MIN : (int)length;
}

static int subscribe(void *socket, const struct text_list *topics)
{
	if (topics->count == 0)
		return zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0);
	for (size_t i = 0; i < topics->count; i++)
		if (zmq_setsockopt(socket, ZMQ_SUBSCRIBE, topics->items[i], strlen(topics->items[i])) < 0)
			return -1;
	return 0;
}

static int open_socket(struct ingress *in, void *context, const struct settings *settings,
	struct error *err)
{
	const struct bus_socket_options options = {
		.option = kinds[in->kind].option,
		.type = kinds[in->kind].type,
		.receive_queue = queue_length(settings),
		.frame_size = (int64_t)settings->max_message + FRAME_RESERVE,
	};
	const struct text_list *endpoints =
		in->kind == INGRESS_SUB ? &settings->bus.sub : &settings->bus.pull;
	int result = bus_socket_init(&in->socket, context, &options, err);

	if (!result && in->kind == INGRESS_SUB && subscribe(in->socket.handle, &settings->bus.topics) < 0)
		result = error_set(err, -errno, "bus.topics: cannot subscribe: %s", zmq_strerror(errno));
	for (size_t i = 0; i < endpoints->count && !result; i++)
		result = bus_socket_add(&in->socket, endpoints->items[i], err);
	return result;
}

struct ingress *ingress_new(void *context, enum ingress_kind kind, const struct settings *settings,
	struct error *err)
{
	struct ingress *in = xcalloc(1, sizeof *in);

	in->kind = kind;
	for (size_t i = 0; i <= INGRESS_PARTS; i++)
		zmq_msg_init(&in->frames[i]);
	if (open_socket(in, context, settings, err) < 0) {
		ingress_free(in);
		return NULL;
	}
	return in;
}

void ingress_free(struct ingress *in)
{
	if (!in)
		return;
	for (size_t i = 0; i <= INGRESS_PARTS; i++)
		zmq_msg_close(&in->frames[i]);
	bus_socket_fini(&in->socket);
	free(in);
}

bool ingress_take(struct ingress *in, struct ingress_message *m)
{
	if (!bus_socket_take(&in->socket, in->frames, INGRESS_PARTS, &m->count, &m->is_too_long))
		return false;
	for (size_t i = 0; i < m->count; i++)
		m->parts[i] = (struct envelope_part){zmq_msg_data(&in->frames[i]), zmq_msg_size(&in->frames[i])};
	return true;
}

const char *ingress_name(const struct ingress *in)
{
	return kinds[in->kind].name;
}

const char *ingress_endpoints(const struct ingress *in)
{
	return in->socket.endpoints.data;
}

void *ingress_socket(const struct ingress *in)
{
	return in->socket.handle;
}
