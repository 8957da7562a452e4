/* client_loop - libwebsockets as a client, on its own poll loop, with one
 * timer and the signals that ask a program to end.  Both come as descriptors,
 * so that everything happens on one thread and in one place. */
#ifndef TOOLS_CLIENT_LOOP_H
#define TOOLS_CLIENT_LOOP_H

#include "base/error.h"
#include "tools/url.h"

#include <libwebsockets.h>
#include <stdint.h>

#define HTTP_PROTOCOL "http"
#define WEBSOCKET_PROTOCOL "muster.v1"

struct client_loop;

/* First member of what a connection carries as its user data: which callback
 * it is for.  libwebsockets' own idea of a connection's protocol changes on
 * the way, from HTTP to WebSocket and, when that fails, back. */
struct client_connection {
	unsigned magic;
	lws_callback_function *callback;
};

enum { CLIENT_CONNECTION_MAGIC = 0x6d757374 };

struct client_loop_hooks {
	void *context;
	void (*on_timer)(void *context);
	void (*on_signal)(void *context);
};

/* NULL and a sentence on failure.  Blocks SIGINT and SIGTERM from here on. */
struct client_loop *client_loop_new(const struct client_loop_hooks *hooks, struct error *err);
/* Ends what is open, with its last callbacks; NULL is fine. */
void client_loop_free(struct client_loop *loop);
/* One turn: wait for something and handle it. */
void client_loop_turn(struct client_loop *loop);
/* Call on_timer at this time of clock_monotonic(), instead of any earlier
 * wish; 0: not at all. */
void client_loop_wake_at(struct client_loop *loop, uint64_t when);
/* Fill in what every connection of this loop to this server has in common;
 * userdata is a struct that begins with a struct client_connection. */
void client_loop_prepare(struct client_loop *loop, struct lws_client_connect_info *info,
	const struct url *url);

#endif
