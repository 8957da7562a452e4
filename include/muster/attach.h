/* attach - what a client asked for when it came: the parameters of the
 * request and what the transport knows of the connection. */
#ifndef MUSTER_ATTACH_H
#define MUSTER_ATTACH_H

#include "muster/session_id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum transport_kind { TRANSPORT_NONE, TRANSPORT_WS, TRANSPORT_SSE, TRANSPORT_POLL };

/* "ws", "sse", "poll" or "none". */
const char *transport_name(enum transport_kind kind);

struct attach {
	enum transport_kind transport;
	char *token;          /* NULL: not given; the same for all strings */
	char *ticket;
	char *app;
	char *device;
	char *cookie_device;  /* from the muster_device cookie */
	char *page;
	char **channels;      /* at most MAX_COMMAND_CHANNELS */
	size_t channel_count;
	bool has_sid;         /* resume this session ... */
	bool is_bad_sid;      /* a sid was given that cannot be one */
	struct session_sid sid;
	uint64_t n;           /* ... of whose stream the client has this many pushes */
	uint64_t wait;        /* long-poll: ms the client asks for; UINT64_MAX: not said */
	char address[64];     /* the client's, without port; "unix" for a unix socket */
};

struct attach *attach_new(void);
void attach_free(struct attach *a); /* NULL is fine */

#endif
