/* http - see http.h: which request is whose, and may it come in.  Everything
 * is decided on the peeked head; only what is served here is consumed. */
#include "transport/http.h"

#include "base/xalloc.h"
#include "muster/attach.h"
#include "muster/codes.h"
#include "protocol/origin.h"
#include "protocol/query.h"
#include "protocol/sse.h"
#include "transport/files.h"
#include "transport/http_conn.h"
#include "transport/http_refusal.h"
#include "transport/websocket.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	MAX_ORIGIN = 512,
	SEND_OVERHEAD = 64 * 1024, /* of a /send body, over the message it may hold */
	ORIGIN_LINES = 5,          /* a second in the log */
};

/* -- handing on ------------------------------------------------------------------ */

static void peer_of(const struct http_conn *c, struct sockaddr_storage *out)
{
	memset(out, 0, sizeof *out);
	memcpy(out, &c->peer, sizeof c->peer);
}

static void hand_to_lane(struct http_conn *c, unsigned number)
{
	struct lane *lane = c->http->lanes[number];
	struct lane_post *post = lane_post_new(LANE_SOCKET);

	peer_of(c, &post->peer);
	post->fd = http_conn_release(c);
	lane_count_connection(lane, 1);
	lane_post(lane, post);
}

static void hand_to_files(struct http_conn *c)
{
	struct files *files = c->http->files;
	struct sockaddr_storage peer;

	peer_of(c, &peer);
	files_take(files, http_conn_release(c), &peer);
}

static bool is_elsewhere(const struct http_conn *c, unsigned lane)
{
	return lane != lane_number(c->http->lane) && lane < c->http->lane_count;
}

/* -- origins ---------------------------------------------------------------------- */

static bool allows_everybody(const struct text_list *origins)
{
	for (size_t i = 0; i < origins->count; i++)
		if (strcmp(origins->items[i], "*") == 0)
			return true;
	return false;
}

static void log_origin(struct http_conn *c, struct http_span origin)
{
	char shown[256], address[64];
	unsigned suppressed = 0;

	if (!log_allow(&c->http->origin_limit, ORIGIN_LINES, loop_now(c->http->loop), &suppressed))
		return;
	http_conn_address(c, address, sizeof address);
	log_warning("event=refused reason=origin origin=%s address=%s suppressed=%u",
		log_quote(shown, sizeof shown, origin.text ? origin.text : "", origin.size), address, suppressed);
}

/* True: allowed, and c->origin is what the answer has to name. */
static bool check_origin(struct http_conn *c)
{
	struct http *h = c->http;
	const struct text_list *origins = &h->settings->origins;
	struct http_span origin = http_head_value(&h->peek.head, "Origin");
	struct http_span host = http_head_value(&h->peek.head, "Host");

	free(c->origin);
	c->origin = NULL;
	if (http_head_count(&h->peek.head, "Origin") == 0)
		return true;
	if (!origin.text || origin.size > MAX_ORIGIN ||
	    !origin_is_allowed(origins->items, origins->count, origin.text, origin.size, host.text, host.size)) {
		counter_add(h->counters, COUNTER_REFUSED_ORIGIN, 1);
		log_origin(c, origin);
		return false;
	}
	c->origin = allows_everybody(origins) ? xstrdup("*") : xstrndup(origin.text, origin.size);
	return true;
}

/* -- parameters ------------------------------------------------------------------- */

static bool has_text(struct http_span span)
{
	return span.text && span.size > 0;
}

static void set_text(char **to, const char *text, size_t size)
{
	free(*to);
	*to = xstrndup(text, size);
}

static void take_bearer(struct attach *a, const struct http_head *head)
{
	static const char scheme[] = "Bearer ";
	struct http_span value = http_head_value(head, "Authorization");

	if (value.text && value.size > sizeof scheme - 1 && strncasecmp(value.text, scheme, sizeof scheme - 1) == 0)
		set_text(&a->token, value.text + sizeof scheme - 1, value.size - (sizeof scheme - 1));
}

/* An EventSource that reconnects knows better than the URL it was made with. */
static void take_last_event(struct attach *a, const struct http_head *head)
{
	struct http_span id = http_head_value(head, "Last-Event-ID");

	if (!has_text(id) || sse_parse_id(&a->sid, &a->n, id.text, id.size) < 0)
		return;
	a->has_sid = true;
	a->is_bad_sid = false;
}

