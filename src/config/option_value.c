/* option_value - see the header.  Numbers, whatever their unit, go one way;
 * a choice is an index, a text one of the choices itself. */
#include "config/option_value.h"

#include "base/xalloc.h"
#include "config/values.h"
#include "muster/settings.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Choices are stored by memcpy from an int. */
_Static_assert(sizeof(enum auth_mode) == sizeof(int) && sizeof(enum slow_policy) == sizeof(int) &&
	sizeof(enum subscribe_right) == sizeof(int) && sizeof(enum publish_right) == sizeof(int), "enums");

/* A scalar, before it is stored. */
struct value {
	bool boolean;
	uint64_t number;
	int choice;
};

static const char *format_number(char out[VALUE_TEXT], const struct option_row *row, uint64_t n)
{
	if (row->type == OPTION_TIME)
		return value_format_time(out, n);
	if (row->type == OPTION_SIZE)
		return value_format_size(out, n);
	snprintf(out, VALUE_TEXT, "%" PRIu64, n);
	return out;
}

static void describe_choices(char *out, size_t capacity, const char *const *choices)
{
	size_t used = 0;

	for (; *choices != NULL && used < capacity; choices++) {
		const char *before = used == 0 ? "" : choices[1] == NULL ? " or " : ", ";

		used += (size_t)snprintf(out + used, capacity - used, "%s\"%s\"", before, *choices);
	}
}

const char *option_describe(char *out, size_t capacity, const struct option_row *row)
{
	char min[VALUE_TEXT], max[VALUE_TEXT];
	const char *kind = "an integer", *zero = row->zero_word;

	switch (row->type) {
	case OPTION_BOOL:
		snprintf(out, capacity, "true or false");
		return out;
	case OPTION_CHOICE:
	case OPTION_TEXT:
		describe_choices(out, capacity, row->choices);
		return out;
	case OPTION_PATH:
		snprintf(out, capacity, "an absolute path");
		return out;
	case OPTION_LIST:
		snprintf(out, capacity, "a list of %" PRIu64 " to %" PRIu64 " items", row->min, row->max);
		return out;
	case OPTION_TIME:
		kind = "a time with its unit (ms, s, m, h, d)";
		break;
	case OPTION_SIZE:
		kind = "a size (KiB, MiB, GiB, or bytes)";
		break;
	case OPTION_INTEGER:
		break;
	}
	snprintf(out, capacity, "%s%s%s%s from %s to %s", zero != NULL ? "\"" : "", zero != NULL ? zero : "",
		zero != NULL ? "\" or " : "", kind, format_number(min, row, row->min),
		format_number(max, row, row->max));
	return out;
}

static int parse_number(const struct option_row *row, const char *text, uint64_t *number)
{
	uint64_t n;
	int r;

	if (row->zero_word != NULL && strcmp(text, row->zero_word) == 0) {
		*number = 0;
		return 0;
	}
	if (row->type == OPTION_TIME)
		r = value_parse_time(text, &n);
	else if (row->type == OPTION_SIZE)
		r = value_parse_size(text, &n);
	else
		r = value_parse_integer(text, &n);
	if (r < 0 || n < row->min || n > row->max)
		return -EINVAL;
	*number = n;
	return 0;
}

static int parse_choice(const char *const *choices, const char *text, int *choice)
{
	for (int i = 0; choices[i] != NULL; i++) {
		if (strcmp(choices[i], text) == 0) {
			*choice = i;
			return 0;
		}
	}
	return -EINVAL;
}

static int parse_scalar(const struct option_row *row, const char *text, struct value *v)
{
	switch (row->type) {
	case OPTION_BOOL:
		return value_parse_bool(text, &v->boolean);
	case OPTION_CHOICE:
	case OPTION_TEXT:
		return parse_choice(row->choices, text, &v->choice);
	default:
		return parse_number(row, text, &v->number);
	}
}

static int refuse(const struct option_row *row, const char *text, const char *needed, struct error *err)
{
	char quoted[80];

	return error_set(err, -EINVAL, "%s is %s: %s", row->name, value_quote(quoted, sizeof quoted, text),
		needed);
}

static int check_item(const struct option_row *row, const char *item, struct error *err)
{
	struct error needed;

	if (row->check_item(item, &needed) < 0)
		return refuse(row, item, needed.text, err);
	return 0;
}

static int check_scalar(const struct option_row *row, const char *text, struct value *v, struct error *err)
{
	char described[160], needed[192];

	if (parse_scalar(row, text, v) == 0)
		return 0;
	snprintf(needed, sizeof needed, "%s is needed", option_describe(described, sizeof described, row));
	return refuse(row, text, needed, err);
}

int option_check(const struct option_row *row, const char *text, struct error *err)
{
	struct value ignored;

	if (row->check_item != NULL)
		return check_item(row, text, err);
	return check_scalar(row, text, &ignored, err);
}

static void store_text(char *field, const char *text)
{
	char *copy = xstrdup(text);

	memcpy(field, &copy, sizeof copy);
}

