/* request_peek - look at the next request of a connection without taking a
 * byte of it, so that whoever turns out to serve it finds it untouched: a
 * lane, libwebsockets or libmicrohttpd. */
#ifndef TRANSPORT_REQUEST_PEEK_H
#define TRANSPORT_REQUEST_PEEK_H

#include "muster/limits.h"
#include "protocol/http_head.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_POLL_BODY = 16384 }; /* of a POST /poll, which is peeked with its head */

enum route {
	ROUTE_FILES, /* whatever is none of the others */
	ROUTE_WS,
	ROUTE_SSE,
	ROUTE_POLL,
	ROUTE_SEND,
	ROUTE_CHECK,
	ROUTE_PREFLIGHT,
};

enum peek_result {
	PEEK_GONE = -1, /* the peer closed, or the socket failed, before the head was whole */
	PEEK_MORE = 0,
	PEEK_WHOLE = 1,
};

/* Shared by all connections of a thread: what was seen last. */
struct request_peek {
	size_t size;           /* bytes below: the head, and what came behind it */
	enum route route;
	bool names_lane;       /* a sid in the query, or the Last-Event-ID of a /sse, says ... */
	unsigned lane;         /* ... where it belongs (not checked against their number) */
	struct http_head head; /* spans point into bytes */
	char bytes[MAX_REQUEST_HEAD + MAX_POLL_BODY];
};

/* An enum peek_result, or the HTTP status to refuse the request with, negative.
 * *seen: how many bytes are known to hold no whole head; 0 at the start of a
 * request, kept by the caller from call to call. */
int request_peek(struct request_peek *p, int fd, uint32_t *seen);

#endif