static bool parse_attach(struct http_conn *c, struct attach *a, struct error *err)
{
	const struct request_peek *peek = &c->http->peek;
	const struct http_head *head = &peek->head;
	struct http_span cookie = http_head_cookie(head, "muster_device");

	if (has_text(head->query) && query_parse(a, head->query.text, head->query.size, err) < 0)
		return false;
	if (peek->route == ROUTE_POLL && head->has_length && head->length > 0 &&
	    query_parse_json(a, peek->bytes + head->size, (size_t)head->length, err) < 0)
		return false;
	take_bearer(a, head);
	if (has_text(cookie) && cookie.size <= MAX_DEVICE)
		set_text(&a->cookie_device, cookie.text, cookie.size);
	if (peek->route == ROUTE_SSE)
		take_last_event(a, head);
	http_conn_address(c, a->address, sizeof a->address);
	return true;
}

static void refuse_request(struct http_conn *c, const char *sentence)
{
	counter_add(c->http->counters, COUNTER_REFUSED_REQUEST, 1);
	http_conn_refuse_status(c, 400, sentence);
}

/* The caller's, or NULL when the request was refused. */
static struct attach *read_attach(struct http_conn *c, enum transport_kind transport)
{
	struct attach *a = attach_new();
	struct error err = {{0}};

	a->transport = transport;
	if (parse_attach(c, a, &err))
		return a;
	attach_free(a);
	refuse_request(c, err.text);
	return NULL;
}

/* -- the routes ------------------------------------------------------------------- */

/* The whole request is here and ours: take its bytes. */
static void begin(struct http_conn *c, size_t size)
{
	const struct request_peek *peek = &c->http->peek;

	c->has_input = peek->size > size || peek->size == sizeof peek->bytes;
	http_conn_consume(c, size);
}

static bool serve_files(struct http_conn *c)
{
	hand_to_files(c);
	return true;
}

static bool serve_ws(struct http_conn *c)
{
	struct http *h = c->http;
	struct attach *attach = read_attach(c, TRANSPORT_WS);

	if (!attach)
		return true;
	if (attach->has_sid && is_elsewhere(c, attach->sid.bytes[0]))
		hand_to_lane(c, attach->sid.bytes[0]);
	else
		websocket_accept(h->websocket, http_conn_release(c), &h->peek.head, &attach);
	attach_free(attach);
	return true;
}

/* The same wishes, but for a new session. */
static struct attach *attach_afresh(struct http_conn *c, const struct attach *a)
{
	struct attach *again;
	struct error err = {{0}};

	if (!a->has_sid && !a->is_bad_sid)
		return NULL;
	again = attach_new();
	again->transport = a->transport;
	(void)!parse_attach(c, again, &err); /* it went well before */
	again->has_sid = again->is_bad_sid = false;
	again->n = 0;
	return again;
}

static bool serve_sse(struct http_conn *c)
{
	struct attach *attach = read_attach(c, TRANSPORT_SSE), *again;

	if (!attach)
		return true;
	if (attach->has_sid && is_elsewhere(c, attach->sid.bytes[0])) {
		hand_to_lane(c, attach->sid.bytes[0]);
		attach_free(attach);
		return true;
	}
	again = attach_afresh(c, attach);
	begin(c, c->http->peek.head.size);
	c->keeps_alive = false;
	if (c->has_left) {
		attach_free(attach);
		attach_free(again);
		http_conn_end(c);
	} else {
		sse_serve(c, attach, again);
	}
	return true;
}

static bool serve_poll(struct http_conn *c)
{
	const struct request_peek *peek = &c->http->peek;
	size_t size = peek->head.size + (peek->head.has_length ? (size_t)peek->head.length : 0);
	struct attach *attach;

	if (peek->size < size) {
		http_conn_continue(c);
		return false;
	}
	attach = read_attach(c, TRANSPORT_POLL);
	if (!attach)
		return true;
	if (attach->has_sid && is_elsewhere(c, attach->sid.bytes[0])) {
		hand_to_lane(c, attach->sid.bytes[0]);
		attach_free(attach);
		return true;
	}
	begin(c, size);
	if (c->has_left) {
		attach_free(attach);
		http_conn_end(c);
	} else {
		long_poll_serve(c, attach);
	}
	return true;
}

