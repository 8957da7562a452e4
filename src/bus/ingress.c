/* ingress - see ingress.h. */
#include "bus/ingress.h"

#include "base/xalloc.h"
#include "bus/endpoint.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum {
	/* Messages that libzmq holds for one peer while we do not read.  Past that
	 * a PUB drops, silently for us: so as many as a burst may have.  libzmq
	 * counts messages and not bytes, so the number falls as the size rises. */
	QUEUED_MESSAGES = 1000000,
	QUEUED_MESSAGES_MIN = 1000,
	FULL_QUEUE_SIZE = 64 * 1024, /* the max_message up to which the number stands */
	FRAME_RESERVE = 512 * 1024,  /* room for the options that envelope_parse() takes */
	HANDSHAKE_TIME = 10 * 1000,
	RECONNECT_TIME_MAX = 5 * 1000,
	KEEPALIVE_IDLE = 60,         /* seconds, as the system counts them */
	KEEPALIVE_INTERVAL = 15,
	KEEPALIVE_PROBES = 4,
	ADDRESS_SIZE = 512,
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
	void *socket;
	enum ingress_kind kind;
	struct buffer endpoints; /* text, NUL at the end once all are open */
	zmq_msg_t frames[INGRESS_PARTS + 1]; /* the last takes what is too much */
};

static int queue_length(const struct settings *settings)
{
	uint64_t length = QUEUED_MESSAGES;

	if (settings->max_message > FULL_QUEUE_SIZE)
		length = length * FULL_QUEUE_SIZE / settings->max_message;
	return length < QUEUED_MESSAGES_MIN ? QUEUED_MESSAGES_MIN : (int)length;
}

static int set_numbers(void *socket, const struct settings *settings)
{
	const struct {
		int option;
		int value;
	} table[] = {
		{ZMQ_RCVHWM, queue_length(settings)},
		{ZMQ_LINGER, 0},
		{ZMQ_IPV6, 1},
		{ZMQ_HANDSHAKE_IVL, HANDSHAKE_TIME},
		{ZMQ_RECONNECT_IVL_MAX, RECONNECT_TIME_MAX},
		{ZMQ_TCP_KEEPALIVE, 1},
		{ZMQ_TCP_KEEPALIVE_IDLE, KEEPALIVE_IDLE},
		{ZMQ_TCP_KEEPALIVE_INTVL, KEEPALIVE_INTERVAL},
		{ZMQ_TCP_KEEPALIVE_CNT, KEEPALIVE_PROBES},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (zmq_setsockopt(socket, table[i].option, &table[i].value, sizeof table[i].value) < 0)
			return -1;
	return 0;
}

static int set_options(void *socket, const struct settings *settings)
{
	/* A domain makes libzmq ask an authenticator when there is one, which
	 * only ZMTP 3 can answer; there is none, so ZMTP 3 peers pass. */
	static const char domain[] = "muster";
	int64_t frame_size = (int64_t)settings->max_message + FRAME_RESERVE;

	if (zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, domain, sizeof domain - 1) < 0 ||
	    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &frame_size, sizeof frame_size) < 0)
		return -1;
	return set_numbers(socket, settings);
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

/* What the socket is bound to now; the system may have chosen the port. */
static void add_bound(struct ingress *in)
{
	char address[ADDRESS_SIZE];
	size_t size = sizeof address;

	if (zmq_getsockopt(in->socket, ZMQ_LAST_ENDPOINT, address, &size) < 0)
		return;
	endpoint_simplify(address);
	buffer_append_text(&in->endpoints, address);
}

static int open_endpoint(struct ingress *in, const char *text, struct error *err)
{
	struct error why;
	struct endpoint e;

	if (endpoint_parse(&e, text, &why) < 0)
		return error_set(err, -EINVAL, "%s: %s", kinds[in->kind].option, why.text);
	if (in->endpoints.size)
		buffer_append_char(&in->endpoints, ',');
	if ((e.is_connect ? zmq_connect : zmq_bind)(in->socket, e.address) < 0) {
		int code = errno;

		return error_set(err, -code, "%s: cannot %s %s: %s", kinds[in->kind].option,
			e.is_connect ? "connect" : "bind", e.address, zmq_strerror(code));
	}
	if (e.is_connect)
		buffer_append_text(&in->endpoints, text);
	else
		add_bound(in);
	return 0;
}

static int open_endpoints(struct ingress *in, const struct text_list *endpoints, struct error *err)
{
	for (size_t i = 0; i < endpoints->count; i++) {
		int result = open_endpoint(in, endpoints->items[i], err);

		if (result < 0)
			return result;
	}
	buffer_append_char(&in->endpoints, '\0');
	return 0;
}

static int open_socket(struct ingress *in, void *context, const struct settings *settings,
	struct error *err)
{
	in->socket = zmq_socket(context, kinds[in->kind].type);
	if (!in->socket || set_options(in->socket, settings) < 0 ||
	    (in->kind == INGRESS_SUB && subscribe(in->socket, &settings->bus.topics) < 0)) {
		int code = errno;

		return error_set(err, -code, "%s: cannot set up the socket: %s",
			kinds[in->kind].option, zmq_strerror(code));
	}
	return open_endpoints(in,
		in->kind == INGRESS_SUB ? &settings->bus.sub : &settings->bus.pull, err);
}

struct ingress *ingress_new(void *context, enum ingress_kind kind, const struct settings *settings,
	struct error *err)
{
	struct ingress *in = xcalloc(1, sizeof *in);

	in->kind = kind;
	buffer_init(&in->endpoints, 0);
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
	if (in->socket)
		zmq_close(in->socket);
	buffer_fini(&in->endpoints);
	free(in);
}

/* libzmq hands over whole messages only: once the first frame is there, so
 * are the others. */
static bool receive(struct ingress *in, zmq_msg_t *frame)
{
	int result;

	do {
		result = zmq_msg_recv(frame, in->socket, ZMQ_DONTWAIT);
	} while (result < 0 && errno == EINTR);
	return result >= 0;
}

bool ingress_take(struct ingress *in, struct ingress_message *m)
{
	zmq_msg_t *frame;
	size_t count = 0;

	m->is_too_long = false;
	do {
		m->is_too_long = count == INGRESS_PARTS;
		frame = &in->frames[count];
		if (!receive(in, frame))
			return false;
		if (!m->is_too_long)
			m->parts[count++] = (struct envelope_part){zmq_msg_data(frame), zmq_msg_size(frame)};
	} while (zmq_msg_more(frame));
	m->count = count;
	return true;
}

const char *ingress_name(const struct ingress *in)
{
	return kinds[in->kind].name;
}

const char *ingress_endpoints(const struct ingress *in)
{
	return in->endpoints.data;
}

void *ingress_socket(const struct ingress *in)
{
	return in->socket;
}
