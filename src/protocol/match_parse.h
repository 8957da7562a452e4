/* match_parse - the JSON object of a "match" into a struct match.  Pure. */
#ifndef PROTOCOL_MATCH_PARSE_H
#define PROTOCOL_MATCH_PARSE_H

#include "muster/match.h"

#include <stddef.h>

/* Of valid JSON text: every value a string or an array of strings, every key
 * there once, all within limits.h.  0 and *out is the caller's to
 * match_free(), or -EINVAL. */
int match_parse(struct match **out, const char *text, size_t size);

#endif