static bool serve_send(struct http_conn *c)
{
	const struct request_peek *peek = &c->http->peek;
	const struct http_head *head = &peek->head;
	size_t whole = head->size + (size_t)head->length;
	struct attach *params = read_attach(c, TRANSPORT_NONE);

	if (!params)
		return true;
	if (!params->has_sid && !params->is_bad_sid) { /* a bad one is as good as unknown: 410 */
		refuse_request(c, "sid must name the session");
	} else if (params->has_sid && is_elsewhere(c, params->sid.bytes[0])) {
		hand_to_lane(c, params->sid.bytes[0]);
	} else {
		c->sid = params->sid;
		c->body_size = head->length;
		if (peek->size >= whole) {
			begin(c, whole);
			send_serve(c, peek->bytes + head->size, (size_t)head->length);
		} else {
			http_conn_consume(c, head->size);
			http_conn_continue(c);
			http_conn_read_body(c);
		}
	}
	attach_free(params);
	return true;
}

static bool serve_check(struct http_conn *c)
{
	static const char allowed[] = "{\"code\":200}";
	struct attach *attach = read_attach(c, TRANSPORT_NONE);
	struct attach_refusal why = {0};
	struct error err = {{0}};
	struct http_answer answer = {.status = 200, .body = allowed, .size = sizeof allowed - 1, .closes = true};

	if (!attach)
		return true;
	if (attach->has_sid && is_elsewhere(c, attach->sid.bytes[0])) {
		hand_to_lane(c, attach->sid.bytes[0]);
		attach_free(attach);
		return true;
	}
	begin(c, c->http->peek.head.size);
	if (lane_check(c->http->lane, attach, &why, &err))
		http_conn_refuse(c, &why, NULL, true);
	else
		http_conn_answer(c, &answer);
	attach_free(attach);
	return true;
}

static bool serve_preflight(struct http_conn *c)
{
	struct http_answer answer = {.status = 204, .closes = true,
		.extra = "Access-Control-Allow-Methods: GET, POST, OPTIONS\r\n"
			 "Access-Control-Allow-Headers: content-type, authorization, last-event-id\r\n"
			 "Access-Control-Max-Age: 600\r\n"};

	begin(c, c->http->peek.head.size);
	http_conn_answer(c, &answer);
	return true;
}

static const struct {
	bool (*serve)(struct http_conn *c);
	bool takes_get;
	bool takes_post;
	const char *allow;
} routes[] = {
	[ROUTE_FILES] = {serve_files, false, false, NULL},
	[ROUTE_WS] = {serve_ws, true, false, "Allow: GET\r\n"},
	[ROUTE_SSE] = {serve_sse, true, false, "Allow: GET\r\n"},
	[ROUTE_POLL] = {serve_poll, true, true, "Allow: GET, POST\r\n"},
	[ROUTE_SEND] = {serve_send, false, true, "Allow: POST\r\n"},
	[ROUTE_CHECK] = {serve_check, true, false, "Allow: GET\r\n"},
	[ROUTE_PREFLIGHT] = {serve_preflight, false, false, NULL},
};

/* -- what every request of ours must fulfil ------------------------------------------ */

static void redirect_to_itself(struct http_conn *c)
{
	const struct http_head *head = &c->http->peek.head;
	const struct attach_refusal why = {.status = 307, .code = CODE_INVALID,
		.sentence = "an event stream needs a connection of its own"};
	struct buffer line;

	buffer_init(&line, 0);
	buffer_append_text(&line, "Location: /sse");
	if (has_text(head->query)) {
		buffer_append_char(&line, '?');
		buffer_append(&line, head->query.text, head->query.size);
	}
	buffer_append(&line, "\r\n", 3);
	http_conn_refuse(c, &why, line.data, true);
	buffer_fini(&line);
}

static void refuse_upgrade(struct http_conn *c)
{
	const struct attach_refusal why = {.status = 426, .sentence = "a WebSocket needs a connection of its own"};

	http_conn_refuse(c, &why, "Upgrade: websocket\r\n", true);
}

static void refuse_method(struct http_conn *c, const char *allow)
{
	const struct attach_refusal why = {.status = 405, .sentence = "this method is not served here"};

	http_conn_refuse(c, &why, allow, true);
}

