/* json_scan - one small recursive descent over the bytes serves both the
 * check and the walks: each scan_x() takes the place where an x must begin
 * and returns the place behind it, or NULL.  UTF-8 is checked apart, over the
 * whole text at once.  Strings, where the bytes are, are crossed a word at a
 * time. */
#include "protocol/json_scan.h"

#include "base/utf8.h"
#include "muster/limits.h"

#include <string.h>

#define ONES (UINT64_MAX / 255)
#define HIGHS (ONES * 0x80)

static const char *scan_value(const char *at, const char *end, int depth);

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
		at++;
	return at;
}

static bool is_special(char c)
{
	return c == '"' || c == '\\' || (unsigned char)c < 0x20;
}

/* The first quote, backslash or control character. */
static const char *find_special(const char *at, const char *end)
{
	for (; end - at >= 8; at += 8) {
		uint64_t word, quote, slash, hit;

		memcpy(&word, at, sizeof(word));
		quote = word ^ (ONES * '"');
		slash = word ^ (ONES * '\\');
		hit = ((quote - ONES) & ~quote) | ((slash - ONES) & ~slash) | ((word - ONES * 0x20) & ~word);
		if ((hit & HIGHS) != 0)
			break;
	}
	while (at < end && !is_special(*at))
		at++;
	return at;
}

/* at is behind the backslash. */
static const char *scan_escape(const char *at, const char *end)
{
	int unit;

	if (at == end)
		return NULL;
	if (*at != 'u')
		return memchr("\"\\/bfnrt", *at, 8) != NULL ? at + 1 : NULL;
	unit = json_hex_unit(at + 1, end);
	if (unit < 0 || json_is_low_half(unit))
		return NULL;
	at += 5;
	if (!json_is_high_half(unit))
		return at;
	if (end - at < 6 || at[0] != '\\' || at[1] != 'u' || !json_is_low_half(json_hex_unit(at + 2, end)))
		return NULL;
	return at + 6;
}

static const char *scan_string(const char *at, const char *end)
{
	if (at == end || *at != '"')
		return NULL;
	for (at++;;) {
		at = find_special(at, end);
		if (at == end || (unsigned char)*at < 0x20)
			return NULL;
		if (*at == '"')
			return at + 1;
		at = scan_escape(at + 1, end);
		if (at == NULL)
			return NULL;
	}
}

static const char *scan_digits(const char *at, const char *end)
{
	if (at == end || !is_digit(*at))
		return NULL;
	while (at < end && is_digit(*at))
		at++;
	return at;
}

static const char *scan_number(const char *at, const char *end)
{
	if (at < end && *at == '-')
		at++;
	if (at < end && *at == '0')
		at++;
	else
		at = scan_digits(at, end);
	if (at != NULL && at < end && *at == '.')
		at = scan_digits(at + 1, end);
	if (at != NULL && at < end && (*at == 'e' || *at == 'E')) {
		at++;
		if (at < end && (*at == '+' || *at == '-'))
			at++;
		at = scan_digits(at, end);
	}
	return at;
}

static const char *scan_word(const char *at, const char *end, const char *word)
{
	size_t size = strlen(word);

	if ((size_t)(end - at) < size || memcmp(at, word, size) != 0)
		return NULL;
	return at + size;
}

/* "name" : value */
static const char *scan_member(const char *at, const char *end, int depth)
{
	at = scan_string(at, end);
	if (at == NULL)
		return NULL;
	at = skip_space(at, end);
	if (at == end || *at != ':')
		return NULL;
	return scan_value(skip_space(at + 1, end), end, depth);
}

static const char *scan_container(const char *at, const char *end, int depth)
{
	bool is_object = *at == '{';
	char close = is_object ? '}' : ']';

	if (depth == MAX_JSON_DEPTH)
		return NULL;
	at = skip_space(at + 1, end);
	if (at < end && *at == close)
		return at + 1;
	for (;;) {
		at = is_object ? scan_member(at, end, depth + 1) : scan_value(at, end, depth + 1);
		if (at == NULL)
			return NULL;
		at = skip_space(at, end);
		if (at == end)
			return NULL;
		if (*at == close)
			return at + 1;
		if (*at != ',')
			return NULL;
		at = skip_space(at + 1, end);
	}
}

