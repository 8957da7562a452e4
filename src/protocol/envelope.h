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
 * bounds the payload.  Options that are in the contract but not served by this
 * build are refused as "unsupported_option", never ignored. */
int envelope_parse(struct publish **out, struct refusal *why, const struct envelope_part *parts,
	size_t count, size_t max_message);

#endif
