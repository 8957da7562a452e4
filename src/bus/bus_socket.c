/* bus_socket - see bus_socket.h. */
#include "bus/bus_socket.h"

#include "base/listener.h"
#include "bus/endpoint.h"

#include <errno.h>
#include <string.h>

enum {
	HANDSHAKE_TIME = 10 * 1000,
	RECONNECT_TIME_MAX = 5 * 1000,
	KEEPALIVE_IDLE = 60,         /* seconds, as the system counts them */
	KEEPALIVE_INTERVAL = 15,
	KEEPALIVE_PROBES = 4,
	ADDRESS_SIZE = 512,
	UNSET = -1,
};

static int set_numbers(void *handle, const struct bus_socket_options *options)
{
	const struct {
		int option;
		int value;
	} table[] = {
		{ZMQ_RCVHWM, options->receive_queue ? options->receive_queue : UNSET},
		{ZMQ_SNDHWM, options->send_queue ? options->send_queue : UNSET},
		{ZMQ_LINGER, options->linger},
		{ZMQ_IPV6, 1},
		{ZMQ_HANDSHAKE_IVL, HANDSHAKE_TIME},
		{ZMQ_RECONNECT_IVL_MAX, RECONNECT_TIME_MAX},
		{ZMQ_TCP_KEEPALIVE, 1},
		{ZMQ_TCP_KEEPALIVE_IDLE, KEEPALIVE_IDLE},
		{ZMQ_TCP_KEEPALIVE_INTVL, KEEPALIVE_INTERVAL},
		{ZMQ_TCP_KEEPALIVE_CNT, KEEPALIVE_PROBES},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].value != UNSET &&
		    zmq_setsockopt(handle, table[i].option, &table[i].value, sizeof table[i].value) < 0)
			return -1;
	return 0;
}

static int set_options(void *handle, const struct bus_socket_options *options)
{
	/* A domain makes libzmq ask an authenticator when there is one, which
	 * only ZMTP 3 can answer; there is none, so ZMTP 3 peers pass. */
	static const char domain[] = "muster";

	if (zmq_setsockopt(handle, ZMQ_ZAP_DOMAIN, domain, sizeof domain - 1) < 0 ||
	    zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &options->frame_size, sizeof options->frame_size) < 0)
		return -1;
	return set_numbers(handle, options);
}

int bus_socket_init(struct bus_socket *s, void *context, const struct bus_socket_options *options,
	struct error *err)
{
	buffer_init(&s->endpoints, 0);
	s->option = options->option;
	s->handle = zmq_socket(context, options->type);
	if (!s->handle || set_options(s->handle, options) < 0) {
		int code = errno;

		return error_set(err, -code, "%s: cannot set up the socket: %s", s->option,
			zmq_strerror(code));
	}
	return 0;
}

void bus_socket_fini(struct bus_socket *s)
{
	if (s->handle)
		zmq_close(s->handle);
	s->handle = NULL;
	buffer_fini(&s->endpoints);
}

/* What the socket is bound to now; the system may have chosen the port. */
static void add_bound(struct bus_socket *s)
{
	char address[ADDRESS_SIZE];
	size_t size = sizeof address;

	if (zmq_getsockopt(s->handle, ZMQ_LAST_ENDPOINT, address, &size) < 0)
		return;
	endpoint_simplify(address);
	buffer_append_text(&s->endpoints, address);
}

/* libzmq removes whatever lies where an ipc socket shall be. */
static bool is_blocked(const struct endpoint *e)
{
	return !e->is_connect && endpoint_is_private(e) && listener_is_blocked(endpoint_path(e));
}

int bus_socket_add(struct bus_socket *s, const char *text, struct error *err)
{
	struct error why;
	struct endpoint e;

	if (endpoint_parse(&e, text, &why) < 0)
		return error_set(err, -EINVAL, "%s: %s", s->option, why.text);
	if (is_blocked(&e))
		return error_set(err, -EADDRINUSE, "%s: cannot bind %s: what lies there is no socket", s->option,
			e.address);
	if ((e.is_connect ? zmq_connect : zmq_bind)(s->handle, e.address) < 0) {
		int code = errno;

		return error_set(err, -code, "%s: cannot %s %s: %s", s->option,
			e.is_connect ? "connect" : "bind", e.address, zmq_strerror(code));
	}
	if (s->endpoints.size)
		buffer_append_char(&s->endpoints, ',');
	if (e.is_connect)
		buffer_append_text(&s->endpoints, text);
	else
		add_bound(s);
	buffer_append_char(&s->endpoints, '\0');
	s->endpoints.size--;
	return 0;
}

/* libzmq hands over whole messages only: once the first frame is there, so
 * are the others. */
static bool receive(struct bus_socket *s, zmq_msg_t *frame)
{
	int result;

	do {
		result = zmq_msg_recv(frame, s->handle, ZMQ_DONTWAIT);
	} while (result < 0 && errno == EINTR);
	return result >= 0;
}

bool bus_socket_take(struct bus_socket *s, zmq_msg_t *frames, size_t capacity, size_t *count,
	bool *is_too_long)
{
	size_t taken = 0;
	zmq_msg_t *frame;

	*is_too_long = false;
	do {
		*is_too_long |= taken == capacity;
		frame = &frames[*is_too_long ? capacity : taken++];
		if (!receive(s, frame))
			return false;
	} while (zmq_msg_more(frame));
	*count = taken;
	return true;
}
