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
};

struct publish *publish_new(void); /* one reference, all empty */
struct publish *publish_ref(struct publish *p);
void publish_unref(struct publish *p); /* any thread; NULL is fine */

#endif
