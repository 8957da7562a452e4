/* json_decode - what the raw bytes of one JSON value mean.  They are a piece of
 * text that json_is_valid() has accepted.  Pure. */
#ifndef PROTOCOL_JSON_DECODE_H
#define PROTOCOL_JSON_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_span {
	const char *text; /* NULL: absent */
	size_t size;
};

/* The decoded string with a NUL behind it, owned by the caller; NULL when the
 * value is no string.  *size counts it without that NUL; it may hold others. */
char *json_string(struct json_span value, size_t *size);
/* The same, but NULL too when it is not min to max bytes or has a control
 * character: fit for a C string. */
char *json_label(struct json_span value, size_t min, size_t max);
/* As json_string() for the inside of a string, such as a name. */
char *json_unescape(struct json_span inside, size_t *size);
bool json_string_is(struct json_span value, const char *text);
/* The same for the inside of a string. */
bool json_name_is(struct json_span inside, const char *text);
bool json_is_string(struct json_span value);
bool json_is_null(struct json_span value);
/* 0 when the value is exactly "true" or "false", else -EINVAL. */
int json_boolean(bool *out, struct json_span value);
/* 0 when the value is a whole number that fits, without fraction, exponent or
 * sign, else -EINVAL. */
int json_unsigned(uint64_t *out, struct json_span value);
/* Digits, a sign in front or not, however many. */
bool json_is_integer(struct json_span value);
bool json_is_number(struct json_span value);

/* A copy of valid text with every line break made a space; size bytes and a NUL. */
char *json_single_line(const char *text, size_t size);

/* Of a \u escape: the value of four hex digits, or -1; is it half of a
 * surrogate pair? */
int json_hex_unit(const char *at, const char *end);
bool json_is_high_half(int unit);
bool json_is_low_half(int unit);

#endif
