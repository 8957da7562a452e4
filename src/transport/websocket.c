/* websocket - see websocket.h.  What happens to one connection is in
 * websocket_conn.c, what libwebsockets does in websocket_context.c; here is the
 * port's table, and who is handed over when and ended when. */
#include "transport/websocket.h"

#include "base/xalloc.h"
#include "muster/codes.h"
#include "transport/http_refusal.h"
#include "transport/websocket_conn.h"
#include "transport/websocket_context.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ADOPTIONS = 64, /* a turn: a handshake costs about 30 us */
	PARTINGS = 256, /* ended a turn */
};

/* -- from the request to the open connection --------------------------------- */

/* Lost before libwebsockets knew it: told and freed by the timer, not under the
 * lane's feet. */
static void bury(struct websocket_conn *c)
{
	c->state = WS_DEAD;
	c->wsi = NULL;
	websocket_link_move(&c->owner->queue, &c->link);
	if (!timer_is_set(&c->owner->queue_timer))
		loop_timer_set(c->owner->loop, &c->owner->queue_timer, loop_now(c->owner->loop));
}

static void adopt(struct websocket_conn *c)
{
	if (!websocket_adopt(c))
		bury(c);
}

static bool may_adopt(struct websocket *ws)
{
	uint64_t now = loop_now(ws->loop);

	if (ws->adopted_at != now) {
		ws->adopted_at = now;
		ws->adopted = 0;
	}
	return ws->adopted++ < ADOPTIONS;
}

/* Now, or in one of the next turns. */
static void enqueue(struct websocket_conn *c)
{
	struct websocket *ws = c->owner;

	c->state = WS_QUEUED;
	websocket_link_move(&ws->queue, &c->link);
	if (may_adopt(ws))
		adopt(c);
	else if (!timer_is_set(&ws->queue_timer))
		loop_timer_set(ws->loop, &ws->queue_timer, loop_now(ws->loop));
}

static void on_queue_timer(struct timer *t, uint64_t now)
{
	struct websocket *ws = (struct websocket *)((char *)t - offsetof(struct websocket, queue_timer));

	assert(ws->magic == WEBSOCKET_MAGIC);
	for (int i = 0; i < ADOPTIONS && ws->queue.next != &ws->queue; i++) {
		struct websocket_conn *c = websocket_conn_of_link(ws->queue.next);

		if (c->state == WS_DEAD) {
			websocket_conn_lost(c, CLOSE_ABNORMAL);
			websocket_conn_free(c);
			continue;
		}
		adopt(c);
		if (c->state == WS_OPEN)
			websocket_conn_write(c); /* the lane's flush() came too early */
	}
	if (ws->queue.next != &ws->queue)
		loop_timer_set(ws->loop, t, now);
}

static void on_parting_timer(struct timer *t, uint64_t now)
{
	struct websocket *ws = (struct websocket *)((char *)t - offsetof(struct websocket, parting_timer));

	assert(ws->magic == WEBSOCKET_MAGIC);
	for (int i = 0; i < PARTINGS && ws->parting.next != &ws->parting; i++) {
		struct websocket_conn *c = websocket_conn_of_link(ws->parting.next);

		if (c->deadline > now)
			break;
		websocket_conn_break(c);
	}
	if (ws->parting.next != &ws->parting)
		loop_timer_set(ws->loop, t, websocket_conn_of_link(ws->parting.next)->deadline);
}

/* -- the port ---------------------------------------------------------------- */

static void on_opened(struct conn *conn)
{
	struct websocket_conn *c = websocket_conn_of(conn);

	if (c->state == WS_ATTACHING)
		enqueue(c);
}

/* A session that has ended is told by a close code: browsers hide the status of
 * a failed handshake from scripts. */
static void on_refused(struct conn *conn, const struct attach_refusal *why)
{
	struct websocket_conn *c = websocket_conn_of(conn);

	assert(c->state == WS_ATTACHING);
	c->is_let_go = true;
	if (why->status == 410) {
		c->close_code = (uint16_t)(why->close ? why->close : CLOSE_UNKNOWN_SESSION);
		c->reason = xstrdup(why->sentence);
		enqueue(c);
		return;
	}
	http_refuse(c->fd, why, websocket_handshake_header(why->status), c->owner->counters);
	websocket_conn_free(c);
}

