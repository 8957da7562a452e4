/* bus - messages from backends over ZeroMQ, as the hub's thread sees them. */
#ifndef MUSTER_BUS_H
#define MUSTER_BUS_H

#include "base/error.h"
#include "muster/counters.h"
#include "muster/publish.h"
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
/* Wait until a message may be there, fd is readable, or timeout ms (-1: none)
 * have passed. */
void bus_wait(struct bus *b, int fd, int timeout);
/* Take at most max messages from all sockets, each its fair share; how many
 * were taken.  max: there may be more. */
size_t bus_drain(struct bus *b, size_t max, uint64_t now);
/* Write the real endpoints ("bus_sub=tcp://127.0.0.1:5570 bus_pull=.."), for the log; cut to fit. */
void bus_describe(const struct bus *b, char *out, size_t size);

#endif
