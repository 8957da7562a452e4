/* json_scan - a strict reader of JSON text (RFC 8259) that builds nothing: it
 * says whether bytes are exactly one value, UTF-8 throughout, without halves
 * of surrogate pairs, and not nested deeper than MAX_JSON_DEPTH, and finds the
 * raw bytes of members and elements, so that a payload can be passed on as it
 * came.  There is no other reader of clients' and backends' JSON, so there is
 * one opinion of what it says.  Pure. */
#ifndef PROTOCOL_JSON_SCAN_H
#define PROTOCOL_JSON_SCAN_H

#include "protocol/json_decode.h"

#include <stdbool.h>
#include <stddef.h>

/* Exactly one valid value, white space around it allowed. */
bool json_is_valid(const char *text, size_t size);

/* All that follow are for valid text, or spans of it. */

/* Of text that is an object: the raw value of the member (the last one of
 * that name, escapes in names undone), without the white space around it.
 * Absent members and text that is no object give {NULL, 0}. */
struct json_span json_member(const char *text, size_t size, const char *name);
/* Of an object: out[i] is the value of names[i], as by json_member(), in one
 * pass.  False when there is a member of any other name. */
bool json_members(const char *text, size_t size, const char *const *names, size_t count, struct json_span *out);
bool json_is_object(const char *text, size_t size);
bool json_is_array(const char *text, size_t size);
/* Of an array: the first `capacity` elements in order; how many there are in
 * all.  Anything else has none. */
size_t json_elements(const char *text, size_t size, struct json_span *out, size_t capacity);

/* A walk over the members of an object: name is raw, without its quotes. */
struct json_cursor {
	const char *at;
	const char *end;
};
void json_open(struct json_cursor *c, const char *text, size_t size);
bool json_next_member(struct json_cursor *c, struct json_span *name, struct json_span *value);

#endif
