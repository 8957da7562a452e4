/* front_door - the public port: one thread that accepts, looks at the head of
 * the first request without taking it, and hands the socket to the lane its
 * session lives on, else to the least loaded lane, or to files. */
#ifndef TRANSPORT_FRONT_DOOR_H
#define TRANSPORT_FRONT_DOOR_H

#include "base/error.h"
#include "muster/counters.h"
#include "muster/settings.h"

#include <stddef.h>

struct files;
struct front_door;
struct lane;

struct front_door_options {
	const struct settings *settings;
	struct counters *counters;
	struct files *files;
	struct lane *const *lanes; /* all of them, in order */
	unsigned lane_count;
};

/* Binds and listens on every address; accepts once it runs.  Borrows everything.
 * NULL and a sentence on failure. */
struct front_door *front_door_new(const struct front_door_options *options, struct error *err);
/* The bound addresses ("127.0.0.1:8080,[::1]:8080"), for the log. */
void front_door_describe(const struct front_door *f, char *out, size_t size);
void front_door_run(struct front_door *f); /* on its own thread, until front_door_stop() */
/* Any thread, once it is certain to run or never: accept nobody any more, turn
 * away who has not yet asked for anything, and let front_door_run() come back. */
void front_door_stop(struct front_door *f);
void front_door_free(struct front_door *f); /* NULL is fine */

#endif
