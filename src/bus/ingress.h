/* ingress - one ZeroMQ socket that messages come in by, a SUB or a PULL, with
 * all its endpoints.  It reads whole messages without waiting; what they mean
 * is the bus's business. */
#ifndef BUS_INGRESS_H
#define BUS_INGRESS_H

#include "base/error.h"
#include "muster/settings.h"
#include "protocol/envelope.h"

#include <stdbool.h>
#include <stddef.h>

enum ingress_kind { INGRESS_SUB, INGRESS_PULL };

enum { INGRESS_PARTS = 3 }; /* frames that a message may have */

struct ingress_message {
	struct envelope_part parts[INGRESS_PARTS];
	size_t count;     /* of the parts that are kept */
	bool is_too_long; /* there were more frames; they are read and gone */
};

struct ingress;

/* Open, configure, bind and connect.  context is a ZeroMQ context, borrowed.
 * NULL and a sentence on failure. */
struct ingress *ingress_new(void *context, enum ingress_kind kind, const struct settings *settings,
	struct error *err);
void ingress_free(struct ingress *in); /* NULL is fine */
/* Read the next message into *m, borrowed until the next call.  False: none is there. */
bool ingress_take(struct ingress *in, struct ingress_message *m);
/* "sub" or "pull". */
const char *ingress_name(const struct ingress *in);
/* The real endpoints, separated by commas. */
const char *ingress_endpoints(const struct ingress *in);
/* The ZeroMQ socket, for zmq_poll(). */
void *ingress_socket(const struct ingress *in);

#endif
