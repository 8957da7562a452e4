/* json_decode - the values of members and elements; their text was found valid
 * before, so what is asked here is only what it means. */
#include "protocol/json_decode.h"

#include "base/utf8.h"
#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int json_hex_unit(const char *at, const char *end)
{
	int unit = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(at[i]);

		if (digit < 0)
			return -1;
		unit = unit * 16 + digit;
	}
	return unit;
}

bool json_is_high_half(int unit)
{
	return unit >= 0xd800 && unit <= 0xdbff;
}

bool json_is_low_half(int unit)
{
	return unit >= 0xdc00 && unit <= 0xdfff;
}

static size_t put_utf8(char *out, unsigned point)
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xc0 | point >> 6);
		out[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (char)(0xe0 | point >> 12);
		out[1] = (char)(0x80 | (point >> 6 & 0x3f));
		out[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | point >> 18);
	out[1] = (char)(0x80 | (point >> 12 & 0x3f));
	out[2] = (char)(0x80 | (point >> 6 & 0x3f));
	out[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}

/* The character of a valid escape; *at is behind its backslash and moves behind it. */
static unsigned take_escape(const char **at, const char *end)
{
	static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
	char c = *(*at)++;
	const char *letter;
	int unit, low;

	if (c != 'u') {
		letter = memchr(letters, c, sizeof(letters) - 1);
		return letter != NULL ? (unsigned char)meanings[letter - letters] : (unsigned char)c;
	}
	unit = json_hex_unit(*at, end);
	*at += 4;
	if (!json_is_high_half(unit))
		return (unsigned)unit;
	low = json_hex_unit(*at + 2, end);
	*at += 6;
	return 0x10000u + (unsigned)(unit - 0xd800) * 0x400u + (unsigned)(low - 0xdc00);
}

char *json_unescape(struct json_span inside, size_t *size)
{
	const char *at = inside.text, *end = at + inside.size;
	char *text = xmalloc(inside.size + 1);
	char *out = text;

	while (at < end) {
		const char *run = memchr(at, '\\', (size_t)(end - at));
		size_t plain = (size_t)((run != NULL ? run : end) - at);

		memcpy(out, at, plain);
		out += plain;
		at += plain;
		if (at < end) {
			at++;
			out += put_utf8(out, take_escape(&at, end));
		}
	}
	*out = '\0';
	*size = (size_t)(out - text);
	return text;
}

char *json_string(struct json_span value, size_t *size)
{
	if (!json_is_string(value))
		return NULL;
	return json_unescape((struct json_span){value.text + 1, value.size - 2}, size);
}

char *json_label(struct json_span value, size_t min, size_t max)
{
	char *text;
	size_t size;

	if (value.text == NULL || value.size > 2 + 6 * max)
		return NULL;
	text = json_string(value, &size);
	if (text == NULL || (size >= min && size <= max && utf8_is_printable(text, size)))
		return text;
	free(text);
	return NULL;
}

bool json_name_is(struct json_span inside, const char *text)
{
	size_t size = strlen(text);
	char *plain;
	bool same;

	if (inside.size == size && memcmp(inside.text, text, size) == 0 && memchr(text, '\\', size) == NULL)
		return true;
	/* Escapes make it longer, by no more than \u0000 for a byte. */
	if (inside.size <= size || inside.size > size * 6 || memchr(inside.text, '\\', inside.size) == NULL)
		return false;
	plain = json_unescape(inside, &inside.size);
	same = inside.size == size && memcmp(plain, text, size) == 0;
	free(plain);
	return same;
}

bool json_string_is(struct json_span value, const char *text)
{
	return json_is_string(value)
		&& json_name_is((struct json_span){value.text + 1, value.size - 2}, text);
}

bool json_is_string(struct json_span value)
{
	return value.size >= 2 && value.text[0] == '"';
}

bool json_is_number(struct json_span value)
{
	return value.size > 0 && (is_digit(value.text[0]) || value.text[0] == '-');
}

static bool span_is(struct json_span value, const char *word)
{
	return value.size == strlen(word) && memcmp(value.text, word, value.size) == 0;
}

bool json_is_null(struct json_span value)
{
	return span_is(value, "null");
}

int json_boolean(bool *out, struct json_span value)
{
	bool is_true = span_is(value, "true");

	if (!is_true && !span_is(value, "false"))
		return -EINVAL;
	*out = is_true;
	return 0;
}

bool json_is_integer(struct json_span value)
{
	size_t i = value.size > 0 && value.text[0] == '-' ? 1 : 0;

	if (i == value.size)
		return false;
	while (i < value.size && is_digit(value.text[i]))
		i++;
	return i == value.size;
}

int json_unsigned(uint64_t *out, struct json_span value)
{
	uint64_t n = 0;

	if (!json_is_integer(value) || value.text[0] == '-')
		return -EINVAL;
	for (size_t i = 0; i < value.size; i++) {
		unsigned digit = (unsigned)(value.text[i] - '0');

		if (n > (UINT64_MAX - digit) / 10)
			return -EINVAL;
		n = n * 10 + digit;
	}
	*out = n;
	return 0;
}

char *json_single_line(const char *text, size_t size)
{
	char *line = xstrndup(text, size);

	/* Valid text has raw line breaks between tokens only. */
	for (char *at = line; (at = memchr(at, '\n', (size_t)(line + size - at))) != NULL; at++)
		*at = ' ';
	for (char *at = line; (at = memchr(at, '\r', (size_t)(line + size - at))) != NULL; at++)
		*at = ' ';
	return line;
}
