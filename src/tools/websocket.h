/* websocket - one client WebSocket that carries whole text messages. */
#ifndef TOOLS_WEBSOCKET_H
#define TOOLS_WEBSOCKET_H

#include "tools/client_loop.h"

#include <stddef.h>

struct websocket;

struct websocket_end {
	int status;      /* HTTP, when the upgrade was answered with something else, or 0 */
	int code;        /* of the close frame, 1005 or 1006 without one */
	const char *why; /* borrowed */
};

struct websocket_hooks {
	void *context;
	void (*on_text)(void *context, const char *text, size_t size);
	/* The last one; the websocket is gone afterwards. */
	void (*on_end)(void *context, const struct websocket_end *end);
};

/* Start it; no hook is called from inside.  path is below the url's prefix.
 * NULL and a sentence when it cannot even begin. */
struct websocket *websocket_start(struct client_loop *loop, const struct url *url, const char *path,
	const struct websocket_hooks *hooks, struct error *err);
/* Send a text message, in its turn. */
void websocket_send(struct websocket *ws, const char *text, size_t size);
/* Close with code 1000 once everything is sent. */
void websocket_close(struct websocket *ws);
/* No hook will be called any more; NULL is fine. */
void websocket_abandon(struct websocket *ws);

#endif
