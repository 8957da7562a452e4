/* bus - messages from backends over ZeroMQ, as the hub's thread sees them. */
#ifndef MUSTER_BUS_H
#define MUSTER_BUS_H

#include "base/error.h"
#include "muster/counters.h"
#include "muster/publish.h"
#include "muster/request.h"
#include "muster/settings.h"

#include <stddef.h>
#include <stdio.h>

struct bus;

/* Called from bus_drain() for each accepted message; borrowed: take a
 * reference to keep it.  Must not call back into the bus. */
typedef void bus_message_fn(void *context, struct publish *message);

/* Opens and binds or connects every endpoint.  NULL and a sentence on failure. */
struct bus *bus_new(const struct settings *settings, struct counters *counters, struct error *err);
void bus_free(struct bus *b); /* NULL is fine */
void bus_on_message(struct bus *b, bus_message_fn *fn, void *context);
/* Wait until a message or request may be there, one of fds (at most 4; negative ones
 * are passed over) is readable, or timeout ms (-1: none) have passed. */
void bus_wait(struct bus *b, const int *fds, size_t count, int timeout);
/* Take at most max messages from all sockets, each its fair share; how many
 * were taken.  max: there may be more. */
size_t bus_drain(struct bus *b, size_t max, uint64_t now);
/* Requests of backends (ROUTER), told from bus_drain(); each is answered once, by
 * request->answer(), on this thread, at any time before bus_free(). */
void bus_on_request(struct bus *b, request_fn *fn, void *context);
/* One event to whoever subscribed to its topic (XPUB).  json is an object without
 * "epoch", "seq", "node" and "time", which are added behind its members; seq runs
 * per first element of the topic.  Never blocks. */
void bus_tell(struct bus *b, const char *topic, const char *json, size_t size, uint64_t wall_time);
/* Every turn: repeats the last seq of each element after 5 s. */
void bus_tick(struct bus *b, uint64_t now, uint64_t wall_time);
/* Write the real endpoints ("bus_sub=tcp://127.0.0.1:5570 bus_pull=.."), for the log; cut to fit. */
void bus_describe(const struct bus *b, char *out, size_t size);

#endif
