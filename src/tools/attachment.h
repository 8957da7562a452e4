/* attachment - one attach to Muster over one transport.  Whichever way things
 * come, they are handed on as the JSON objects of the contract; commands go
 * the way the transport has for them. */
#ifndef TOOLS_ATTACHMENT_H
#define TOOLS_ATTACHMENT_H

#include "muster/session_id.h"
#include "tools/client_loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a session stands. */
struct position {
	char sid[SID_TEXT + 1]; /* empty: no session yet */
	uint64_t n;             /* pushes had */
};

enum attachment_verdict {
	ATTACHMENT_RESUME, /* attach again, with the sid */
	ATTACHMENT_RENEW,  /* the session is over: attach again as a new one */
	ATTACHMENT_OVER,   /* do not attach again */
};

struct attachment_end {
	enum attachment_verdict verdict;
	const char *why;      /* borrowed */
};

struct attachment_hooks {
	void *context;
	/* A push or a reply. */
	void (*on_object)(void *context, const char *text, size_t size);
	/* The number of the last push handed over; a WebSocket leaves counting to
	 * its user. */
	void (*on_position)(void *context, uint64_t n);
	/* The last one.  Free the attachment, but not from inside. */
	void (*on_end)(void *context, const struct attachment_end *end);
};

struct attachment_options {
	struct client_loop *loop;
	const struct url *url;
	const char *query;               /* what a new session is made of */
	const struct position *position; /* read whenever a request needs it */
	struct attachment_hooks hooks;
};

struct transport;
struct attachment;

/* "ws", "sse" or "poll", or NULL. */
const struct transport *transport_find(const char *name);
bool transport_counts(const struct transport *t); /* is on_position called? */
bool transport_acknowledges(const struct transport *t); /* by itself, without the command? */

/* Start it; all strings and pointers are borrowed until it is freed.  NULL
 * and a sentence when it cannot even begin. */
struct attachment *attachment_start(const struct transport *t,
	const struct attachment_options *options, struct error *err);
void attachment_free(struct attachment *a); /* NULL is fine */
/* Send one command. */
void attachment_send(struct attachment *a, const char *command, size_t size);

#endif
