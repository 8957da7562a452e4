/* requests - the ROUTER that backends ask verbs by.  A request is [verb][arguments]
 * of a REQ, or the same behind an empty frame of a DEALER; the arguments may be
 * missing.  It becomes a struct request, told to whoever serves them, and lives
 * until it is answered, or until requests_free().  What cannot be a request, and
 * what is too much, is answered here. */
#ifndef BUS_REQUESTS_H
#define BUS_REQUESTS_H

#include "base/error.h"
#include "muster/counters.h"
#include "muster/request.h"
#include "muster/settings.h"

#include <stddef.h>

/* OPEN: endpoints any local user may reach, whose peers may read and publish.
 * PRIVATE: ipc:// with a path, all roles. */
enum requests_kind { REQUESTS_OPEN, REQUESTS_PRIVATE };

enum {
	REQUESTS_UNANSWERED_MAX = 100000,
	REQUESTS_UNANSWERED_PEER = 10000,
	REQUESTS_UNANSWERED_BYTES = 256 * 1024 * 1024, /* of arguments */
};

struct requests;

/* Open and bind those of bus.router that are of this kind.  NULL and a sentence
 * on failure.  context (ZeroMQ's) and counters are borrowed. */
struct requests *requests_new(void *context, enum requests_kind kind, const struct settings *settings,
	struct counters *counters, struct error *err);
void requests_free(struct requests *r); /* also what is not answered; NULL is fine */
void requests_on_request(struct requests *r, request_fn *fn, void *context);
/* Take at most max requests; how many were there. */
size_t requests_drain(struct requests *r, size_t max);
/* How many of bus.router are of this kind. */
size_t requests_endpoint_count(enum requests_kind kind, const struct settings *settings);
/* The real endpoints, separated by commas. */
const char *requests_endpoints(const struct requests *r);
/* The ZeroMQ socket, for zmq_poll(). */
void *requests_socket(const struct requests *r);

#endif
