/* transport - the port between a lane and the ways to reach a client.  A
 * transport owns the socket; the lane owns the session and what waits in it.
 * All calls are on the lane's thread.
 *
 * Life of a connection: the transport fills a struct conn (embedded in its own
 * object) and calls lane_attach().  Later, never from inside that call, it hears
 * opened() or refused().  After opened() the lane calls flush() whenever
 * something waits; the transport takes it with lane_take().  It ends by close()
 * (the lane has let go already) or by the transport's lane_detached(). */
#ifndef MUSTER_TRANSPORT_H
#define MUSTER_TRANSPORT_H

#include "muster/attach.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conn;
struct lane;
struct session;
struct verdict;

/* Why an attach is refused, in the words of HTTP. */
struct attach_refusal {
	int status;           /* 401, 403, 410, 429, 503 */
	int code;             /* enum reply_code, for the body */
	const char *sentence; /* borrowed */
	unsigned retry_after; /* seconds; 0: no header */
	int close;            /* 410: the code the session ended with, else 0 */
	bool reconnect;       /* 410: may the client come again? */
};

struct transport {
	enum transport_kind kind;
	/* The session is bound: complete the handshake or park the request. */
	void (*opened)(struct conn *c);
	/* There will be no session; the connection is the transport's again. */
	void (*refused)(struct conn *c, const struct attach_refusal *why);
	/* Something waits: write as much as the socket takes without blocking.
	 * May find nothing.  Must not call lane_detached(); close later instead. */
	void (*flush)(struct conn *c);
	/* The session has let go (conn->session is NULL): say good-bye with the
	 * close code and end the connection. */
	void (*close)(struct conn *c, int code, const char *reason);
	/* Keep proxies and the peer awake (WebSocket ping, SSE comment). */
	void (*ping)(struct conn *c);
	/* Bytes taken from the lane but not yet with the kernel. */
	size_t (*pending)(const struct conn *c);
};

/* All zero but the first two when the transport makes it. */
struct conn {
	const struct transport *transport;
	struct lane *lane;
	struct session *session; /* NULL: not bound */
	struct verdict *verdict; /* the lane's: opened() or refused() is on its way */
};

#endif
