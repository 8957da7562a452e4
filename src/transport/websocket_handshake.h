/* websocket_handshake - the opening handshake of RFC 6455 section 4.2.1,
 * checked on the parsed head, and the plain one that libwebsockets is given in
 * its place: so what a client writes around it (long queries, cookies, odd
 * headers, unknown subprotocols, extensions) never reaches that parser.  Pure. */
#ifndef TRANSPORT_WEBSOCKET_HANDSHAKE_H
#define TRANSPORT_WEBSOCKET_HANDSHAKE_H

#include "muster/attach.h"
#include "muster/transport.h"
#include "protocol/http_head.h"

#include <stdbool.h>
#include <stddef.h>

#define WEBSOCKET_PROTOCOL "muster.v1"

enum { WEBSOCKET_KEY = 24, WEBSOCKET_HEAD_MAX = 512 };

struct websocket_handshake {
	char key[WEBSOCKET_KEY]; /* no NUL */
	bool has_protocol;       /* "muster.v1" was offered and is to be echoed */
};

/* 0 and *out, or the negative HTTP status with *why set (but its retry_after). */
int websocket_handshake_check(struct websocket_handshake *out, const struct http_head *head,
	struct attach_refusal *why);
/* The extra header lines that a refusal with this status must carry, or NULL. */
const char *websocket_handshake_header(int status);
/* attach->token from the subprotocol "token.<jwt>", unless there is one already. */
void websocket_handshake_token(struct attach *attach, const struct http_head *head);
/* The plain handshake; its size. */
size_t websocket_handshake_write(char out[WEBSOCKET_HEAD_MAX], const struct websocket_handshake *h);

#endif
