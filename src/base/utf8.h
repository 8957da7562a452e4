/* utf8 - RFC 3629: shortest form, no surrogates, nothing above U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

bool utf8_is_valid(const char *text, size_t size);
/* Valid and without control characters (C0, DEL, C1). */
bool utf8_is_printable(const char *text, size_t size);

#endif
