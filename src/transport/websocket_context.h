/* websocket_context - libwebsockets as one lane uses it: its context on the
 * lane's loop, its one callback, and handing a socket over.  Settled by
 * measurement: no retry policy (its timers are one sorted list), a receive buffer
 * as small as a control frame, no extensions, text checked for UTF-8. */
#ifndef TRANSPORT_WEBSOCKET_CONTEXT_H
#define TRANSPORT_WEBSOCKET_CONTEXT_H

#include "base/error.h"
#include "transport/websocket_conn.h"

#include <stdbool.h>

/* 0, or negative and *err. */
int websocket_context_make(struct websocket *ws, struct error *err);
/* Every connection is lost and freed on the way, but those that it never had. */
void websocket_context_destroy(struct websocket *ws);
/* Hand a QUEUED connection over; the descriptor is gone in any case.  It is OPEN
 * afterwards (or already further); false: it was lost. */
bool websocket_adopt(struct websocket_conn *c);

#endif
