/* websocket_conn - see websocket_conn.h. */
#include "transport/websocket_conn.h"

#include "base/xalloc.h"
#include "muster/codes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
	BATCH_FRAMES = 256,       /* of one write */
	BATCH_BYTES = 64 * 1024,
	BATCHES = 4,              /* of one flush: no receiver holds up the turn */
	MESSAGE_EXTRA = 4096,     /* a command around a message of the largest size */
	MAX_REASON = 123,
};

/* -- rings ----------------------------------------------------------------- */

void websocket_link_init(struct websocket_link *head)
{
	head->next = head->prev = head;
}

static void unlink_from(struct websocket_link *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
}

static void link_last(struct websocket_link *head, struct websocket_link *link)
{
	link->next = head;
	link->prev = head->prev;
	head->prev->next = link;
	head->prev = link;
}

void websocket_link_move(struct websocket_link *head, struct websocket_link *link)
{
	unlink_from(link);
	link_last(head, link);
}

static struct websocket_conn *checked(void *pointer)
{
	struct websocket_conn *c = pointer;

	assert(c->magic == WEBSOCKET_CONN_MAGIC);
	return c;
}

struct websocket_conn *websocket_conn_of_link(struct websocket_link *link)
{
	return checked((char *)link - offsetof(struct websocket_conn, link));
}

struct websocket_conn *websocket_conn_of(struct conn *c)
{
	return checked((char *)c - offsetof(struct websocket_conn, conn));
}

/* -- life ------------------------------------------------------------------ */

struct websocket_conn *websocket_conn_new(struct websocket *ws, int fd)
{
	struct websocket_conn *c = xcalloc(1, sizeof(*c));

	c->magic = WEBSOCKET_CONN_MAGIC;
	c->state = WS_ATTACHING;
	c->owner = ws;
	c->fd = fd;
	c->conn.lane = ws->lane;
	link_last(&ws->attaching, &c->link);
	lane_count_connection(ws->lane, 1);
	return c;
}

static void drop_message(struct websocket_conn *c)
{
	if (!c->message)
		return;
	buffer_fini(c->message);
	free(c->message);
	c->message = NULL;
}

void websocket_conn_free(struct websocket_conn *c)
{
	assert(c->is_let_go);
	lane_count_connection(c->owner->lane, -1);
	unlink_from(&c->link);
	drop_message(c);
	free(c->reason);
	c->magic = 0;
	free(c);
}

void websocket_conn_lost(struct websocket_conn *c, int code)
{
	if (c->is_let_go)
		return;
	c->is_let_go = true;
	lane_detached(&c->conn, code);
}

void websocket_conn_break(struct websocket_conn *c)
{
	c->state = WS_BROKEN;
	websocket_link_move(&c->owner->open, &c->link);
	drop_message(c);
	if (c->wsi)
		shutdown(c->fd, SHUT_RDWR);
}

/* -- sending --------------------------------------------------------------- */

/* Whole frames as they are; false: the connection is broken.  RAW leaves the
 * bytes alone, so that one frame serves all receivers. */
static bool write_raw(struct websocket_conn *c, const void *bytes, size_t size)
{
	if (lws_write(c->wsi, (unsigned char *)(uintptr_t)bytes, size, LWS_WRITE_RAW) >= 0)
		return true;
	websocket_conn_break(c);
	return false;
}

/* All but a single frame are copied into one run; what follows a frame that does
 * not fit stands alone again. */
static bool write_frames(struct websocket_conn *c, const struct outgoing *out, size_t count)
{
	char *scratch = c->owner->scratch;
	size_t gathered = 0;

	if (count == 1)
		return write_raw(c, out[0].frame->bytes, frame_wire_size(out[0].frame));
	for (size_t i = 0; i < count; i++) {
		size_t size = frame_wire_size(out[i].frame);

		if (gathered && gathered + size > BATCH_BYTES) {
			if (!write_raw(c, scratch, gathered))
				return false;
			gathered = 0;
		}
		if (size > BATCH_BYTES) {
			if (!write_raw(c, out[i].frame->bytes, size))
				return false;
			continue;
		}
		memcpy(scratch + gathered, out[i].frame->bytes, size);
		gathered += size;
	}
	return gathered == 0 || write_raw(c, scratch, gathered);
}

void websocket_conn_write(struct websocket_conn *c)
{
	struct outgoing out[BATCH_FRAMES];

	if (!c->owner->scratch)
		c->owner->scratch = xmalloc(BATCH_BYTES);
	for (int i = 0; i < BATCHES && c->state == WS_OPEN; i++) {
		size_t count;

		if (lws_partial_buffered(c->wsi))
			break;
		count = lane_take(&c->conn, out, BATCH_FRAMES, BATCH_BYTES - BATCH_FRAMES * 10);
		if (count == 0)
			return;
		write_frames(c, out, count);
		lane_taken(&c->conn);
	}
	if (c->state == WS_OPEN && lane_has_waiting(&c->conn))
		lws_callback_on_writable(c->wsi);
}

