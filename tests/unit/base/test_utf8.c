/* The first and last of each form, and one step beyond each. */
#include "base/utf8.h"

#include "suites.h"

#include <stdio.h>
#include <string.h>

/* Alone, behind ASCII of any length, and before it: the skipping by eights
 * must not change the answer. */
static bool is_valid_anywhere(const char *text, size_t size)
{
	bool alone = utf8_is_valid(text, size);

	for (size_t pad = 0; pad < 20; pad++) {
		char padded[64];

		memset(padded, 'a', sizeof padded);
		memcpy(padded + pad, text, size);
		if (utf8_is_valid(padded, pad + size) != alone ||
		    utf8_is_valid(padded, pad + size + 17) != alone)
			return !alone;
	}
	return alone;
}

static void valid(void)
{
	static const char *const cases[] = {
		"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
		"\xef\xbf\xbd", "\xef\xbf\xbe", "\xef\xbf\xbf", "\xef\xbb\xbf", "\xf0\x90\x80\x80",
		"\xf3\xbf\xbf\xbf", "\xf4\x8f\xbf\xbf", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
		"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5",
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK(is_valid_anywhere(cases[i], strlen(cases[i])));
	CHECK(is_valid_anywhere("a\0b", 3));
}

static void invalid(void)
{
	static const char *const cases[] = {
		"\x80", "\xbf", "\xc0\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf",
		"\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xaf\xbf", "\xed\xb0\x80",
		"\xed\xbf\xbf", "\xed\xa0\x80\xed\xb0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xf7\xbf\xbf\xbf", "\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80", "\xfe", "\xff",
		"\xc3\x28", "\xe2\x28\xa1", "\xe2\x82\x28", "\xf0\x28\x8c\xbc", "\xf0\x90\x28\xbc",
		"\xf0\x28\x8c\x28", "\xc3\xc3\xa9", "\xc3\xa9\xa9",
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK(!is_valid_anywhere(cases[i], strlen(cases[i])));
}

static void cut_short(void)
{
	static const char *const whole[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};

	for (size_t i = 0; i < 3; i++)
		for (size_t size = 1; size < strlen(whole[i]); size++) {
			CHECK(!utf8_is_valid(whole[i], size));
			CHECK(!utf8_is_printable(whole[i], size));
		}
}

static size_t encode(char out[4], uint32_t code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 63));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 63));
		out[2] = (char)(0x80 | (code & 63));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 63));
	out[2] = (char)(0x80 | (code >> 6 & 63));
	out[3] = (char)(0x80 | (code & 63));
	return 4;
}

static void every_code_point(void)
{
	unsigned wrong = 0;

	for (uint32_t code = 0; code < 0x1fffff; code++) {
		bool is_scalar = code < 0xd800 || (code > 0xdfff && code <= 0x10ffff);
		char text[4];

		wrong += utf8_is_valid(text, encode(text, code)) != is_scalar;
	}
	CHECK_INT(wrong, 0);
}

static void controls(void)
{
	unsigned wrong = 0;

	for (uint32_t code = 0; code < 0x300; code++) {
		bool is_control = code < 0x20 || (code >= 0x7f && code < 0xa0);
		char text[4];

		wrong += utf8_is_printable(text, encode(text, code)) == is_control;
	}
	CHECK_INT(wrong, 0);
	CHECK(utf8_is_printable("", 0));
	CHECK(utf8_is_printable("Gr\xc3\xbc\xc3\x9f Gott", 11));
	CHECK(!utf8_is_printable("one\ntwo", 7));
	CHECK(!utf8_is_printable("a\0b", 3));
	CHECK(!utf8_is_printable("\xed\xa0\x80", 3));
}

static const struct test tests[] = {
	{"the corners of each form are valid", valid},
	{"overlong, surrogate, too large and broken forms are not", invalid},
	{"a character cut short is not valid", cut_short},
	{"every code point is judged as RFC 3629 says", every_code_point},
	{"C0, DEL and C1 are valid but not printable", controls},
	{NULL, NULL},
};
const struct suite utf8_suite = {"utf8", tests};
