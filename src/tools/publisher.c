/* publisher - see publisher.h. */
#include "tools/publisher.h"

#include "base/clock.h"
#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum {
	QUEUED_MESSAGES = 100000,
	SUBSCRIPTION_SIZE = 1024,
};

struct publisher {
	void *context;
	void *socket;
};

static int set_options(void *socket, const struct publisher_options *o)
{
	const struct {
		int option;
		int value;
	} table[] = {
		{ZMQ_SNDHWM, QUEUED_MESSAGES},
		{ZMQ_LINGER, o->wait},
		{ZMQ_IPV6, 1},
		{ZMQ_IMMEDIATE, 1}, /* a PUSH sends to who is there, not to who may come */
		{ZMQ_SNDTIMEO, o->wait},
	};
	const int on = 1;

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (zmq_setsockopt(socket, table[i].option, &table[i].value, sizeof table[i].value) < 0)
			return -1;
	/* Wait for a slow reader rather than drop. */
	return o->is_push ? 0 : zmq_setsockopt(socket, ZMQ_XPUB_NODROP, &on, sizeof on);
}

/* Does the first byte subscribe, and the rest begin the target? */
static bool covers(const char *subscription, size_t size, const char *target)
{
	return size >= 1 && subscription[0] == 1 && size - 1 <= strlen(target) &&
		memcmp(subscription + 1, target, size - 1) == 0;
}

static int wait_event(void *socket, short event, uint64_t deadline)
{
	zmq_pollitem_t item = {.socket = socket, .events = event};
	uint64_t now = clock_monotonic();

	return zmq_poll(&item, 1, now < deadline ? (long)(deadline - now) : 0);
}

static int wait_subscription(struct publisher *p, const struct publisher_options *o, uint64_t deadline,
	struct error *err)
{
	char subscription[SUBSCRIPTION_SIZE];
	bool has_other = false;

	while (wait_event(p->socket, ZMQ_POLLIN, deadline) > 0) {
		int size = zmq_recv(p->socket, subscription, sizeof subscription, ZMQ_DONTWAIT);

		if (size > 0 && covers(subscription, (size_t)size, o->target))
			return 0;
		has_other = has_other || size > 0;
	}
	if (has_other)
		return error_set(err, -ETIMEDOUT,
			"%s takes other topics only, none that %s begins with", o->endpoint, o->target);
	return error_set(err, -ETIMEDOUT, "nobody listens at %s (waited %d ms)", o->endpoint, o->wait);
}

static int wait_peer(struct publisher *p, const struct publisher_options *o, uint64_t deadline,
	struct error *err)
{
	if (!o->is_push)
		return wait_subscription(p, o, deadline, err);
	if (wait_event(p->socket, ZMQ_POLLOUT, deadline) > 0)
		return 0;
	return error_set(err, -ETIMEDOUT, "nobody listens at %s (waited %d ms)", o->endpoint, o->wait);
}

static int open_socket(struct publisher *p, const struct publisher_options *o, struct error *err)
{
	uint64_t deadline = clock_monotonic() + (uint64_t)o->wait;

	p->context = zmq_ctx_new();
	p->socket = p->context ? zmq_socket(p->context, o->is_push ? ZMQ_PUSH : ZMQ_XPUB) : NULL;
	if (!p->socket || set_options(p->socket, o) < 0)
		return error_set(err, -errno, "cannot open a socket: %s", zmq_strerror(errno));
	if (zmq_connect(p->socket, o->endpoint) < 0)
		return error_set(err, -errno, "cannot connect to \"%s\": %s", o->endpoint,
			zmq_strerror(errno));
	return wait_peer(p, o, deadline, err);
}

struct publisher *publisher_new(const struct publisher_options *options, struct error *err)
{
	struct publisher *p = xcalloc(1, sizeof *p);

	if (open_socket(p, options, err) < 0) {
		publisher_free(p);
		return NULL;
	}
	return p;
}

void publisher_free(struct publisher *p)
{
	if (p->socket)
		zmq_close(p->socket);
	while (p->context && zmq_ctx_term(p->context) < 0 && errno == EINTR)
		;
	free(p);
}

int publisher_send(struct publisher *p, const void *const *frames, const size_t *sizes,
	size_t count, struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		int flags = i + 1 < count ? ZMQ_SNDMORE : 0;
		int result;

		do {
			result = zmq_send(p->socket, frames[i], sizes[i], flags);
		} while (result < 0 && errno == EINTR);
		if (result < 0)
			return error_set(err, -errno, "cannot send: %s",
				errno == EAGAIN ? "the other side takes no more" : zmq_strerror(errno));
	}
	return 0;
}