void websocket_conn_ping(struct websocket_conn *c)
{
	/* With a payload: libwebsockets hides empty pongs. */
	static const unsigned char ping[] = {0x89, 0x01, 'm'};

	if (c->state == WS_OPEN && !lws_partial_buffered(c->wsi))
		write_raw(c, ping, sizeof(ping));
}

/* -- parting --------------------------------------------------------------- */

/* The bytes of the reason that fit, never half a character. */
static size_t reason_size(const char *reason)
{
	size_t size = reason ? strlen(reason) : 0;

	if (size <= MAX_REASON)
		return size;
	size = MAX_REASON;
	while (size > 0 && ((unsigned char)reason[size] & 0xc0) == 0x80)
		size--;
	return size;
}

static void write_farewell(struct websocket_conn *c)
{
	unsigned char frame[4 + MAX_REASON];
	size_t size = reason_size(c->reason);

	if (lws_partial_buffered(c->wsi)) {
		lws_callback_on_writable(c->wsi);
		return;
	}
	frame[0] = 0x88;
	frame[1] = (unsigned char)(2 + size);
	frame[2] = (unsigned char)(c->close_code >> 8);
	frame[3] = (unsigned char)c->close_code;
	if (size)
		memcpy(frame + 4, c->reason, size);
	c->state = WS_PARTED;
	write_raw(c, frame, 4 + size);
}

static void start_parting(struct websocket_conn *c, enum websocket_state state)
{
	struct websocket *ws = c->owner;

	c->state = (uint8_t)state;
	c->deadline = loop_now(ws->loop) + WEBSOCKET_PARTING_TIME;
	websocket_link_move(&ws->parting, &c->link);
	if (!timer_is_set(&ws->parting_timer))
		loop_timer_set(ws->loop, &ws->parting_timer, c->deadline);
	drop_message(c);
}

/* RFC 6455 section 7.4: not those that only stand for the lack of one. */
static bool may_be_sent(int code)
{
	return code >= CLOSE_NORMAL && code < 5000 && code != CLOSE_NO_CODE && code != CLOSE_ABNORMAL;
}

void websocket_conn_part(struct websocket_conn *c, int code, const char *reason)
{
	char *copy = xstrdup(reason);

	free(c->reason);
	c->reason = copy;
	c->close_code = may_be_sent(code) ? (uint16_t)code : CLOSE_GOING_AWAY;
	start_parting(c, WS_PARTING);
	write_farewell(c);
}

bool websocket_conn_peer_parts(struct websocket_conn *c, const unsigned char *payload, size_t size)
{
	int code = size >= 2 ? payload[0] << 8 | payload[1] : CLOSE_NO_CODE;

	if (c->state != WS_OPEN)
		return true;
	start_parting(c, WS_PARTED);
	websocket_conn_lost(c, code);
	return false;
}

void websocket_conn_writable(struct websocket_conn *c)
{
	if (c->state == WS_OPEN)
		websocket_conn_write(c);
	else if (c->state == WS_PARTING)
		write_farewell(c);
}

/* -- receiving ------------------------------------------------------------- */

/* End it for the peer's fault. */
static void fail(struct websocket_conn *c, int code, const char *reason)
{
	websocket_conn_part(c, code, reason);
	websocket_conn_lost(c, CLOSE_ABNORMAL);
}

/* Add the piece; false: too big. */
static bool gather(struct websocket_conn *c, const char *text, size_t size)
{
	size_t limit = (size_t)c->owner->settings->max_message + MESSAGE_EXTRA;
	size_t held = c->message ? c->message->size : 0;

	if (size > limit - held || lws_remaining_packet_payload(c->wsi) > limit - held - size)
		return false;
	if (!c->message) {
		c->message = xmalloc(sizeof(*c->message));
		buffer_init(c->message, limit);
	}
	buffer_append(c->message, text, size);
	return true;
}

static void receive_last(struct websocket_conn *c, const char *text, size_t size)
{
	struct buffer *message = c->message;

	c->message = NULL; /* the command may end the connection */
	if (message)
		lane_command(&c->conn, message->data ? message->data : "", message->size);
	else
		lane_command(&c->conn, text ? text : "", size);
	if (message)
		buffer_fini(message);
	free(message);
}

void websocket_conn_receive(struct websocket_conn *c, const char *text, size_t size)
{
	bool is_last;

	if (c->state != WS_OPEN)
		return;
	lane_heard(&c->conn);
	if (c->state != WS_OPEN)
		return;
	is_last = lws_is_final_fragment(c->wsi) && lws_remaining_packet_payload(c->wsi) == 0;
	if (lws_frame_is_binary(c->wsi))
		fail(c, CLOSE_UNSUPPORTED, "text only");
	else if ((!is_last || c->message) && !gather(c, text, size))
		fail(c, CLOSE_TOO_BIG, "message too big");
	else if (is_last)
		receive_last(c, text, size);
}
