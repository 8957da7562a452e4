/* http - the requests of a lane that we answer ourselves: long-poll, /send,
 * SSE and what belongs to them.  One per lane, on the lane's thread.  What
 * turns out to be somebody else's (a WebSocket, a file, a session of another
 * lane) is handed on with its bytes unread. */
#ifndef TRANSPORT_HTTP_H
#define TRANSPORT_HTTP_H

#include "muster/counters.h"
#include "muster/settings.h"

#include <sys/socket.h>

struct files;
struct http;
struct lane;
struct websocket;

/* Everything is borrowed and outlives it; lanes: all of them, in order. */
struct http *http_new(struct lane *lane, struct websocket *websocket, struct files *files,
	const struct settings *settings, struct counters *counters, struct lane *const *lanes, unsigned lane_count);
/* After lane_run() came back, before lane_free(): closes what is still open. */
void http_free(struct http *h);
/* A connection with an unread request; owns fd.  Who sent it has counted it for
 * this lane.  context: the struct http.  For lane_set_socket_taker(). */
void http_take(void *context, int fd, const struct sockaddr_storage *peer);

#endif
