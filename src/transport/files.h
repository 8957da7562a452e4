/* files - what the public port has besides sessions: /healthz, the demo page,
 * and the errors of everything else.  libmicrohttpd in a thread of its own;
 * every answer closes its connection. */
#ifndef TRANSPORT_FILES_H
#define TRANSPORT_FILES_H

#include "base/error.h"
#include "muster/counters.h"
#include "muster/settings.h"

#include <sys/socket.h>

struct files;

/* Borrows settings and counters.  settings->auth decides whether there is a demo
 * page: only with AUTH_OPEN.  NULL and a sentence on failure. */
struct files *files_new(const struct settings *settings, struct counters *counters, struct error *err);
/* Ends the thread and every connection.  NULL is fine. */
void files_free(struct files *f);
/* Any thread: a connection with an unread request; owns fd, counts it. */
void files_take(struct files *f, int fd, const struct sockaddr_storage *peer);

#endif
