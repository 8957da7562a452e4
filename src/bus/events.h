/* events - the XPUB that backends listen to: [topic][object].  Every object gets
 * the epoch of this process, a number that runs per first element of the topic,
 * the host's name and the time, so that a listener notices what it missed. */
#ifndef BUS_EVENTS_H
#define BUS_EVENTS_H

#include "base/error.h"
#include "muster/counters.h"
#include "muster/settings.h"

#include <stddef.h>
#include <stdint.h>

enum { EVENTS_SYNC_TIME = 5000 };

struct events;

/* Open and bind all of bus.xpub.  NULL and a sentence on failure.  context
 * (ZeroMQ's) and counters are borrowed. */
struct events *events_new(void *context, const struct settings *settings, struct counters *counters,
	struct error *err);
void events_free(struct events *e); /* NULL is fine */
/* As bus_tell() and bus_tick(). */
void events_tell(struct events *e, const char *topic, const char *json, size_t size, uint64_t wall_time);
void events_tick(struct events *e, uint64_t now, uint64_t wall_time);
/* ms until events_tick() has something to do; -1: nobody listens. */
int events_timeout(const struct events *e, uint64_t now);
/* Read what listeners subscribe to. */
void events_drain(struct events *e);
/* The real endpoints, separated by commas. */
const char *events_endpoints(const struct events *e);
/* The ZeroMQ socket, for zmq_poll(). */
void *events_socket(const struct events *e);

#endif
