/* envelope - what a backend puts into a ZeroMQ message of one, two or three
 * frames, and into the arguments of `publish`, turned into a struct publish
 * (doc/protocol.md, "Backends publish").  Pure. */
#ifndef PROTOCOL_ENVELOPE_H
#define PROTOCOL_ENVELOPE_H

#include "muster/counters.h"
#include "muster/publish.h"

#include <stddef.h>

struct envelope_part {
	const char *data;
	size_t size;
};

/* Why a message was refused: the counter it belongs to and a word for the log. */
struct refusal {
	enum counter counter;
	const char *reason; /* a literal, e.g. "bad_target", "unknown_option" */
};

/* 0 and *out is the caller's, one reference; or -EINVAL and *why.  max_message
 * bounds the payload. */
int envelope_parse(struct publish **out, struct refusal *why, const struct envelope_part *parts,
	size_t count, size_t max_message);

/* The one-object form alone.  Where "to" is a list, *targets are its count parsed
 * targets (the caller's, each to target_fini(), then free()) and the message's own
 * target is left empty; for one target they are NULL and 0.  A list is refused when
 * targets is NULL. */
int envelope_parse_object(struct publish **out, struct target **targets, size_t *count, struct refusal *why,
	const char *text, size_t size, size_t max_message);

#endif
