/* bus - see muster/bus.h.  The sockets in a row, read in turns; each message
 * becomes a struct publish or one more refusal, which is counted by reason
 * and, within a rate, logged with its target.  The payload is nobody's
 * business but the receivers'.  What is asked goes by requests, what is told by
 * events. */
#include "muster/bus.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "bus/events.h"
#include "bus/ingress.h"
#include "bus/requests.h"
#include "muster/limits.h"
#include "muster/session_id.h"
#include "protocol/envelope.h"
#include "protocol/json_scan.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum {
	SOURCES_MAX = 4,
	FDS_MAX = 4,
	TURN = 64, /* messages from one socket before the next has its go */
	LINES_PER_SECOND = 10,
	TARGET_SHOWN = 160, /* of a target in the log, with its escapes */
	UNPARSED_SHOWN = 64, /* of what is no target, before them */
};

/* Where messages or requests come in: one of the two is set. */
struct source {
	struct ingress *ingress;
	struct requests *requests;
};

struct bus {
	void *context;
	struct source sources[SOURCES_MAX];
	size_t count;
	size_t first; /* whose turn is first in the next drain */
	struct events *events; /* NULL: no bus.xpub */
	size_t max_message;
	struct counters *counters;
	bus_message_fn *fn;
	void *fn_context;
	struct log_limit log_limit;
};

static int add_ingress(struct bus *b, enum ingress_kind kind, const struct settings *settings,
	struct error *err)
{
	const struct text_list *endpoints = kind == INGRESS_SUB ? &settings->bus.sub : &settings->bus.pull;
	struct source *source = &b->sources[b->count];

	if (endpoints->count == 0)
		return 0;
	source->ingress = ingress_new(b->context, kind, settings, err);
	if (!source->ingress)
		return -EINVAL;
	b->count++;
	return 0;
}

static int add_requests(struct bus *b, enum requests_kind kind, const struct settings *settings,
	struct error *err)
{
	struct source *source = &b->sources[b->count];

	if (requests_endpoint_count(kind, settings) == 0)
		return 0;
	source->requests = requests_new(b->context, kind, settings, b->counters, err);
	if (!source->requests)
		return -EINVAL;
	b->count++;
	return 0;
}

static int add_events(struct bus *b, const struct settings *settings, struct error *err)
{
	if (settings->bus.xpub.count == 0)
		return 0;
	b->events = events_new(b->context, settings, b->counters, err);
	return b->events ? 0 : -EINVAL;
}

static int open_sockets(struct bus *b, const struct settings *settings, struct error *err)
{
	b->context = zmq_ctx_new();
	if (!b->context)
		return error_set(err, -errno, "cannot start ZeroMQ: %s", zmq_strerror(errno));
	if (add_ingress(b, INGRESS_SUB, settings, err) < 0 || add_ingress(b, INGRESS_PULL, settings, err) < 0 ||
	    add_requests(b, REQUESTS_OPEN, settings, err) < 0 ||
	    add_requests(b, REQUESTS_PRIVATE, settings, err) < 0)
		return -EINVAL;
	return add_events(b, settings, err);
}

struct bus *bus_new(const struct settings *settings, struct counters *counters, struct error *err)
{
	struct bus *b = xcalloc(1, sizeof *b);

	b->max_message = (size_t)settings->max_message;
	b->counters = counters;
	if (open_sockets(b, settings, err) < 0) {
		bus_free(b);
		return NULL;
	}
	return b;
}

void bus_free(struct bus *b)
{
	if (!b)
		return;
	events_free(b->events);
	for (size_t i = 0; i < b->count; i++) {
		ingress_free(b->sources[i].ingress);
		requests_free(b->sources[i].requests);
	}
	while (b->context && zmq_ctx_term(b->context) < 0 && errno == EINTR)
		;
	free(b);
}

void bus_on_message(struct bus *b, bus_message_fn *fn, void *context)
{
	b->fn = fn;
	b->fn_context = context;
}

void bus_on_request(struct bus *b, request_fn *fn, void *context)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->sources[i].requests)
			requests_on_request(b->sources[i].requests, fn, context);
}

static void *source_socket(const struct source *source)
{
	return source->ingress ? ingress_socket(source->ingress) : requests_socket(source->requests);
}

/* Not longer than until the events have something to repeat. */
static int shorten(const struct bus *b, int timeout)
{
	int other = b->events && timeout != 0 ? events_timeout(b->events, clock_monotonic()) : -1;

	return timeout < 0 || (other >= 0 && other < timeout) ? other : timeout;
}

