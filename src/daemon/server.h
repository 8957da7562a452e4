/* server - all parts of the daemon, built in order and taken down in reverse;
 * the only place that knows them all. */
#ifndef DAEMON_SERVER_H
#define DAEMON_SERVER_H

#include "base/error.h"
#include "muster/settings.h"

#include <stdbool.h>
#include <stddef.h>

struct server;

/* Open every socket; nothing is served yet.  settings are borrowed, resolved
 * (lanes, auth, limits.connections) and outlive it.  NULL and a sentence on failure. */
struct server *server_new(const struct settings *settings, struct error *err);
/* Start the threads, which serve from here on.  0, or -errno and a sentence. */
int server_start(struct server *s, struct error *err);
/* "listen=.. api=.. bus_sub=.. bus_pull=..", the real addresses. */
void server_describe(const struct server *s, char *out, size_t size);
/* Now and then, from a thread that nobody waits for: when a crowd has left, give the
 * memory it had back to the system. */
void server_give_back(struct server *s);
/* Stop accepting, tell clients to come back later, close them within drain_time. */
void server_drain(struct server *s);
bool server_is_drained(struct server *s);
/* End the threads and free everything.  NULL is fine. */
void server_free(struct server *s);

#endif
