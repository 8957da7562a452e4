/* Escapes, at the edges of the pieces too, and the size that is told first. */
#include "protocol/json_write.h"

#include "protocol/json_scan.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>

static void check_written(const char *text, size_t size, const char *expected)
{
	struct buffer b;
	char *out = malloc(json_string_size(text, size) + 1);

	buffer_init(&b, 0);
	json_write_string(&b, text, size);
	CHECK_BYTES(b.data, b.size, expected, strlen(expected));
	CHECK_INT(json_string_size(text, size), strlen(expected));
	CHECK_INT(json_put_string(out, text, size) - out, strlen(expected));
	CHECK_BYTES(out, strlen(expected), expected, strlen(expected));
	free(out);
	buffer_fini(&b);
}

static void escapes_what_json_asks_for(void)
{
	check_written("", 0, "\"\"");
	check_written("plain / text", 12, "\"plain / text\"");
	check_written("\"\\\b\f\n\r\t", 7, "\"\\\"\\\\\\b\\f\\n\\r\\t\"");
	check_written("\0\x01\x0b\x1f\x7f", 5, "\"\\u0000\\u0001\\u000b\\u001f\x7f\"");
}

static void is_safe_inside_a_script(void)
{
	check_written("</script>", 9, "\"<\\/script>\"");
	check_written("a\xe2\x80\xa8" "b\xe2\x80\xa9\xe2\x80\xaa", 11, "\"a\\u2028b\\u2029\xe2\x80\xaa\"");
	check_written("<//", 3, "\"<\\//\"");
}

static void pieces_do_not_show(void)
{
	char text[700], out[5000];
	struct buffer b;

	for (size_t shift = 250; shift < 260; shift++) {
		memset(text, 'x', sizeof(text));
		memcpy(text + shift, "</\xe2\x80\xa8\"", 6);
		buffer_init(&b, 0);
		json_write_string(&b, text, sizeof(text));
		CHECK_INT(b.size, json_string_size(text, sizeof(text)));
		CHECK_BYTES(b.data, b.size, out, (size_t)(json_put_string(out, text, sizeof(text)) - out));
		CHECK(json_is_valid(b.data, b.size));
		CHECK(memmem(b.data, b.size, "x<\\/\\u2028\\\"x", 13) != NULL);
		buffer_fini(&b);
	}
}

static void check_number(uint64_t n, const char *expected)
{
	char digits[JSON_MAX_DIGITS];

	CHECK_BYTES(digits, json_put_number(digits, n), expected, strlen(expected));
}

static void numbers_are_whole(void)
{
	check_number(0, "0");
	check_number(9, "9");
	check_number(1700000000000, "1700000000000");
	check_number(UINT64_MAX, "18446744073709551615");
}

static const struct test tests[] = {
	{"escapes what JSON asks for", escapes_what_json_asks_for},
	{"a string is safe inside a script", is_safe_inside_a_script},
	{"an escape at the edge of a piece is not cut", pieces_do_not_show},
	{"numbers are written whole", numbers_are_whole},
	{NULL, NULL},
};

const struct suite json_write_suite = {"json_write", tests};
