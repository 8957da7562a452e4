/* calls - how a thread of the HTTP side asks the hub: it posts a request and
 * sleeps until the answer is there or its patience is over.  A call that was
 * given up lives until the hub answers it after all, and nobody else notices. */
#ifndef API_CALLS_H
#define API_CALLS_H

#include "muster/request.h"

#include <stddef.h>
#include <stdint.h>

enum { CALLS_UNANSWERED_MAX = 1000 };

struct hub;
struct calls;

struct calls *calls_new(struct hub *hub); /* hub is borrowed */
/* From here on calls are refused, and those under way get patience ms at most.
 * Does not wait for them. */
void calls_close(struct calls *c, uint64_t patience);
/* No call may be under way; those that were given up are forgotten. */
void calls_free(struct calls *c); /* NULL is fine */

struct call_options {
	const char *verb;  /* at most MAX_VERB bytes */
	unsigned roles;
	char **args;       /* taken, set to NULL; may be NULL inside */
	size_t size;
	uint64_t patience; /* ms */
};

/* Any thread; sleeps.  0, and *json is the caller's to free(), with a NUL behind it;
 * -ETIMEDOUT: it may still be done; -EBUSY: too many are unanswered; -ESHUTDOWN:
 * closed. */
int calls_ask(struct calls *c, const struct call_options *options, char **json, size_t *size);

#endif
