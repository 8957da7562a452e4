/* authorizer - the port that turns what a client shows (a token, a ticket, or
 * its bare word) into an identity.  Called by lanes, on their own threads, at
 * once by several: an implementation has no state that changes without a lock,
 * does not block and does not call back. */
#ifndef MUSTER_AUTHORIZER_H
#define MUSTER_AUTHORIZER_H

#include "base/error.h"
#include "muster/identity.h"

#include <stdbool.h>

/* All borrowed; NULL where not given. */
struct credentials {
	const char *token;
	const char *ticket;
	const char *user; /* what the client says of itself: believed only with auth = open */
	const char *app;
	const char *device;
};

struct authorizer {
	/* At an attach.  0: *out has user, app and attributes (device only where
	 * the client may name one); the caller's to identity_fini().  Else the
	 * HTTP status, negative (-401, -403), with a sentence. */
	int (*attach)(const struct authorizer *self, const struct credentials *shown, struct identity *out, struct error *err);
	/* At a `login`.  0 as above (user is set), or a negative reply code
	 * (-CODE_INVALID, -CODE_INVALID_USER, -CODE_NOT_AUTHORISED). */
	int (*login)(const struct authorizer *self, const struct credentials *shown, struct identity *out, struct error *err);
	bool anonymous; /* may one attach without token or ticket? */
};

/* auth = open: everybody is who they say. */
struct authorizer *authorizer_open_new(void);
/* auth = token or ticket with no key configured: nobody can show anything valid;
 * only anonymous visitors come in, when the configuration lets them. */
struct authorizer *authorizer_closed_new(bool anonymous);
void authorizer_free(struct authorizer *a);

#endif
