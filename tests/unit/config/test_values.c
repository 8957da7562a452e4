/* Numbers with units, and the texts that are none. */
#include "config/values.h"

#include "suites.h"

#include <errno.h>
#include <string.h>

static void integers(void)
{
	uint64_t value = 7;

	CHECK_INT(value_parse_integer("0", &value), 0);
	CHECK_INT(value, 0);
	CHECK_INT(value_parse_integer("18446744073709551615", &value), 0);
	CHECK(value == UINT64_MAX);
	CHECK_INT(value_parse_integer("18446744073709551616", &value), -ERANGE);
	CHECK_INT(value_parse_integer("99999999999999999999999", &value), -ERANGE);
	CHECK(value == UINT64_MAX);
}

static void not_integers(void)
{
	static const char *const cases[] = { "", " 1", "1 ", "-1", "+1", "1.5", "0x10", "1s", "fast" };
	uint64_t value = 7;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		CHECK_INT(value_parse_integer(cases[i], &value), -EINVAL);
	CHECK_INT(value, 7);
}

static void times(void)
{
	static const struct {
		const char *text;
		uint64_t ms;
	} cases[] = {
		{ "0", 0 }, { "0s", 0 }, { "250ms", 250 }, { "30s", 30000 }, { "5m", 300000 },
		{ "12h", 43200000 }, { "7d", 604800000 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint64_t ms = 1;

		CHECK_INT(value_parse_time(cases[i].text, &ms), 0);
		CHECK_INT(ms, cases[i].ms);
	}
}

static void not_times(void)
{
	static const char *const cases[] = { "", "30", "00", "s", "30 s", "30S", "1.5s", "30sec", "1h30m", "-1s" };
	uint64_t ms = 7;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		CHECK_INT(value_parse_time(cases[i], &ms), -EINVAL);
	CHECK_INT(value_parse_time("18446744073709551615d", &ms), -ERANGE);
	CHECK_INT(ms, 7);
}

static void sizes(void)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} cases[] = {
		{ "0", 0 }, { "100", 100 }, { "64KiB", 65536 }, { "1MiB", 1048576 }, { "1GiB", 1073741824 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint64_t bytes = 1;

		CHECK_INT(value_parse_size(cases[i].text, &bytes), 0);
		CHECK_INT(bytes, cases[i].bytes);
	}
}

static void not_sizes(void)
{
	static const char *const cases[] = { "", "KiB", "64K", "64KB", "64kib", "1.5MiB", "1TiB", "64 KiB" };
	uint64_t bytes = 7;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		CHECK_INT(value_parse_size(cases[i], &bytes), -EINVAL);
	CHECK_INT(value_parse_size("18446744073709551615GiB", &bytes), -ERANGE);
	CHECK_INT(bytes, 7);
}

static void booleans(void)
{
	static const char *const yes[] = { "true", "yes", "on", "True", "ON" };
	static const char *const no[] = { "false", "no", "off", "FALSE" };
	bool value = false;

	for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
		value = false;
		CHECK_INT(value_parse_bool(yes[i], &value), 0);
		CHECK(value);
	}
	for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
		value = true;
		CHECK_INT(value_parse_bool(no[i], &value), 0);
		CHECK(!value);
	}
	CHECK_INT(value_parse_bool("1", &value), -EINVAL);
	CHECK_INT(value_parse_bool("", &value), -EINVAL);
}

static void formatted(void)
{
	char out[VALUE_TEXT];

	CHECK_TEXT(value_format_time(out, 0), "0");
	CHECK_TEXT(value_format_time(out, 1), "1ms");
	CHECK_TEXT(value_format_time(out, 1500), "1500ms");
	CHECK_TEXT(value_format_time(out, 75000), "75s");
	CHECK_TEXT(value_format_time(out, 60000), "1m");
	CHECK_TEXT(value_format_time(out, 43200000), "12h");
	CHECK_TEXT(value_format_time(out, 604800000), "7d");
	CHECK_TEXT(value_format_time(out, UINT64_MAX), "18446744073709551615ms");
	CHECK_TEXT(value_format_size(out, 0), "0");
	CHECK_TEXT(value_format_size(out, 1025), "1025");
	CHECK_TEXT(value_format_size(out, 65536), "64KiB");
	CHECK_TEXT(value_format_size(out, 3221225472), "3GiB");
}

static void quoted(void)
{
	char out[12];

	CHECK_TEXT(value_quote(out, sizeof out, ""), "\"\"");
	CHECK_TEXT(value_quote(out, sizeof out, "fast"), "\"fast\"");
	CHECK_TEXT(value_quote(out, sizeof out, "a\nb\x1b\xc3"), "\"a?b??\"");
	CHECK_TEXT(value_quote(out, sizeof out, "0123456"), "\"012345...\"");
	CHECK_TEXT(value_quote(out, sizeof out, "012345"), "\"012345\"");
}

static const struct test tests[] = {
	{ "an integer is its digits, up to 64 bits", integers },
	{ "signs, spaces, fractions and units make no integer", not_integers },
	{ "a time has one of five units", times },
	{ "a time without a unit, but for 0, is none", not_times },
	{ "a size is bytes or has a binary unit", sizes },
	{ "a decimal or unknown unit makes no size", not_sizes },
	{ "a boolean is one of six words in any case", booleans },
	{ "a number is printed with the largest unit that leaves it whole", formatted },
	{ "a quoted text is cut, and shows no control characters", quoted },
	{ NULL, NULL },
};
const struct suite values_suite = { "values", tests };
