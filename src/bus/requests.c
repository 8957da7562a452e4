/* requests - see requests.h.  An asked request keeps its frames as libzmq gave
 * them, without a copy; its peer is known as long as it has unanswered ones. */
#include "bus/requests.h"

#include "base/map.h"
#include "base/xalloc.h"
#include "bus/bus_socket.h"
#include "bus/endpoint.h"
#include "muster/codes.h"
#include "muster/limits.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	ASKED_MAGIC = 0x41534b44,
	/* Requests past this wait with their peer: TCP holds it up. */
	RECEIVE_QUEUE = 2 * REQUESTS_UNANSWERED_PEER,
	/* Answers that wait for a peer that does not read. */
	SEND_QUEUE = 2 * REQUESTS_UNANSWERED_PEER,
	FRAME_SIZE = 2 * MAX_VERB_ARGS, /* between both sizes there is an answer, above it none */
	LINGER = 200,
};

/* A request of a ROUTER: who asked, an empty frame, the verb, its arguments. */
enum { FRAME_IDENTITY, FRAME_EMPTY, FRAME_VERB, FRAME_ARGS, FRAMES };

struct peer {
	size_t unanswered;
	size_t size;
	char identity[];
};

struct asked {
	struct request request; /* first: the one is found by the other */
	unsigned magic;
	struct requests *of;
	struct peer *peer;
	struct asked *next;
	struct asked *previous;
	zmq_msg_t args;
	char verb[MAX_VERB + 1];
};

struct requests {
	struct bus_socket socket;
	enum requests_kind kind;
	struct counters *counters;
	request_fn *fn;
	void *fn_context;
	struct map peers;
	struct asked *first; /* unanswered, in no order */
	size_t unanswered;
	size_t bytes;        /* of their arguments */
	zmq_msg_t frames[FRAMES + 1];
};

/* -- the socket ---------------------------------------------------------------- */

static bool is_of_kind(const char *text, enum requests_kind kind)
{
	struct endpoint e;
	bool is_private = endpoint_parse(&e, text, NULL) == 0 && endpoint_is_private(&e);

	return is_private == (kind == REQUESTS_PRIVATE);
}

size_t requests_endpoint_count(enum requests_kind kind, const struct settings *settings)
{
	size_t count = 0;

	for (size_t i = 0; i < settings->bus.router.count; i++)
		count += is_of_kind(settings->bus.router.items[i], kind);
	return count;
}

/* Whoever may write to a private socket may do everything: never the world. */
static int add_endpoint(struct requests *r, const char *text, struct error *err)
{
	mode_t before;
	int result;

	if (r->kind == REQUESTS_OPEN)
		return bus_socket_add(&r->socket, text, err);
	before = umask(S_IRWXO);
	umask(before | S_IRWXO);
	result = bus_socket_add(&r->socket, text, err);
	umask(before);
	return result;
}

static int open_socket(struct requests *r, void *context, const struct settings *settings,
	struct error *err)
{
	const struct bus_socket_options options = {
		.option = "bus.router",
		.type = ZMQ_ROUTER,
		.receive_queue = RECEIVE_QUEUE,
		.send_queue = SEND_QUEUE,
		.frame_size = FRAME_SIZE,
		.linger = LINGER,
	};
	const struct text_list *endpoints = &settings->bus.router;
	int result = bus_socket_init(&r->socket, context, &options, err);
	const int on = 1;

	if (!result && zmq_setsockopt(r->socket.handle, ZMQ_ROUTER_MANDATORY, &on, sizeof on) < 0)
		result = error_set(err, -errno, "bus.router: cannot set up the socket: %s", zmq_strerror(errno));
	for (size_t i = 0; i < endpoints->count && !result; i++)
		if (is_of_kind(endpoints->items[i], r->kind))
			result = add_endpoint(r, endpoints->items[i], err);
	return result;
}

struct requests *requests_new(void *context, enum requests_kind kind, const struct settings *settings,
	struct counters *counters, struct error *err)
{
	struct requests *r = xcalloc(1, sizeof *r);

