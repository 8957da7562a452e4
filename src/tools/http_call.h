/* http_call - one HTTP request and its answer, read as it comes. */
#ifndef TOOLS_HTTP_CALL_H
#define TOOLS_HTTP_CALL_H

#include "tools/client_loop.h"

#include <stddef.h>

struct http_call;

struct http_call_hooks {
	void *context;
	/* Once, when the head is there; may be NULL. */
	void (*on_head)(void *context, int status);
	void (*on_body)(void *context, const char *bytes, size_t size);
	/* The last one.  status 0: no answer came, and why says so; a literal or
	 * borrowed until the return.  The call is gone afterwards. */
	void (*on_end)(void *context, int status, const char *why);
};

struct http_call_request {
	const struct url *url;
	const char *path;   /* with its query, below the url's prefix */
	const char *body;   /* NULL: a GET, else a POST of this JSON; copied */
	size_t body_size;
};

/* Start it; no hook is called from inside.  NULL and a sentence when it
 * cannot even begin. */
struct http_call *http_call_start(struct client_loop *loop, const struct http_call_request *request,
	const struct http_call_hooks *hooks, struct error *err);
/* No hook will be called any more; the connection closes by itself.  NULL is fine. */
void http_call_abandon(struct http_call *call);

#endif