static bool method_is_allowed(const struct request_peek *peek)
{
	const struct http_span method = peek->head.method;

	return !routes[peek->route].allow || (routes[peek->route].takes_get && http_span_is(method, "GET")) ||
		(routes[peek->route].takes_post && http_span_is(method, "POST"));
}

/* How large a body this request may have. */
static uint64_t max_body(const struct http_conn *c)
{
	const struct request_peek *peek = &c->http->peek;

	if (!http_span_is(peek->head.method, "POST"))
		return 0;
	return peek->route == ROUTE_SEND ? c->http->settings->max_message + SEND_OVERHEAD : MAX_POLL_BODY;
}

/* False: refused. */
static bool body_is_fine(struct http_conn *c)
{
	const struct http_head *head = &c->http->peek.head;

	if (head->is_chunked || (routes[c->http->peek.route].takes_post && http_span_is(head->method, "POST") &&
				!head->has_length)) {
		http_conn_refuse_status(c, 411, "a body needs a Content-Length");
		return false;
	}
	if (head->has_length && head->length > max_body(c)) {
		http_conn_refuse_status(c, 413, "the body is too large");
		return false;
	}
	return true;
}

/* False: it was refused, or went to another lane. */
static bool pass(struct http_conn *c)
{
	const struct request_peek *peek = &c->http->peek;

	if (!check_origin(c)) {
		http_conn_refuse_status(c, 403, "this origin is not allowed");
		return false;
	}
	if (!method_is_allowed(peek)) {
		refuse_method(c, routes[peek->route].allow);
		return false;
	}
	if (c->has_served && peek->route == ROUTE_WS) {
		refuse_upgrade(c);
		return false;
	}
	if (c->has_served && peek->route == ROUTE_SSE) {
		redirect_to_itself(c);
		return false;
	}
	return body_is_fine(c);
}

bool http_dispatch(struct http_conn *c)
{
	const struct request_peek *peek = &c->http->peek;

	if (peek->route == ROUTE_FILES)
		return serve_files(c);
	c->keeps_alive = peek->head.keeps_alive && peek->head.minor > 0;
	c->is_head_request = http_span_is(peek->head.method, "HEAD");
	return pass(c) ? routes[peek->route].serve(c) : true;
}

/* -- life ------------------------------------------------------------------------- */

static void on_reaper(struct timer *t, uint64_t now)
{
	struct http *h = (struct http *)((char *)t - offsetof(struct http, reaper));

	(void)now;
	http_conn_reap(h);
}

static void on_drain(void *context)
{
	http_conn_drain(context);
}

struct http *http_new(struct lane *lane, struct websocket *websocket, struct files *files,
	const struct settings *settings, struct counters *counters, struct lane *const *lanes, unsigned lane_count)
{
	struct http *h = xcalloc(1, sizeof *h);

	h->lane = lane;
	h->loop = lane_loop(lane);
	h->websocket = websocket;
	h->files = files;
	h->settings = settings;
	h->counters = counters;
	h->lanes = lanes;
	h->lane_count = lane_count;
	timer_init(&h->reaper, on_reaper);
	buffer_init(&h->head, 0);
	buffer_init(&h->text, 0);
	h->max_frames = settings->poll_batch ? (size_t)settings->poll_batch : 1;
	h->frames = xcalloc(h->max_frames > HTTP_STREAM_FRAMES ? h->max_frames : HTTP_STREAM_FRAMES, sizeof *h->frames);
	lane_on_drain(lane, on_drain, h);
	return h;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	while (h->conns) {
		struct http_conn *c = h->conns;

		if (c->exchange && c->exchange->left)
			c->exchange->left(c);
		else
			http_conn_end(c);
	}
	http_conn_reap(h);
	loop_timer_clear(h->loop, &h->reaper);
	buffer_fini(&h->head);
	buffer_fini(&h->text);
	free(h->frames);
	free(h);
}

void http_take(void *context, int fd, const struct sockaddr_storage *peer)
{
	struct http *h = context;
	int result = http_conn_open(h, fd, peer);

	if (result < 0) {
		log_error("event=watch_failed error=%s", strerror(-result));
		close(fd);
		lane_count_connection(h->lane, -1);
	}
}
