/* json_write - JSON text into a buffer, or into memory whose size was asked
 * first.  Strings are UTF-8; U+2028, U+2029 and the slash of "</" are escaped
 * too, so that the text is safe inside a script.  Pure. */
#ifndef PROTOCOL_JSON_WRITE_H
#define PROTOCOL_JSON_WRITE_H

#include "base/buffer.h"

#include <stddef.h>
#include <stdint.h>

/* A string literal with its quotes. */
void json_write_string(struct buffer *out, const char *text, size_t size);
void json_write_text(struct buffer *out, const char *text); /* the same for a C string */

/* The bytes that json_put_string() will write, and writing them: returns the
 * place behind them. */
size_t json_string_size(const char *text, size_t size);
char *json_put_string(char *out, const char *text, size_t size);

/* Decimal digits, without a NUL; how many. */
enum { JSON_MAX_DIGITS = 20 };
size_t json_put_number(char out[JSON_MAX_DIGITS], uint64_t n);

#endif
