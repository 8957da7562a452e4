/* option_table - every option there is, one row each.  Reading, overriding,
 * checking, printing and helping are driven by it: a new option is a new row
 * and a field of struct settings. */
#ifndef CONFIG_OPTION_TABLE_H
#define CONFIG_OPTION_TABLE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_type {
	OPTION_BOOL,    /* bool */
	OPTION_INTEGER, /* uint64_t */
	OPTION_TIME,    /* uint64_t, ms */
	OPTION_SIZE,    /* uint64_t, bytes */
	OPTION_CHOICE,  /* an enum: the index into choices */
	OPTION_TEXT,    /* char *, one of choices */
	OPTION_PATH,    /* char *, what check_item allows */
	OPTION_LIST,    /* struct text_list */
};

enum { OPTION_LIST_MAX = 64 }; /* items of a list */

struct option_row {
	const char *name;           /* "limits.connections"; the section before the dot */
	enum option_type type;
	bool is_reloadable;         /* could change in a running daemon; a reload may take no other */
	const char *fallback;       /* the default, as text; a list's items between commas */
	uint64_t min;               /* of a number; of a list, how many items */
	uint64_t max;
	const char *zero_word;      /* stands for 0, which may lie outside the range; NULL: none */
	const char *const *choices; /* ended by NULL */
	/* Is this item of a list, or path, fine?  The sentence says what is needed instead. */
	int (*check_item)(const char *item, struct error *err);
	size_t offset;              /* in struct settings or struct channel_rule */
	const char *help;
};

/* The options of struct settings, those of one section together; the last
 * row's name is NULL. */
extern const struct option_row option_table[];
/* The options of a `channel "pattern" { }` section (struct channel_rule). */
extern const struct option_row channel_option_table[];

/* The row of this name, or NULL. */
const struct option_row *option_find(const struct option_row *table, const char *name, size_t size);
/* The name without its section. */
const char *option_leaf(const struct option_row *row);
/* The known option or section that an unknown name was probably meant to be,
 * or NULL.  "channel.x" is looked for in channel sections. */
const char *option_closest(const char *name);

#endif
