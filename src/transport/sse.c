/* sse - GET /sse: an event stream that lasts as long as its connection.  All
 * that waits goes out in one write; while the socket is full nothing is taken
 * from the lane, so that what waits there stays under the lane's bounds. */
#include "protocol/push.h"
#include "protocol/sse.h"

#include "muster/attach.h"
#include "muster/codes.h"
#include "transport/http_conn.h"

#include <string.h>

enum {
	MAX_WRITE = 256 * 1024,     /* of one write, in text, about */
	WRITES_A_TURN = 5,          /* a full outbox; beyond it the loop has its turn */
};

static void opened(struct conn *conn)
{
	struct http_conn *c = http_conn_of(conn);
	char cookie[HTTP_COOKIE_SIZE];

	attach_free(c->again);
	c->again = NULL;
	http_conn_stream(c, http_device_cookie(conn, cookie));
}

/* An unknown session begins anew where the URL lets it; one that was ended for
 * good is answered 204, which stops an EventSource. */
static void refused(struct conn *conn, const struct attach_refusal *why)
{
	struct http_conn *c = http_conn_of(conn);
	struct attach *again = c->again;
	const struct http_answer stop = {.status = 204, .closes = true};

	c->again = NULL;
	if (why->status == 410 && why->reconnect && again) {
		lane_attach(conn, &again);
		return;
	}
	attach_free(again);
	if (why->status == 410 && !why->reconnect)
		http_conn_answer(c, &stop);
	else
		http_conn_refuse(c, why, NULL, true);
}

/* The position that a `welcome` or `resumed` stands at: before the first push
 * of this write, else where the session is. */
static uint64_t first_position(const struct conn *conn, const struct outgoing *frames, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (frames[i].n > 0)
			return frames[i].n - 1;
	return lane_sent(conn);
}

static bool has_position(const struct frame *f)
{
	return f->event && (strcmp(f->event, "welcome") == 0 || strcmp(f->event, "resumed") == 0);
}

static void write_events(struct buffer *out, const struct conn *conn, const struct outgoing *frames, size_t count)
{
	uint64_t start = first_position(conn, frames, count);
	char sid[SID_TEXT + 1];

	buffer_clear(out);
	session_sid_format(sid, lane_sid(conn));
	for (size_t i = 0; i < count; i++) {
		bool is_start = !frames[i].frame->is_numbered && has_position(frames[i].frame);

		sse_write(out, frames[i].frame, sid, is_start ? start : frames[i].n, is_start);
	}
}

/* False: nothing more can be written now. */
static bool write_batch(struct http_conn *c)
{
	struct outgoing *frames = c->http->frames;
	struct buffer *text = &c->http->text;
	size_t count = lane_take(&c->conn, frames, HTTP_STREAM_FRAMES, MAX_WRITE);

	if (count > 0)
		write_events(text, &c->conn, frames, count);
	lane_taken(&c->conn);
	return count > 0 && http_conn_write(c, text->data, text->size) && http_conn_pending(c) == 0;
}

static void flush(struct conn *conn)
{
	struct http_conn *c = http_conn_of(conn);
	int writes = 0;

	if (c->state != HTTP_STREAM || c->has_left || http_conn_pending(c) > 0)
		return;
	while (lane_has_waiting(conn)) {
		if (writes++ == WRITES_A_TURN) {
			http_conn_set_timer(c, 0); /* room() goes on */
			return;
		}
		if (!write_batch(c))
			return;
	}
}

static void room(struct http_conn *c)
{
	if (c->conn.session)
		flush(&c->conn);
}

static void ping(struct conn *conn)
{
	struct http_conn *c = http_conn_of(conn);

	if (c->state == HTTP_STREAM && http_conn_pending(c) == 0)
		http_conn_write(c, ":\n\n", 3);
}

/* An EventSource that is replaced would come back and replace in its turn. */
static void write_replaced(struct http_conn *c, const char *reason)
{
	struct buffer *text = &c->http->text;
	struct frame *f = push_kick(CLOSE_REPLACED, reason, false);

	buffer_clear(text);
	sse_write(text, f, NULL, 0, false);
	frame_unref(f);
	http_conn_write(c, text->data, text->size);
}

/* Why was said by an event before, but for a replaced stream. */
static void close_stream(struct conn *conn, int code, const char *reason)
{
	struct http_conn *c = http_conn_of(conn);
	const struct http_answer stop = {.status = 204, .closes = true};

	if (c->state == HTTP_STREAM) {
		if (code == CLOSE_REPLACED)
			write_replaced(c, reason);
		http_conn_finish_stream(c);
	} else if (code == CLOSE_REPLACED || code == CLOSE_KICKED || code == CLOSE_OTHER_LOGIN)
		http_conn_answer(c, &stop);
	else
		http_conn_refuse_status(c, 503, "try again later");
}

static size_t pending(const struct conn *conn)
{
	return http_conn_pending((const struct http_conn *)((const char *)conn - offsetof(struct http_conn, conn)));
}

static void left(struct http_conn *c)
{
	lane_detached(&c->conn, CLOSE_ABNORMAL);
	http_conn_end(c);
}

static const struct transport sse_transport = {
	.kind = TRANSPORT_SSE,
	.opened = opened,
	.refused = refused,
	.flush = flush,
	.close = close_stream,
	.ping = ping,
	.pending = pending,
};

static const struct http_exchange sse_exchange = {
	.left = left,
	.room = room,
};

void sse_serve(struct http_conn *c, struct attach *attach, struct attach *again)
{
	c->conn = (struct conn){.transport = &sse_transport, .lane = c->http->lane};
	c->again = again;
	http_conn_wait(c, &sse_exchange);
	lane_attach(&c->conn, &attach);
}