static void store(const struct option_row *row, char *field, const struct value *v)
{
	switch (row->type) {
	case OPTION_BOOL:
		memcpy(field, &v->boolean, sizeof v->boolean);
		return;
	case OPTION_CHOICE:
		memcpy(field, &v->choice, sizeof v->choice);
		return;
	case OPTION_TEXT:
		store_text(field, row->choices[v->choice]);
		return;
	default:
		memcpy(field, &v->number, sizeof v->number);
	}
}

static int check_items(const struct option_row *row, const char *const *items, size_t count,
	struct error *err)
{
	if (count < row->min)
		return error_set(err, -EINVAL, "%s is empty: at least one item is needed", row->name);
	if (count > row->max)
		return error_set(err, -EINVAL, "%s has %zu items: %" PRIu64 " are allowed", row->name, count,
			row->max);
	for (size_t i = 0; i < count; i++) {
		int r = check_item(row, items[i], err);

		if (r < 0)
			return r;
	}
	return 0;
}

int option_set_items(const struct option_row *row, void *base, const char *const *items, size_t count,
	struct error *err)
{
	struct text_list list = { .items = NULL, .count = count };
	int r = check_items(row, items, count, err);

	assert(row->type == OPTION_LIST);
	if (r < 0)
		return r;
	if (count > 0)
		list.items = xcalloc(count, sizeof list.items[0]);
	for (size_t i = 0; i < count; i++)
		list.items[i] = xstrdup(items[i]);
	option_free(row, base);
	memcpy((char *)base + row->offset, &list, sizeof list);
	return 0;
}

/* An empty text is no item where there may be none, else one empty item. */
static int set_list(const struct option_row *row, void *base, const char *text, struct error *err)
{
	const char *items[OPTION_LIST_MAX + 1]; /* one too many, to be refused */
	char *copy = xstrdup(text), *rest = copy;
	size_t count = 0;
	int r;

	while (rest != NULL && count <= OPTION_LIST_MAX && !(row->min == 0 && *text == '\0'))
		items[count++] = strsep(&rest, ",");
	r = option_set_items(row, base, items, count, err);
	free(copy);
	return r;
}

static int set_path(const struct option_row *row, void *base, const char *text, struct error *err)
{
	int r = check_item(row, text, err);

	if (r < 0)
		return r;
	option_free(row, base);
	store_text((char *)base + row->offset, text);
	return 0;
}

int option_set(const struct option_row *row, void *base, const char *text, struct error *err)
{
	struct value v;
	int r;

	if (row->type == OPTION_LIST)
		return set_list(row, base, text, err);
	if (row->type == OPTION_PATH)
		return set_path(row, base, text, err);
	r = check_scalar(row, text, &v, err);
	if (r < 0)
		return r;
	option_free(row, base);
	store(row, (char *)base + row->offset, &v);
	return 0;
}

void option_free(const struct option_row *row, void *base)
{
	char *field = (char *)base + row->offset;

	if (row->type == OPTION_TEXT || row->type == OPTION_PATH) {
		char *text;

		memcpy(&text, field, sizeof text);
		free(text);
		text = NULL;
		memcpy(field, &text, sizeof text);
	} else if (row->type == OPTION_LIST) {
		struct text_list list;

		memcpy(&list, field, sizeof list);
		for (size_t i = 0; i < list.count; i++)
			free(list.items[i]);
		free(list.items);
		memset(&list, 0, sizeof list);
		memcpy(field, &list, sizeof list);
	}
}

void option_print_text(FILE *to, const char *text)
{
	putc('"', to);
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ' || c == 0x7f)
			fprintf(to, "\\x%02x", c);
		else
			fprintf(to, c == '"' || c == '\\' || c == '$' ? "\\%c" : "%c", c);
	}
	putc('"', to);
}

static void print_list(FILE *to, const struct text_list *list)
{
	fputs("{", to);
	for (size_t i = 0; i < list->count; i++) {
		if (i > 0)
			fputs(", ", to);
		option_print_text(to, list->items[i]);
	}
	fputs("}", to);
}

static void print_number(FILE *to, const struct option_row *row, uint64_t number)
{
	char text[VALUE_TEXT];

	if (number == 0 && row->zero_word != NULL)
		option_print_text(to, row->zero_word);
	else if (row->type == OPTION_INTEGER || number == 0)
		fputs(format_number(text, row, number), to);
	else
		option_print_text(to, format_number(text, row, number));
}

void option_print(FILE *to, const struct option_row *row, const void *base)
{
	const char *field = (const char *)base + row->offset;
	struct value v;
	struct text_list list;
	char *text;

	switch (row->type) {
	case OPTION_BOOL:
		memcpy(&v.boolean, field, sizeof v.boolean);
		fputs(v.boolean ? "true" : "false", to);
		return;
	case OPTION_CHOICE:
		memcpy(&v.choice, field, sizeof v.choice);
		option_print_text(to, row->choices[v.choice]);
		return;
	case OPTION_TEXT:
	case OPTION_PATH:
		memcpy(&text, field, sizeof text);
		option_print_text(to, text);
		return;
	case OPTION_LIST:
		memcpy(&list, field, sizeof list);
		print_list(to, &list);
		return;
	default:
		memcpy(&v.number, field, sizeof v.number);
		print_number(to, row, v.number);
	}
}
