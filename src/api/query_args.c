/* query_args - see query_args.h. */
#include "api/query_args.h"

#include "base/xalloc.h"
#include "protocol/json_decode.h"
#include "protocol/json_scan.h"
#include "protocol/json_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum kind { KIND_TEXT, KIND_NUMBER, KIND_LIST, KIND_SINCE_TEXT, KIND_SINCE_NUMBER };

static const struct {
	const char *name;
	enum kind kind;
} kinds[] = {
	{"limit", KIND_NUMBER},
	{"users", KIND_LIST},
	{"epoch", KIND_SINCE_TEXT},
	{"offset", KIND_SINCE_NUMBER},
	{"last", KIND_SINCE_NUMBER},
};

static enum kind kind_of(const char *name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].kind;
	return KIND_TEXT;
}

void query_args_init(struct query_args *a)
{
	a->count = 0;
	buffer_init(&a->since, 0);
}

void query_args_fini(struct query_args *a)
{
	for (size_t i = 0; i < a->count; i++) {
		free(a->items[i].name);
		buffer_fini(&a->items[i].value);
	}
	buffer_fini(&a->since);
}

/* What looks like a number is one; the verb refuses a string in its place. */
static void write_value(struct buffer *out, const char *value, size_t size, bool is_number)
{
	uint64_t n;

	if (is_number && json_is_valid(value, size) && json_unsigned(&n, (struct json_span){value, size}) == 0)
		buffer_append(out, value, size);
	else
		json_write_string(out, value, size);
}

static struct query_arg *find(struct query_args *a, const char *name)
{
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i].name, name) == 0)
			return &a->items[i];
	return NULL;
}

static struct query_arg *add_item(struct query_args *a, const char *name, enum kind kind)
{
	struct query_arg *item = &a->items[a->count++];

	item->name = xstrdup(name);
	item->is_list = kind == KIND_LIST;
	buffer_init(&item->value, 0);
	return item;
}

static bool is_since(enum kind kind)
{
	return kind == KIND_SINCE_TEXT || kind == KIND_SINCE_NUMBER;
}

/* A member of "since": its name is noted as an item without a value. */
static void add_since(struct query_args *a, const char *name, const char *value, size_t size, enum kind kind)
{
	buffer_printf(&a->since, "%s\"%s\":", a->since.size ? "," : "", name);
	write_value(&a->since, value, size, kind == KIND_SINCE_NUMBER);
}

int query_args_add(struct query_args *a, const char *name, const char *value, size_t size,
	struct error *err)
{
	struct query_arg *item = find(a, name);
	enum kind kind = kind_of(name);

	if (!value)
		value = "", size = 0;
	if (item && !item->is_list)
		return error_set(err, -EINVAL, "a parameter is given twice; only users may be");
	if (!item && a->count == QUERY_ARGS_MAX)
		return error_set(err, -EINVAL, "there are more than %d parameters", QUERY_ARGS_MAX);
	if (!item)
		item = add_item(a, name, kind);
	if (is_since(kind)) {
		add_since(a, name, value, size, kind);
		return 0;
	}
	if (item->value.size)
		buffer_append_char(&item->value, ',');
	write_value(&item->value, value, size, kind == KIND_NUMBER);
	return 0;
}

static void write_item(const struct query_arg *item, struct buffer *out)
{
	if (!item->value.size)
		return;
	if (out->data[out->size - 1] != '{')
		buffer_append_char(out, ',');
	json_write_text(out, item->name);
	buffer_append_text(out, item->is_list ? ":[" : ":");
	buffer_append(out, item->value.data, item->value.size);
	if (item->is_list)
		buffer_append_char(out, ']');
}

void query_args_write(const struct query_args *a, struct buffer *out)
{
	size_t start = out->size;

	buffer_append_char(out, '{');
	for (size_t i = 0; i < a->count; i++)
		write_item(&a->items[i], out);
	if (a->since.size) {
		buffer_append_text(out, out->size - start > 1 ? ",\"since\":{" : "\"since\":{");
		buffer_append(out, a->since.data, a->since.size);
		buffer_append_char(out, '}');
	}
	buffer_append_char(out, '}');
}
