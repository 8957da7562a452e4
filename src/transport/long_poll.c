/* long_poll - GET and POST /poll: an attach that lasts for one answer.
 *
 *   attach --opened--> parked --flush----> {"n":2,"items":[..]}, released
 *                             --wait over-> {"n":0,"items":[]}, released
 *                             --replaced--> .."superseded":true
 *                             --ended-----> 410
 *                             --left------> released
 *
 * A session that is new is told its sid in the answer and is answered at once,
 * for its welcome waits. */
#include "transport/http_conn.h"

#include "muster/attach.h"
#include "muster/codes.h"

#include <inttypes.h>
#include <string.h>

enum { MAX_ANSWER = 256 * 1024 }; /* bytes of pushes, about */

static void write_opening(struct buffer *out, const struct conn *conn)
{
	char sid[SID_TEXT + 1];

	buffer_append_char(out, '{');
	if (lane_was_resumed(conn))
		return;
	session_sid_format(sid, lane_sid(conn));
	buffer_printf(out, "\"sid\":\"%s\",", sid);
}

/* Everything but the items, for a session that is bound. */
static void write_position(struct buffer *out, const struct conn *conn)
{
	buffer_clear(out);
	write_opening(out, conn);
	buffer_printf(out, "\"n\":%" PRIu64, lane_sent(conn));
	if (lane_was_resumed(conn) && lane_lost(conn) > 0)
		buffer_printf(out, ",\"lost\":%" PRIu64, lane_lost(conn));
}

/* The session lets go first: what is sent may bring the next request. */
static void answer_and_release(struct http_conn *c)
{
	struct buffer *text = &c->http->text;
	char cookie[HTTP_COOKIE_SIZE];
	struct http_answer answer = {.status = 200, .extra = http_device_cookie(&c->conn, cookie)};

	lane_taken(&c->conn);
	lane_release(&c->conn);
	answer.body = text->data;
	answer.size = text->size;
	http_conn_answer(c, &answer);
}

/* A poll has no `resumed` item: its answer says the same. */
static bool is_item(const struct outgoing *o)
{
	return !o->frame->event || strcmp(o->frame->event, "resumed") != 0;
}

static size_t write_items(struct buffer *out, const struct outgoing *frames, size_t count)
{
	size_t items = 0;

	buffer_append_text(out, ",\"items\":[");
	for (size_t i = 0; i < count; i++) {
		if (!is_item(&frames[i]))
			continue;
		if (items++)
			buffer_append_char(out, ',');
		buffer_append(out, frame_text(frames[i].frame), frames[i].frame->size);
	}
	buffer_append_text(out, "]}");
	return items;
}

static void flush(struct conn *conn)
{
	struct http_conn *c = http_conn_of(conn);
	struct outgoing *frames = c->http->frames;
	size_t count;

	if (c->state != HTTP_WAITING)
		return;
	count = lane_take(conn, frames, c->http->max_frames, MAX_ANSWER);
	write_position(&c->http->text, conn);
	if (write_items(&c->http->text, frames, count) > 0)
		answer_and_release(c);
	else
		lane_taken(conn);
}

static void expired(struct http_conn *c)
{
	if (lane_has_waiting(&c->conn)) { /* held back to gather more */
		flush(&c->conn);
		if (c->state != HTTP_WAITING)
			return;
	}
	write_position(&c->http->text, &c->conn);
	write_items(&c->http->text, NULL, 0);
	answer_and_release(c);
}

static void opened(struct conn *conn)
{
	struct http_conn *c = http_conn_of(conn);

	c->n = lane_sent(conn);
	c->is_poll_open = true;
	http_conn_set_timer(c, c->wait);
}

static void refused(struct conn *conn, const struct attach_refusal *why)
{
	http_conn_refuse(http_conn_of(conn), why, NULL, why->status == 503);
}

/* -- the session ends, or another connection has it now --------------------------------- */

static void answer_superseded(struct http_conn *c)
{
	struct buffer *text = &c->http->text;
	struct http_answer answer = {.status = 200};

	buffer_clear(text);
	buffer_printf(text, "{\"n\":%" PRIu64 ",\"items\":[],\"superseded\":true}", c->n);
	answer.body = text->data;
	answer.size = text->size;
	http_conn_answer(c, &answer);
}

static bool may_reconnect(int code)
{
	return code == CLOSE_TOKEN_EXPIRED || code == CLOSE_SLOW || code == CLOSE_IDLE || code == CLOSE_UNKNOWN_SESSION;
}

static void answer_ended(struct http_conn *c, int code, const char *reason)
{
	const char *sentence = reason && *reason ? reason : NULL;
	const struct attach_refusal ended = {.status = 410, .code = CODE_EXPIRED, .close = code, .reconnect = may_reconnect(code),
		.sentence = sentence ? sentence : "the session has ended"};
	const struct attach_refusal away = {.status = 503, .code = CODE_OVER_LIMIT, .retry_after = 1,
		.sentence = sentence ? sentence : "come again"};

	if (code == CLOSE_GOING_AWAY || code == CLOSE_RESTARTING || code == CLOSE_TRY_LATER || code == CLOSE_INTERNAL)
		http_conn_refuse(c, &away, NULL, true);
	else
		http_conn_refuse(c, &ended, NULL, false);
}

static void close_poll(struct conn *conn, int code, const char *reason)
{
	struct http_conn *c = http_conn_of(conn);

	if (c->state != HTTP_WAITING)
		return; /* its answer is on the way already */
	if (code == CLOSE_REPLACED)
		answer_superseded(c);
	else
		answer_ended(c, code, reason);
}

static void ping(struct conn *conn)
{
	(void)conn; /* a parked request says nothing until it is answered */
}

static size_t pending(const struct conn *conn)
{
	(void)conn; /* what was answered is no longer the session's */
	return 0;
}

/* A parked poll whose connection broke is no bad sign: proxies do that. */
static void left(struct http_conn *c)
{
	if (c->is_poll_open)
		lane_release(&c->conn);
	else
		lane_detached(&c->conn, CLOSE_ABNORMAL);
	http_conn_end(c);
}

static const struct transport poll_transport = {
	.kind = TRANSPORT_POLL,
	.opened = opened,
	.refused = refused,
	.flush = flush,
	.close = close_poll,
	.ping = ping,
	.pending = pending,
};

static const struct http_exchange poll_exchange = {
	.left = left,
	.expired = expired,
};

void long_poll_serve(struct http_conn *c, struct attach *attach)
{
	uint64_t wait = c->http->settings->wait;

	c->conn = (struct conn){.transport = &poll_transport, .lane = c->http->lane};
	c->n = attach->n;
	c->wait = attach->wait < wait ? attach->wait : wait;
	c->is_poll_open = false;
	http_conn_wait(c, &poll_exchange);
	lane_attach(&c->conn, &attach);
}