	r->kind = kind;
	r->counters = counters;
	map_init(&r->peers);
	for (size_t i = 0; i <= FRAMES; i++)
		zmq_msg_init(&r->frames[i]);
	if (open_socket(r, context, settings, err) < 0) {
		requests_free(r);
		return NULL;
	}
	return r;
}

void requests_on_request(struct requests *r, request_fn *fn, void *context)
{
	r->fn = fn;
	r->fn_context = context;
}

const char *requests_endpoints(const struct requests *r)
{
	return r->socket.endpoints.data;
}

void *requests_socket(const struct requests *r)
{
	return r->socket.handle;
}

/* -- answers ------------------------------------------------------------------- */

static int send_frame(struct requests *r, const void *data, size_t size, int flags)
{
	int result;

	do {
		result = zmq_send(r->socket.handle, data, size, ZMQ_DONTWAIT | flags);
	} while (result < 0 && errno == EINTR);
	return result;
}

/* Whether a peer can have it shows at the first frame: -EHOSTUNREACH is one that
 * left, and nobody's loss. */
static void send_answer(struct requests *r, const void *identity, size_t identity_size, bool has_empty,
	const char *json, size_t size)
{
	if (send_frame(r, identity, identity_size, ZMQ_SNDMORE) < 0) {
		if (errno == EAGAIN)
			counter_add(r->counters, COUNTER_ANSWERS_DROPPED, 1);
		return;
	}
	if (has_empty)
		send_frame(r, "", 0, ZMQ_SNDMORE);
	send_frame(r, json, size, 0);
}

struct refused {
	int code;
	const char *sentence;
};

static void refuse(struct requests *r, const struct refused *why, size_t count)
{
	bool is_too_many = why->code == CODE_TOO_MANY;
	bool has_empty = count > FRAME_EMPTY && zmq_msg_size(&r->frames[FRAME_EMPTY]) == 0;
	char json[256];
	int size = snprintf(json, sizeof json, "{\"code\":%d,\"msg\":\"%s\"}", why->code, why->sentence);

	counter_add(r->counters, is_too_many ? COUNTER_REQUESTS_TOO_MANY : COUNTER_REQUESTS_MALFORMED, 1);
	assert(size > 0 && (size_t)size < sizeof json);
	send_answer(r, zmq_msg_data(&r->frames[FRAME_IDENTITY]), zmq_msg_size(&r->frames[FRAME_IDENTITY]),
		has_empty, json, (size_t)size);
}

/* -- what is asked and not answered ---------------------------------------------- */

/* The peer, with one more unanswered request; NULL: it has too many. */
static struct peer *peer_enter(struct requests *r)
{
	const void *identity = zmq_msg_data(&r->frames[FRAME_IDENTITY]);
	size_t size = zmq_msg_size(&r->frames[FRAME_IDENTITY]);
	struct peer *peer = map_find(&r->peers, identity, size);

	if (!peer) {
		peer = xmalloc(sizeof *peer + size);
		peer->unanswered = 0;
		peer->size = size;
		memcpy(peer->identity, identity, size);
		map_add(&r->peers, peer->identity, size, peer);
	}
	if (peer->unanswered >= REQUESTS_UNANSWERED_PEER)
		return NULL;
	peer->unanswered++;
	return peer;
}

static void peer_leave(struct requests *r, struct peer *peer)
{
	if (--peer->unanswered > 0)
		return;
	map_remove(&r->peers, peer->identity, peer->size);
	free(peer);
}

static void link_asked(struct requests *r, struct asked *a)
{
	a->next = r->first;
	if (r->first)
		r->first->previous = a;
	r->first = a;
	r->unanswered++;
	r->bytes += a->request.size;
}

static void asked_free(struct asked *a)
{
	struct requests *r = a->of;

	if (a->previous)
		a->previous->next = a->next;
	else
		r->first = a->next;
	if (a->next)
		a->next->previous = a->previous;
	r->unanswered--;
	r->bytes -= a->request.size;
	peer_leave(r, a->peer);
	zmq_msg_close(&a->args);
	a->magic = 0;
	free(a);
}

static void on_answer(struct request *request, const char *json, size_t size)
{
	struct asked *a = (struct asked *)request;

	assert(a->magic == ASKED_MAGIC);
	send_answer(a->of, a->peer->identity, a->peer->size, true, json, size);
	asked_free(a);
}