void bus_wait(struct bus *b, const int *fds, size_t count, int timeout)
{
	zmq_pollitem_t items[SOURCES_MAX + 1 + FDS_MAX];
	int used = 0;

	assert(count <= FDS_MAX);
	for (size_t i = 0; i < count; i++)
		if (fds[i] >= 0)
			items[used++] = (zmq_pollitem_t){.fd = fds[i], .events = ZMQ_POLLIN};
	for (size_t i = 0; i < b->count; i++)
		items[used++] = (zmq_pollitem_t){.socket = source_socket(&b->sources[i]), .events = ZMQ_POLLIN};
	if (b->events)
		items[used++] = (zmq_pollitem_t){.socket = events_socket(b->events), .events = ZMQ_POLLIN};
	zmq_poll(items, used, shorten(b, timeout));
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

static bool is_base64url(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* Whatever could be a sid, in place. */
static void mask(char *text)
{
	while (*text) {
		size_t run = 0;

		while (is_base64url(text[run]))
			run++;
		if (run >= SID_TEXT)
			memset(text, '?', run);
		text += run ? run : 1;
	}
}

/* What is no target: its beginning, and nothing of what names a session. */
static void show_unparsed(char out[TARGET_SHOWN], char *text)
{
	size_t size;

	if (strcasestr(text, "session/"))
		strcpy(text, "?");
	mask(text);
	size = strlen(text);
	log_quote(out, TARGET_SHOWN, text, size < UNPARSED_SHOWN ? size : UNPARSED_SHOWN);
}

/* The target as the log may show it.  A session may be named by its sid, which
 * is its client's secret: the canonical text has the id in its place. */
static void show_target(char out[TARGET_SHOWN], const struct ingress_message *m)
{
	char *text = copy_target(m), *canonical;
	struct target target;

	if (text && target_parse(&target, text, strlen(text)) == 0) {
		canonical = target_format(&target);
		log_quote(out, TARGET_SHOWN, canonical, strlen(canonical));
		free(canonical);
		target_fini(&target);
	} else if (text) {
		show_unparsed(out, text);
	} else {
		log_quote(out, TARGET_SHOWN, "", 0);
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

static size_t drain_ingress(struct bus *b, struct ingress *in, size_t max, uint64_t now)
{
	struct ingress_message m;
	size_t taken = 0;

	while (taken < max && ingress_take(in, &m)) {
		handle(b, in, &m, now);
		taken++;
	}
	return taken;
}

static size_t drain_source(struct bus *b, const struct source *source, size_t max, uint64_t now)
{
	if (source->requests)
		return requests_drain(source->requests, max);
	return drain_ingress(b, source->ingress, max, now);
}

/* Round and round, TURN messages each, until all are empty or max is reached;
 * the next drain begins where this one stopped. */
size_t bus_drain(struct bus *b, size_t max, uint64_t now)
{
	size_t taken = 0, empty = 0;

	if (b->events)
		events_drain(b->events);
	while (taken < max && empty < b->count) {
		size_t share = max - taken < TURN ? max - taken : TURN;
		size_t got = drain_source(b, &b->sources[b->first], share, now);

		taken += got;
		empty = got < share ? empty + 1 : 0;
		b->first = (b->first + 1) % b->count;
	}
	return taken;
}

void bus_tell(struct bus *b, const char *topic, const char *json, size_t size, uint64_t wall_time)
{
	if (b->events)
		events_tell(b->events, topic, json, size, wall_time);
}

void bus_tick(struct bus *b, uint64_t now, uint64_t wall_time)
{
	if (b->events)
		events_tick(b->events, now, wall_time);
}

/* A key once, though two sockets may stand behind it. */
static void describe(struct buffer *out, const char *name, const char *endpoints, const char **last)
{
	if (*last && strcmp(*last, name) == 0)
		buffer_printf(out, ",%s", endpoints);
	else
		buffer_printf(out, "%sbus_%s=%s", *last ? " " : "", name, endpoints);
	*last = name;
}

void bus_describe(const struct bus *b, char *out, size_t size)
{
	struct buffer text;
	const char *last = NULL;

	assert(size > 0);
	buffer_init(&text, 0);
	for (size_t i = 0; i < b->count; i++) {
		const struct source *source = &b->sources[i];

		if (source->ingress)
			describe(&text, ingress_name(source->ingress), ingress_endpoints(source->ingress), &last);
		else
			describe(&text, "router", requests_endpoints(source->requests), &last);
	}
	if (b->events)
		describe(&text, "xpub", events_endpoints(b->events), &last);
	snprintf(out, size, "%.*s", (int)text.size, text.size ? text.data : "");
	buffer_fini(&text);
}
