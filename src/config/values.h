/* values - numbers with units as people write them: "250ms" "30s" "12h"
 * "7d", "64KiB" "1GiB", true and false.  No sign, space or fraction. */
#ifndef CONFIG_VALUES_H
#define CONFIG_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VALUE_TEXT = 24 }; /* holds any number with its unit */

/* 0, -EINVAL, or -ERANGE when it does not fit. */
int value_parse_integer(const char *text, uint64_t *value);
/* Milliseconds; a unit is needed, but for "0". */
int value_parse_time(const char *text, uint64_t *ms);
/* Bytes; KiB, MiB, GiB or no unit. */
int value_parse_size(const char *text, uint64_t *bytes);
/* true yes on, false no off, in any case. */
int value_parse_bool(const char *text, bool *value);

/* With the largest unit that leaves a whole number, so that it reads back. */
const char *value_format_time(char out[VALUE_TEXT], uint64_t ms);
const char *value_format_size(char out[VALUE_TEXT], uint64_t bytes);

/* The text between quotes, fit for a message: cut when long, what cannot be
 * printed as '?'.  Returns out. */
const char *value_quote(char *out, size_t capacity, const char *text);

#endif