void requests_free(struct requests *r)
{
	if (!r)
		return;
	while (r->first)
		asked_free(r->first);
	for (size_t i = 0; i <= FRAMES; i++)
		zmq_msg_close(&r->frames[i]);
	bus_socket_fini(&r->socket);
	map_fini(&r->peers);
	free(r);
}

/* -- requests ------------------------------------------------------------------ */

static const struct refused *check(struct requests *r, size_t count, bool is_too_long)
{
	static const struct refused no_empty = {CODE_INVALID, "the first frame must be empty, as a REQ sends it"};
	static const struct refused no_verb = {CODE_INVALID, "there is no verb: send [verb][arguments]"};
	static const struct refused too_long = {CODE_INVALID, "too many frames: send [verb][arguments]"};
	static const struct refused bad_verb = {CODE_INVALID, "the verb must be 1 to 63 bytes without NUL"};
	static const struct refused too_large = {CODE_TOO_LARGE, "the arguments must be at most 1 MiB"};
	const zmq_msg_t *verb = &r->frames[FRAME_VERB];
	size_t size = count > FRAME_VERB ? zmq_msg_size(verb) : 0;

	if (count > FRAME_EMPTY && zmq_msg_size(&r->frames[FRAME_EMPTY]) > 0)
		return &no_empty;
	if (count <= FRAME_VERB)
		return &no_verb;
	if (is_too_long)
		return &too_long;
	if (size == 0 || size > MAX_VERB || memchr(zmq_msg_data(&r->frames[FRAME_VERB]), '\0', size))
		return &bad_verb;
	if (count > FRAME_ARGS && zmq_msg_size(&r->frames[FRAME_ARGS]) > MAX_VERB_ARGS)
		return &too_large;
	return NULL;
}

static struct asked *asked_new(struct requests *r, struct peer *peer, size_t count)
{
	static const unsigned roles[] = {
		[REQUESTS_OPEN] = ROLE_READ | ROLE_PUBLISH,
		[REQUESTS_PRIVATE] = ROLE_READ | ROLE_PUBLISH | ROLE_ADMIN,
	};
	struct asked *a = xmalloc(sizeof *a);
	size_t size = zmq_msg_size(&r->frames[FRAME_VERB]);

	a->magic = ASKED_MAGIC;
	a->of = r;
	a->peer = peer;
	a->next = a->previous = NULL;
	memcpy(a->verb, zmq_msg_data(&r->frames[FRAME_VERB]), size);
	a->verb[size] = '\0';
	zmq_msg_init(&a->args);
	if (count > FRAME_ARGS)
		zmq_msg_move(&a->args, &r->frames[FRAME_ARGS]);
	a->request = (struct request){
		.verb = a->verb,
		.args = zmq_msg_data(&a->args),
		.size = zmq_msg_size(&a->args),
		.roles = roles[r->kind],
		.answer = on_answer,
	};
	link_asked(r, a);
	return a;
}

static void handle(struct requests *r, size_t count, bool is_too_long)
{
	static const struct refused too_many = {CODE_TOO_MANY, "too many requests wait for their answer"};
	static const char nobody[] = "{\"code\":1004,\"msg\":\"nobody answers yet\"}";
	const struct refused *why = check(r, count, is_too_long);
	struct peer *peer = NULL;
	struct asked *a;

	if (!why && (r->unanswered >= REQUESTS_UNANSWERED_MAX || r->bytes >= REQUESTS_UNANSWERED_BYTES))
		why = &too_many;
	if (!why && !(peer = peer_enter(r)))
		why = &too_many;
	if (why) {
		refuse(r, why, count);
		return;
	}
	a = asked_new(r, peer, count);
	if (r->fn)
		r->fn(r->fn_context, &a->request);
	else
		on_answer(&a->request, nobody, sizeof nobody - 1);
}

size_t requests_drain(struct requests *r, size_t max)
{
	size_t taken = 0, count;
	bool is_too_long;

	while (taken < max && bus_socket_take(&r->socket, r->frames, FRAMES, &count, &is_too_long)) {
		handle(r, count, is_too_long);
		taken++;
	}
	return taken;
}
