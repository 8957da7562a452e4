/* websocket - WebSocket connections of one lane (RFC 6455), by libwebsockets on
 * the lane's own loop.  The head of the handshake was peeked by the front and is
 * still in the kernel; it is checked here, the lane is asked, and only then does
 * libwebsockets get the socket.  Ready-made frames are written directly from the
 * lane's turn, all that wait in one write. */
#ifndef TRANSPORT_WEBSOCKET_H
#define TRANSPORT_WEBSOCKET_H

#include "base/error.h"
#include "muster/attach.h"
#include "muster/counters.h"
#include "muster/lane.h"
#include "muster/settings.h"
#include "protocol/http_head.h"

struct websocket;

/* One per lane, on its thread or before it runs; never two at a time in one
 * process.  Borrows everything.  NULL and *err when libwebsockets refuses. */
struct websocket *websocket_new(struct lane *lane, const struct settings *settings,
	struct counters *counters, struct error *err);
/* Take a connection whose unread bytes begin with this head, a GET with
 * "Upgrade: websocket"; the origin was checked.  fd is non-blocking and nobody
 * watches it any more.  head and its bytes are only read during the call; fd and
 * *attach are taken.  Counts the connection with lane_count_connection() for as
 * long as it lives: the giver has taken it off its own count. */
void websocket_accept(struct websocket *ws, int fd, const struct http_head *head, struct attach **attach);
/* End every connection at once and libwebsockets with them.  After lane_run()
 * came back, before lane_free(); it runs the lane's loop a few turns itself.
 * One lane after the other, while no other thread opens descriptors
 * (libwebsockets closes one of its own twice).  NULL is fine. */
void websocket_free(struct websocket *ws);

#endif
