/* json_write - one encoder that goes over a range of the text; asked for the
 * size alone it has no output, and buffers are fed in pieces of a fixed size. */
#include "protocol/json_write.h"

#include <stdbool.h>
#include <string.h>

enum { PIECE = 256, MAX_ESCAPE = 6 };

/* Could the byte need an escape?  A quick look that the exact one follows. */
static bool may_escape(unsigned char c)
{
	return c < 0x20 || c == '"' || c == '\\' || c == '/' || c == 0xe2;
}

static size_t escape_control(char out[MAX_ESCAPE], unsigned char c)
{
	static const char letters[] = "btn\0fr", hex[] = "0123456789abcdef"; /* letters from 8 on */

	out[0] = '\\';
	if (c >= 8 && c <= 13 && letters[c - 8] != '\0') {
		out[1] = letters[c - 8];
		return 2;
	}
	memcpy(out + 1, "u00", 3);
	out[4] = hex[c >> 4];
	out[5] = hex[c & 15];
	return 6;
}

/* The escape of the character at text[at], 0 when it needs none; *taken: the
 * bytes it stands for. */
static size_t escape(char out[MAX_ESCAPE], const char *text, size_t size, size_t at, size_t *taken)
{
	unsigned char c = (unsigned char)text[at];

	*taken = 1;
	if (c < 0x20)
		return escape_control(out, c);
	if (c == '"' || c == '\\' || (c == '/' && at > 0 && text[at - 1] == '<')) {
		out[0] = '\\';
		out[1] = (char)c;
		return 2;
	}
	if (c == 0xe2 && size - at >= 3 && (memcmp(text + at, "\xe2\x80\xa8", 3) == 0
		|| memcmp(text + at, "\xe2\x80\xa9", 3) == 0)) {
		*taken = 3;
		memcpy(out, text[at + 2] == '\xa8' ? "\\u2028" : "\\u2029", 6);
		return 6;
	}
	return 0;
}

/* Encode from text[*at] to about text[stop]; out NULL: only count. */
static size_t encode(char *out, const char *text, size_t size, size_t *at, size_t stop)
{
	char escaped[MAX_ESCAPE];
	size_t written = 0;

	while (*at < stop) {
		size_t run = *at, taken = 0, length = 0;

		while (run < stop) {
			if (may_escape((unsigned char)text[run])) {
				length = escape(escaped, text, size, run, &taken);
				if (length > 0)
					break;
			}
			run++;
		}
		if (out != NULL) {
			memcpy(out + written, text + *at, run - *at);
			memcpy(out + written + (run - *at), escaped, length);
		}
		written += run - *at + length;
		*at = length > 0 ? run + taken : run;
	}
	return written;
}

size_t json_string_size(const char *text, size_t size)
{
	size_t at = 0;

	return 2 + encode(NULL, text, size, &at, size);
}

char *json_put_string(char *out, const char *text, size_t size)
{
	size_t at = 0;

	*out++ = '"';
	out += encode(out, text, size, &at, size);
	*out++ = '"';
	return out;
}

void json_write_string(struct buffer *out, const char *text, size_t size)
{
	char piece[PIECE * MAX_ESCAPE];
	size_t at = 0;

	buffer_append_char(out, '"');
	while (at < size) {
		size_t stop = size - at < PIECE ? size : at + PIECE;
		size_t length = encode(piece, text, size, &at, stop);

		buffer_append(out, piece, length);
	}
	buffer_append_char(out, '"');
}

void json_write_text(struct buffer *out, const char *text)
{
	json_write_string(out, text, strlen(text));
}

size_t json_put_number(char out[JSON_MAX_DIGITS], uint64_t n)
{
	char digits[JSON_MAX_DIGITS];
	size_t count = 0;

	do {
		digits[JSON_MAX_DIGITS - ++count] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	memcpy(out, digits + JSON_MAX_DIGITS - count, count);
	return count;
}
