/* publisher - a ZeroMQ socket that sends to the bus: an XPUB, which sees the
 * daemon's subscription arrive before it sends, or a PUSH. */
#ifndef TOOLS_PUBLISHER_H
#define TOOLS_PUBLISHER_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct publisher;

struct publisher_options {
	const char *endpoint;
	const char *target;
	bool is_push;
	int wait; /* ms, for somebody to be there, and for the last bytes to leave */
};

/* Connect and wait until messages for the target are taken.  NULL and a
 * sentence when nobody takes them. */
struct publisher *publisher_new(const struct publisher_options *options, struct error *err);
/* Wait until everything has left, within the time. */
void publisher_free(struct publisher *p);
/* Send frames; waits while too much is under way.  0, or negative and a sentence. */
int publisher_send(struct publisher *p, const void *const *frames, const size_t *sizes,
	size_t count, struct error *err);

#endif
