/* What RFC 8259 allows and what it does not; the finding of members; the
 * decoding of strings. */
#include "protocol/json_scan.h"

#include "muster/limits.h"
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_valid(const char *text)
{
	return json_is_valid(text, strlen(text));
}

static void takes_every_kind_of_value(void)
{
	static const char *const cases[] = {
		"null", "true", "false", "0", "-0", "-1", "10", "1.5", "1e5", "1E+5", "1.25e-10", "0.0", "\"\"", "\"a\"",
		"{}", "[]", " { } ", "\t[\r\n]\n", "[1,2 , 3]", "{\"a\":1,\"b\":[{}]}", "{\"\":null}", "{\"a\":1,\"a\":2}",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"\xf0\x9f\x98\x80\"", "\"\x7f\"",
		"1234567890123456789012345678901234567890", "\"a long string, more than eight bytes of it\"",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (!is_valid(cases[i]))
			CHECK_TEXT(cases[i], "valid");
	CHECK(json_is_valid("1x", 1));
}

static void refuses_everything_else(void)
{
	static const char *const cases[] = {
		"", " ", "nul", "nulll", "True", "NaN", "Infinity", "01", "+1", "-", "1.", ".5", "1e", "1e+", "0x10", "1 2",
		"'a'", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "\"12345678\t\"", "[", "]", "[1",
		"[1,]", "[,1]", "[1 2]", "{", "}", "{a:1}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "{1:2}",
		"[}", "{]", "//x\n1", "/**/1", "1\f", "\xef\xbb\xbfnull", "\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xe2\x82\"",
		"{}{}", "\"\\U0041\"", "\"12345678\\",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (is_valid(cases[i]))
			CHECK_TEXT(cases[i], "not valid");
	CHECK(!json_is_valid("1\0", 2));
	CHECK(!json_is_valid("\"\0\"", 3));
	CHECK(!json_is_valid(NULL, 0));
}

static void refuses_halves_of_surrogate_pairs(void)
{
	CHECK(!is_valid("\"\\ud800\""));
	CHECK(!is_valid("\"\\udc00\""));
	CHECK(!is_valid("\"\\ud800x\""));
	CHECK(!is_valid("\"\\ud800\\n\""));
	CHECK(!is_valid("\"\\ud800\\u0041\""));
	CHECK(!is_valid("\"\\ud800\\ud800\""));
	CHECK(!is_valid("\"\\ud800\\udc0\""));
	CHECK(is_valid("\"\\uD800\\uDFFF\""));
}

static bool is_valid_nested(int depth, char open, char close)
{
	char text[2 * MAX_JSON_DEPTH + 8];

	memset(text, open, (size_t)depth);
	memset(text + depth, close, (size_t)depth);
	return json_is_valid(text, 2 * (size_t)depth);
}

static void nests_to_the_limit(void)
{
	CHECK(is_valid_nested(MAX_JSON_DEPTH, '[', ']'));
	CHECK(!is_valid_nested(MAX_JSON_DEPTH + 1, '[', ']'));
}

static void depth_counts_what_is_open(void)
{
	char text[3 * 100 + 2] = "[";

	for (int i = 0; i < 100; i++)
		strcat(text, i == 0 ? "{}" : ",{}");
	strcat(text, "]");
	CHECK(is_valid(text));
}

static void check_member(const char *text, const char *name, const char *expected)
{
	struct json_span value = json_member(text, strlen(text), name);

	CHECK_BYTES(value.text, value.size, expected, strlen(expected));
}

static void finds_the_raw_member(void)
{
	check_member("{\"a\": 1 , \"b\":[1, {\"c\":2}]\n}", "a", "1");
	check_member("{\"a\": 1 , \"b\":[1, {\"c\":2}]\n}", "b", "[1, {\"c\":2}]");
	check_member(" {\"a\":\"}\\\"\",\"b\":2}", "b", "2");
	CHECK_POINTER(json_member("{\"a\":{\"b\":1}}", 13, "b").text, NULL);
	CHECK_POINTER(json_member("[\"a\",1]", 7, "a").text, NULL);
	CHECK_POINTER(json_member("{}", 2, "a").text, NULL);
}

static void the_last_of_a_name_counts(void)
{
	check_member("{\"a\":1,\"a\":2}", "a", "2");
	check_member("{\"a\":1,\"\\u0061\":3}", "a", "3");
}

static void names_with_escapes_are_found(void)
{
	check_member("{\"\\u0064\\u0061ta\":1}", "data", "1");
	CHECK_POINTER(json_member("{\"data\\u0000\":1}", 16, "data").text, NULL);
	check_member("{\"\\ud83d\\ude00\":1}", "\xf0\x9f\x98\x80", "1");
}

static void says_whether_other_members_are_there(void)
{
	static const char *const names[] = {"a", "b"};
	struct json_span out[2];

	CHECK(json_members("{\"b\":2}", 7, names, 2, out));
	CHECK_POINTER(out[0].text, NULL);
	CHECK_BYTES(out[1].text, out[1].size, "2", 1);
	CHECK(!json_members("{\"c\":1,\"a\":3}", 13, names, 2, out));
	CHECK_BYTES(out[0].text, out[0].size, "3", 1);
}

static void counts_all_elements_and_stores_what_fits(void)
{
	struct json_span out[2];

	CHECK_INT(json_elements(" [ 1 , \"a,b\" ,[2]]", 18, out, 2), 3);
	CHECK_BYTES(out[0].text, out[0].size, "1", 1);
	CHECK_BYTES(out[1].text, out[1].size, "\"a,b\"", 5);
	CHECK_INT(json_elements("[]", 2, out, 2), 0);
	CHECK_INT(json_elements("{\"a\":1}", 7, out, 2), 0);
}

static void tells_arrays_from_objects(void)
{
	CHECK(json_is_array(" []", 3));
	CHECK(!json_is_array("{}", 2));
	CHECK(json_is_object("\n{}", 3));
	CHECK(!json_is_object("", 0));
}

static void check_string(const char *raw, const char *expected, size_t expected_size)
{
	size_t size;
	char *text = json_string((struct json_span){raw, strlen(raw)}, &size);

	REQUIRE(text != NULL);
	CHECK_BYTES(text, size, expected, expected_size);
	CHECK_INT(text[size], 0);
	free(text);
}

static void decodes_strings(void)
{
	check_string("\"\"", "", 0);
	check_string("\"abc\"", "abc", 3);
	check_string("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8);
	check_string("\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00z\"", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z", 11);
	check_string("\"a\\u0000b\"", "a\0b", 3);
	check_string("\"\\ud837\\ude00\"", "\xf0\x9d\xb8\x80", 4);
}

static char *label(const char *raw, size_t min, size_t max)
{
	return json_label((struct json_span){raw, strlen(raw)}, min, max);
}

static void a_label_keeps_its_bounds(void)
{
	char *text = label("\"abc\"", 1, 3);

	CHECK_TEXT(text, "abc");
	free(text);
	CHECK_POINTER(label("\"abcd\"", 1, 3), NULL);
	CHECK_POINTER(label("\"\"", 1, 3), NULL);
	CHECK_POINTER(label("1", 1, 3), NULL);
	CHECK_POINTER(label("\"a\\u0000\"", 1, 3), NULL);
	CHECK_POINTER(label("\"\\n\"", 1, 3), NULL);
	CHECK_POINTER(json_label((struct json_span){NULL, 0}, 0, 3), NULL);
	text = label("\"\"", 0, 3);
	CHECK_TEXT(text, "");
	free(text);
}

static int parse_unsigned(const char *text, uint64_t *n)
{
	return json_unsigned(n, (struct json_span){text, strlen(text)});
}

static void whole_numbers_are_exact(void)
{
	static const char *const bad[] = {"-1", "1.0", "1e3", "18446744073709551616", "99999999999999999999", "\"1\"", "null"};
	uint64_t n = 7;

	CHECK_INT(parse_unsigned("0", &n), 0);
	CHECK_INT(n, 0);
	CHECK_INT(parse_unsigned("18446744073709551615", &n), 0);
	CHECK(n == UINT64_MAX);
	n = 7;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(parse_unsigned(bad[i], &n) < 0);
	CHECK_INT(n, 7);
}

static void line_breaks_become_spaces(void)
{
	const char *text = "{\r\n\"a\":\n\"\\n\"}";
	char *line = json_single_line(text, strlen(text));

	CHECK_TEXT(line, "{  \"a\": \"\\n\"}");
	free(line);
}

static const struct test tests[] = {
	{"takes every kind of value", takes_every_kind_of_value},
	{"refuses everything else", refuses_everything_else},
	{"refuses halves of surrogate pairs", refuses_halves_of_surrogate_pairs},
	{"nests to the limit and no deeper", nests_to_the_limit},
	{"depth counts what is open, not what is there", depth_counts_what_is_open},
	{"finds the raw bytes of a member", finds_the_raw_member},
	{"the last member of a name counts", the_last_of_a_name_counts},
	{"names written with escapes are found", names_with_escapes_are_found},
	{"says whether there are members of other names", says_whether_other_members_are_there},
	{"counts all elements and stores what fits", counts_all_elements_and_stores_what_fits},
	{"tells arrays from objects", tells_arrays_from_objects},
	{"decodes strings with their escapes", decodes_strings},
	{"a label keeps its bounds and has no control characters", a_label_keeps_its_bounds},
	{"whole numbers are exact or refused", whole_numbers_are_exact},
	{"raw line breaks become spaces, escaped ones stay", line_breaks_become_spaces},
	{NULL, NULL},
};

const struct suite json_scan_suite = {"json_scan", tests};
