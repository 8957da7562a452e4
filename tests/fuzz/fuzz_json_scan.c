/* json_scan against json-c, a reader written by others: what ours takes,
 * json-c's strict one takes too, and both see the same members, elements and
 * strings. */
#include "fuzz/fuzz.h"
#include "protocol/json_scan.h"

#include "base/buffer.h"
#include "protocol/json_write.h"

#include <json-c/json.h>
#include <string.h>

enum { REFERENCE_DEPTH = 64, MAX_ELEMENTS = 16 };

static struct json_object *reference(const char *text, size_t size)
{
	struct json_tokener *tokener = json_tokener_new_ex(REFERENCE_DEPTH);
	char *copy = malloc(size + 1);
	struct json_object *object;

	MUST(tokener != NULL && copy != NULL);
	memcpy(copy, text, size);
	copy[size] = '\0';
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	object = json_tokener_parse_ex(tokener, copy, (int)size + 1);
	MUST(json_tokener_get_error(tokener) == json_tokener_success);
	json_tokener_free(tokener);
	free(copy);
	return object;
}

/* json-c 0.16 takes the code point of a pair whose low 16 bits are those of
 * half a pair (U+1DA00, U+1DE00) for such a half; and it cuts names at a NUL.  Where
 * there may be one of these it is no reference. */
static bool may_misread(struct json_span value)
{
	const char *at = value.text, *end = value.text + value.size;

	while ((at = memmem(at, (size_t)(end - at), "\\u", 2)) != NULL) {
		int unit = json_hex_unit(at + 2, end);

		if (unit == 0 || (json_is_high_half(unit) && (unit & 0x3e) == 0x36))
			return true;
		at += 2;
	}
	return false;
}

static void check_string(struct json_span value, struct json_object *object)
{
	struct json_span again;
	struct buffer b;
	size_t size, size_again;
	char *text = json_string(value, &size), *text_again;

	MUST(text != NULL);
	if (!may_misread(value)) {
		MUST(size == (size_t)json_object_get_string_len(object));
		MUST(memcmp(text, json_object_get_string(object), size) == 0);
	}
	buffer_init(&b, 0);
	json_write_string(&b, text, size);
	MUST(b.size == json_string_size(text, size));
	MUST(json_is_valid(b.data, b.size));
	again = (struct json_span){b.data, b.size};
	text_again = json_string(again, &size_again);
	MUST(size_again == size && memcmp(text, text_again, size) == 0);
	free(text_again);
	buffer_fini(&b);
	free(text);
}

static void check_value(struct json_span value, struct json_object *object);

static void check_members(struct json_span value, struct json_object *object)
{
	if (may_misread(value))
		return;
	json_object_object_foreach(object, name, member) {
		struct json_span found = json_member(value.text, value.size, name);

		MUST(found.text != NULL);
		check_value(found, member);
	}
}

static void check_elements(struct json_span value, struct json_object *object)
{
	struct json_span elements[MAX_ELEMENTS];
	size_t count = json_elements(value.text, value.size, elements, MAX_ELEMENTS);

	MUST(count == (size_t)json_object_array_length(object));
	for (size_t i = 0; i < count && i < MAX_ELEMENTS; i++)
		check_value(elements[i], json_object_array_get_idx(object, i));
}

/* A span inside the text, without white space around it. */
static void check_value(struct json_span value, struct json_object *object)
{
	MUST(value.size > 0 && json_is_valid(value.text, value.size));
	MUST(strchr(" \t\r\n", value.text[0]) == NULL && strchr(" \t\r\n", value.text[value.size - 1]) == NULL);
	switch (json_object_get_type(object)) {
	case json_type_null:
		MUST(json_is_null(value));
		break;
	case json_type_string:
		check_string(value, object);
		break;
	case json_type_object:
		MUST(json_is_object(value.text, value.size));
		check_members(value, object);
		break;
	case json_type_array:
		MUST(json_is_array(value.text, value.size));
		check_elements(value, object);
		break;
	default:
		break;
	}
}

static struct json_span trim(const char *text, size_t size)
{
	while (size > 0 && strchr(" \t\r\n", text[0]) != NULL) {
		text++;
		size--;
	}
	while (size > 0 && strchr(" \t\r\n", text[size - 1]) != NULL)
		size--;
	return (struct json_span){text, size};
}

static void check_single_line(const char *text, size_t size)
{
	char *line = json_single_line(text, size);

	MUST(strlen(line) == size && strpbrk(line, "\r\n") == NULL);
	MUST(json_is_valid(line, size));
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct json_object *object;

	if (!json_is_valid(text, size))
		return 0;
	check_single_line(text, size);
	object = reference(text, size);
	check_value(trim(text, size), object);
	json_object_put(object);
	return 0;
}
