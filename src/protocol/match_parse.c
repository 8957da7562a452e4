/* match_parse - key by key into a match that is thrown away when one is bad. */
#include "protocol/match_parse.h"

#include "base/utf8.h"
#include "base/xalloc.h"
#include "muster/limits.h"
#include "protocol/json_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int add_value(struct match_key *key, struct json_span value)
{
	char *text = json_label(value, 0, MAX_ATTRIBUTE);

	if (text == NULL)
		return -EINVAL;
	key->values[key->value_count++] = text;
	return 0;
}

static int add_values(struct match_key *key, struct json_span value)
{
	struct json_span items[MAX_MATCH_VALUES];
	size_t count = 1;

	items[0] = value;
	if (json_is_array(value.text, value.size))
		count = json_elements(value.text, value.size, items, MAX_MATCH_VALUES);
	if (count > MAX_MATCH_VALUES)
		return -EINVAL;
	key->values = xcalloc(count + 1, sizeof(*key->values));
	for (size_t i = 0; i < count; i++)
		if (add_value(key, items[i]) < 0)
			return -EINVAL;
	return 0;
}

static bool has_key(const struct match *match, const char *name)
{
	for (size_t i = 0; i < match->count; i++)
		if (strcmp(match->keys[i].name, name) == 0)
			return true;
	return false;
}

static char *take_name(struct json_span inside)
{
	char *name;
	size_t size;

	if (inside.size > 6 * MAX_ATTRIBUTE)
		return NULL;
	name = json_unescape(inside, &size);
	if (size >= 1 && size <= MAX_ATTRIBUTE && utf8_is_printable(name, size))
		return name;
	free(name);
	return NULL;
}

static int add_key(struct match *match, struct json_span inside, struct json_span value)
{
	char *name = take_name(inside);
	struct match_key *key;

	if (name == NULL)
		return -EINVAL;
	if (match->count == MAX_MATCH_KEYS || has_key(match, name)) {
		free(name);
		return -EINVAL;
	}
	key = &match->keys[match->count++];
	key->name = name;
	return add_values(key, value);
}

int match_parse(struct match **out, const char *text, size_t size)
{
	struct json_cursor c;
	struct json_span name, value;
	struct match *match;

	if (!json_is_object(text, size))
		return -EINVAL;
	match = xcalloc(1, sizeof(*match));
	match->keys = xcalloc(MAX_MATCH_KEYS, sizeof(*match->keys));
	json_open(&c, text, size);
	while (json_next_member(&c, &name, &value)) {
		if (add_key(match, name, value) < 0) {
			match_free(match);
			return -EINVAL;
		}
	}
	*out = match;
	return 0;
}