static void on_flush(struct conn *conn)
{
	struct websocket_conn *c = websocket_conn_of(conn);

	if (c->state == WS_OPEN)
		websocket_conn_write(c);
}

static void on_close(struct conn *conn, int code, const char *reason)
{
	struct websocket_conn *c = websocket_conn_of(conn);

	c->is_let_go = true;
	if (c->state == WS_OPEN) {
		websocket_conn_part(c, code, reason);
	} else if (c->state == WS_ATTACHING || c->state == WS_QUEUED) {
		free(c->reason);
		c->reason = xstrdup(reason);
		c->close_code = (uint16_t)code;
		if (c->state == WS_ATTACHING)
			enqueue(c);
	}
}

static void on_ping(struct conn *conn)
{
	websocket_conn_ping(websocket_conn_of(conn));
}

static size_t on_pending(const struct conn *conn)
{
	const struct websocket_conn *c =
		(const struct websocket_conn *)((const char *)conn - offsetof(struct websocket_conn, conn));

	assert(c->magic == WEBSOCKET_CONN_MAGIC);
	return c->wsi && lws_partial_buffered(c->wsi) ? 1 : 0;
}

static const struct transport transport = {
	.kind = TRANSPORT_WS,
	.opened = on_opened,
	.refused = on_refused,
	.flush = on_flush,
	.close = on_close,
	.ping = on_ping,
	.pending = on_pending,
};

void websocket_accept(struct websocket *ws, int fd, const struct http_head *head, struct attach **attach)
{
	struct websocket_handshake handshake;
	struct attach_refusal why;
	struct websocket_conn *c;

	if (websocket_handshake_check(&handshake, head, &why) < 0) {
		counter_add(ws->counters, COUNTER_REFUSED_REQUEST, 1);
		http_refuse(fd, &why, websocket_handshake_header(why.status), ws->counters);
		attach_free(*attach);
		*attach = NULL;
		return;
	}
	assert(head->size <= UINT16_MAX);
	websocket_handshake_token(*attach, head);
	(*attach)->transport = TRANSPORT_WS;
	c = websocket_conn_new(ws, fd);
	c->conn.transport = &transport;
	c->head_size = (uint16_t)head->size;
	c->has_protocol = handshake.has_protocol;
	memcpy(c->key, handshake.key, sizeof(c->key));
	lane_attach(&c->conn, attach);
}

struct websocket *websocket_new(struct lane *lane, const struct settings *settings,
	struct counters *counters, struct error *err)
{
	struct websocket *ws = xcalloc(1, sizeof(*ws));

	ws->magic = WEBSOCKET_MAGIC;
	ws->lane = lane;
	ws->loop = lane_loop(lane);
	ws->settings = settings;
	ws->counters = counters;
	websocket_link_init(&ws->attaching);
	websocket_link_init(&ws->queue);
	websocket_link_init(&ws->open);
	websocket_link_init(&ws->parting);
	timer_init(&ws->queue_timer, on_queue_timer);
	timer_init(&ws->parting_timer, on_parting_timer);
	if (websocket_context_make(ws, err) == 0)
		return ws;
	websocket_free(ws);
	return NULL;
}

/* -- the end -------------------------------------------------------------------- */

static void forget_all(struct websocket_link *ring)
{
	while (ring->next != ring) {
		struct websocket_conn *c = websocket_conn_of_link(ring->next);

		close(c->fd);
		websocket_conn_lost(c, CLOSE_ABNORMAL);
		websocket_conn_free(c);
	}
}

void websocket_free(struct websocket *ws)
{
	if (!ws)
		return;
	forget_all(&ws->attaching);
	forget_all(&ws->queue);
	websocket_context_destroy(ws);
	forget_all(&ws->queue);
	loop_timer_clear(ws->loop, &ws->queue_timer);
	loop_timer_clear(ws->loop, &ws->parting_timer);
	free(ws->scratch);
	ws->magic = 0;
	free(ws);
}
