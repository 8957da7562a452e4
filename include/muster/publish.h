/* publish - one message on its way in, from a backend or a client: checked,
 * bounded, immutable from here on, shared by reference between threads. */
#ifndef MUSTER_PUBLISH_H
#define MUSTER_PUBLISH_H

#include "muster/match.h"
#include "muster/target.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct publish {
	atomic_uint references;
	struct target target;
	char *data;        /* one JSON value as text, no line breaks in it */
	size_t data_size;
	bool is_base64;    /* type "binary": the push says "enc":"base64" */
	char *id;          /* NULL: none; the same for all that follow */
	char *event;
	char *from;
	char *publisher;   /* "pub" */
	uint64_t seq;      /* the publisher's running number, when has_seq */
	bool has_seq;
	struct match *match;
	struct target *except; /* kinds session, user, device only */
	size_t except_count;
	uint64_t ttl;          /* ms it is worth keeping; UINT64_MAX: not said */
	bool no_history;       /* "history":false */
	bool is_offline;       /* "offline":true: keep it in the user's mailbox */
	bool wants_receipt;    /* "receipt":true: clients are asked to confirm */
	char *conflate;        /* an undelivered earlier one of this target and key is replaced */
};

struct publish *publish_new(void); /* one reference, all empty */
struct publish *publish_ref(struct publish *p);
/* The same message for another target (copied); one reference. */
struct publish *publish_copy(const struct publish *p, const struct target *target);
/* Of a session that the message's target reaches: is it meant, by the target's app,
 * match and except? */
bool publish_concerns(const struct publish *p, const struct session_id *id, const struct identity *who);
void publish_unref(struct publish *p); /* any thread; NULL is fine */

#endif
