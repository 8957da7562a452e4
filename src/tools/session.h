/* session - a client's session: attached, logged in, subscribed; attached
 * again where it stood when the connection is lost, with a growing pause. */
#ifndef TOOLS_SESSION_H
#define TOOLS_SESSION_H

#include "tools/attachment.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session_options {
	struct url url;
	const struct transport *transport;
	const char *const *channels;
	size_t channel_count;
	const char *user;     /* NULL: do not log in */
	const char *app;      /* NULL: the server's default; so for device */
	const char *device;
	const char *presence; /* "count" or "list", NULL: none */
};

struct session_hooks {
	void *context;
	void (*on_push)(void *context, const char *push, size_t size);
	/* Something a person may want to know. */
	void (*on_note)(void *context, const char *text);
	/* The last one: it will not attach again, and why. */
	void (*on_over)(void *context, const char *why);
};

struct session;

/* Options are borrowed until it is freed.  Attaches at the first session_turn(). */
struct session *session_new(const struct session_options *options, const struct session_hooks *hooks);
void session_free(struct session *s); /* NULL is fine */
/* What is due: attach, acknowledge, free what ended. */
void session_turn(struct session *s, struct client_loop *loop, uint64_t now);
/* When session_turn() has something to do at the latest; 0: not by time. */
uint64_t session_due(const struct session *s);
/* End it cleanly; on_over follows when that is done. */
void session_leave(struct session *s);

#endif
