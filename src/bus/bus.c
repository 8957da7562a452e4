/* bus - see muster/bus.h.  The sockets in a row, read in turns; each message
 * becomes a struct publish or one more refusal, which is counted by reason
 * and, within a rate, logged with its target.  The payload is nobody's
 * business but the receivers'. */
#include "muster/bus.h"

#include "base/log.h"
#include "base/xalloc.h"
#include "bus/ingress.h"
#include "muster/limits.h"
#include "protocol/envelope.h"
#include "protocol/json_scan.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum {
	SOCKETS_MAX = 2,
	TURN = 64, /* messages from one socket before the next has its go */
	LINES_PER_SECOND = 10,
	TARGET_SHOWN = 160, /* of a target in the log, with its escapes */
};

struct bus {
	void *context;
	struct ingress *sockets[SOCKETS_MAX];
	size_t count;
	size_t first; /* whose turn is first in the next drain */
	size_t max_message;
	struct counters *counters;
	bus_message_fn *fn;
	void *fn_context;
	struct log_limit log_limit;
};

static int add_socket(struct bus *b, enum ingress_kind kind, const struct settings *settings,
	struct error *err)
{
	const struct text_list *endpoints = kind == INGRESS_SUB ? &settings->bus.sub : &settings->bus.pull;

	if (endpoints->count == 0)
		return 0;
	b->sockets[b->count] = ingress_new(b->context, kind, settings, err);
	if (!b->sockets[b->count])
		return -EINVAL;
	b->count++;
	return 0;
}

struct bus *bus_new(const struct settings *settings, struct counters *counters, struct error *err)
{
	struct bus *b = xcalloc(1, sizeof *b);

	b->max_message = (size_t)settings->max_message;
	b->counters = counters;
	b->context = zmq_ctx_new();
	if (!b->context)
		error_set(err, -errno, "cannot start ZeroMQ: %s", zmq_strerror(errno));
	if (!b->context || add_socket(b, INGRESS_SUB, settings, err) < 0 ||
	    add_socket(b, INGRESS_PULL, settings, err) < 0) {
		bus_free(b);
		return NULL;
	}
	return b;
}

void bus_free(struct bus *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->count; i++)
		ingress_free(b->sockets[i]);
	while (b->context && zmq_ctx_term(b->context) < 0 && errno == EINTR)
		;
	free(b);
}

void bus_on_message(struct bus *b, bus_message_fn *fn, void *context)
{
	b->fn = fn;
	b->fn_context = context;
}

void bus_wait(struct bus *b, int fd, int timeout)
{
	zmq_pollitem_t items[SOCKETS_MAX + 1];

	items[0] = (zmq_pollitem_t){.fd = fd, .events = ZMQ_POLLIN};
	for (size_t i = 0; i < b->count; i++)
		items[i + 1] = (zmq_pollitem_t){.socket = ingress_socket(b->sockets[i]), .events = ZMQ_POLLIN};
	zmq_poll(items, (int)b->count + 1, timeout);
}

/* The target of a message as it came, or NULL when the message has none that
 * can be told from its payload. */
static char *copy_target(const struct ingress_message *m)
{
	const struct envelope_part *first = &m->parts[0];

	if (m->count > 1)
		return xstrndup(first->data, first->size < MAX_TARGET ? first->size : MAX_TARGET);
	if (!json_is_valid(first->data, first->size))
		return NULL;
	return json_label(json_member(first->data, first->size, "to"), 1, MAX_TARGET);
}

/* The target as the log may show it.  A session may be named by its sid, which
 * is its client's secret: the canonical text has the id in its place; what is
 * no target but names a session is not shown at all. */
static void show_target(char out[TARGET_SHOWN], const struct ingress_message *m)
{
	char *text = copy_target(m), *canonical;
	struct target target;

	if (text && target_parse(&target, text, strlen(text)) == 0) {
		canonical = target_format(&target);
		log_quote(out, TARGET_SHOWN, canonical, strlen(canonical));
		free(canonical);
		target_fini(&target);
	} else if (text && strstr(text, "session/")) {
		log_quote(out, TARGET_SHOWN, "?", 1);
	} else {
		log_quote(out, TARGET_SHOWN, text ? text : "", text ? strlen(text) : 0);
	}
	free(text);
}

static void refuse(struct bus *b, const struct ingress *in, const struct ingress_message *m,
	const struct refusal *why, uint64_t now)
{
	char target[TARGET_SHOWN];
	unsigned suppressed;

	counter_add(b->counters, why->counter, 1);
	if (!log_is_on(LOG_LEVEL_WARNING) ||
	    !log_allow(&b->log_limit, LINES_PER_SECOND, now, &suppressed))
		return;
	show_target(target, m);
	log_warning("event=refused socket=%s reason=%s target=%s suppressed=%u", ingress_name(in),
		why->reason, target, suppressed);
}

static void handle(struct bus *b, const struct ingress *in, const struct ingress_message *m,
	uint64_t now)
{
	struct refusal why = {COUNTER_REFUSED_FRAMES, "bad_frames"};
	struct publish *message;

	if (m->is_too_long ||
	    envelope_parse(&message, &why, m->parts, m->count, b->max_message) < 0) {
		refuse(b, in, m, &why, now);
		return;
	}
	if (b->fn)
		b->fn(b->fn_context, message);
	publish_unref(message);
}

static size_t drain_socket(struct bus *b, struct ingress *in, size_t max, uint64_t now)
{
	struct ingress_message m;
	size_t taken = 0;

	while (taken < max && ingress_take(in, &m)) {
		handle(b, in, &m, now);
		taken++;
	}
	return taken;
}

/* Round and round, TURN messages each, until all are empty or max is reached;
 * the next drain begins where this one stopped. */
size_t bus_drain(struct bus *b, size_t max, uint64_t now)
{
	size_t taken = 0, empty = 0;

	while (taken < max && empty < b->count) {
		size_t share = max - taken < TURN ? max - taken : TURN;
		size_t got = drain_socket(b, b->sockets[b->first], share, now);

		taken += got;
		empty = got < share ? empty + 1 : 0;
		b->first = (b->first + 1) % b->count;
	}
	return taken;
}

void bus_describe(const struct bus *b, char *out, size_t size)
{
	size_t used = 0;

	assert(size > 0);
	out[0] = '\0';
	for (size_t i = 0; i < b->count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%sbus_%s=%s", i ? " " : "",
			ingress_name(b->sockets[i]), ingress_endpoints(b->sockets[i]));
}