static const char *scan_value(const char *at, const char *end, int depth)
{
	if (at == end)
		return NULL;
	switch (*at) {
	case '{':
	case '[':
		return scan_container(at, end, depth);
	case '"':
		return scan_string(at, end);
	case 't':
		return scan_word(at, end, "true");
	case 'f':
		return scan_word(at, end, "false");
	case 'n':
		return scan_word(at, end, "null");
	default:
		return scan_number(at, end);
	}
}

bool json_is_valid(const char *text, size_t size)
{
	const char *end, *at;

	if (size == 0)
		return false;
	end = text + size;
	at = scan_value(skip_space(text, end), end, 0);
	return at != NULL && skip_space(at, end) == end && utf8_is_valid(text, size);
}

static bool begins_with(const char *text, size_t size, char c)
{
	const char *at;

	if (size == 0) /* absent, perhaps: text may be NULL */
		return false;
	at = skip_space(text, text + size);
	return at < text + size && *at == c;
}

bool json_is_object(const char *text, size_t size)
{
	return begins_with(text, size, '{');
}

bool json_is_array(const char *text, size_t size)
{
	return begins_with(text, size, '[');
}

void json_open(struct json_cursor *c, const char *text, size_t size)
{
	c->end = text + size;
	c->at = skip_space(text, c->end);
	if (c->at < c->end && (*c->at == '{' || *c->at == '['))
		c->at++;
	else
		c->at = c->end;
}

/* To the next member or element, if there is one. */
static bool cursor_advance(struct json_cursor *c)
{
	c->at = skip_space(c->at, c->end);
	if (c->at < c->end && *c->at == ',')
		c->at = skip_space(c->at + 1, c->end);
	return c->at < c->end && *c->at != '}' && *c->at != ']';
}

static bool cursor_take_value(struct json_cursor *c, struct json_span *value)
{
	const char *behind = scan_value(c->at, c->end, 0);

	if (behind == NULL)
		return false;
	*value = (struct json_span){c->at, (size_t)(behind - c->at)};
	c->at = behind;
	return true;
}

bool json_next_member(struct json_cursor *c, struct json_span *name, struct json_span *value)
{
	const char *behind;

	if (!cursor_advance(c))
		return false;
	behind = scan_string(c->at, c->end);
	if (behind == NULL)
		return false;
	*name = (struct json_span){c->at + 1, (size_t)(behind - c->at) - 2};
	c->at = skip_space(behind, c->end);
	if (c->at == c->end || *c->at != ':')
		return false;
	c->at = skip_space(c->at + 1, c->end);
	return cursor_take_value(c, value);
}

size_t json_elements(const char *text, size_t size, struct json_span *out, size_t capacity)
{
	struct json_cursor c;
	struct json_span value;
	size_t count = 0;

	if (!json_is_array(text, size))
		return 0;
	json_open(&c, text, size);
	while (cursor_advance(&c) && cursor_take_value(&c, &value)) {
		if (count < capacity)
			out[count] = value;
		count++;
	}
	return count;
}

bool json_members(const char *text, size_t size, const char *const *names, size_t count, struct json_span *out)
{
	struct json_cursor c;
	struct json_span name, value;
	bool is_complete = true;

	for (size_t i = 0; i < count; i++)
		out[i] = (struct json_span){NULL, 0};
	if (!json_is_object(text, size))
		return true;
	json_open(&c, text, size);
	while (json_next_member(&c, &name, &value)) {
		size_t i = 0;

		while (i < count && !json_name_is(name, names[i]))
			i++;
		if (i < count)
			out[i] = value;
		else
			is_complete = false;
	}
	return is_complete;
}

struct json_span json_member(const char *text, size_t size, const char *name)
{
	struct json_span value;

	json_members(text, size, &name, 1, &value);
	return value;
}
