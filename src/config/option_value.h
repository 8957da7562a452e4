/* option_value - a row of the option table and text, to and from the field of
 * the struct that starts at base (struct settings or struct channel_rule,
 * all zero before its first value). */
#ifndef CONFIG_OPTION_VALUE_H
#define CONFIG_OPTION_VALUE_H

#include "base/error.h"
#include "config/option_table.h"

#include <stddef.h>
#include <stdio.h>

/* Set the field; a list's items are separated by commas.  Else -EINVAL, a
 * sentence ("limits.command_rate is "fast": an integer from 0 to 1000000 is
 * needed"), and nothing is changed. */
int option_set(const struct option_row *row, void *base, const char *text, struct error *err);
/* The same for a list from its items. */
int option_set_items(const struct option_row *row, void *base, const char *const *items, size_t count,
	struct error *err);
/* Is the text a value, or for a list an item?  Nothing is set. */
int option_check(const struct option_row *row, const char *text, struct error *err);
/* Free what the field owns and make it zero. */
void option_free(const struct option_row *row, void *base);
/* The value as the file has it: a number bare, text in quotes, lists in braces. */
void option_print(FILE *to, const struct option_row *row, const void *base);
/* Text in double quotes that reads back as it is. */
void option_print_text(FILE *to, const char *text);
/* "an integer from 0 to 1000000", and so on.  Returns out. */
const char *option_describe(char *out, size_t capacity, const struct option_row *row);

#endif
