/* The parameters of an attach, from a query string and from JSON. */
#include "protocol/query.h"

#include "muster/limits.h"
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct error err;

static struct attach *read_query(const char *text)
{
	struct attach *a = attach_new();

	if (query_parse(a, text, strlen(text), &err) < 0)
		CHECK_TEXT(text, err.text);
	return a;
}

static void check_refused(const char *text)
{
	struct attach *a = attach_new();

	if (query_parse(a, text, strlen(text), &err) == 0)
		CHECK_TEXT(text, "refused");
	CHECK_POINTER(a->token, NULL);
	CHECK_POINTER(a->app, NULL);
	CHECK_INT(a->channel_count, 0);
	CHECK_INT(a->n, 0);
	attach_free(a);
}

static void all_parameters_are_read(void)
{
	struct attach *a = read_query("token=a.b-c_d&ticket=t&app=my+app&device=d&page=%2Fa%3fb&channel=x"
		"&channel=%E6%96%B0&sid=AAAAAAAAAAAAAAAAAAAAAA&n=5&wait=1000");

	CHECK_TEXT(a->token, "a.b-c_d");
	CHECK_TEXT(a->ticket, "t");
	CHECK_TEXT(a->app, "my app");
	CHECK_TEXT(a->device, "d");
	CHECK_TEXT(a->page, "/a?b");
	REQUIRE_INT(a->channel_count, 2);
	CHECK_TEXT(a->channels[1], "\xe6\x96\xb0");
	CHECK(a->has_sid);
	CHECK(!a->is_bad_sid);
	CHECK_INT(a->n, 5);
	CHECK_INT(a->wait, 1000);
	attach_free(a);
}

static void nothing_and_strangers_are_fine(void)
{
	struct attach *a = read_query("&&_=123&utm=%zz&tokens=1&x&=");

	CHECK_POINTER(a->token, NULL);
	CHECK(!a->has_sid);
	CHECK(a->wait == UINT64_MAX);
	attach_free(a);
	attach_free(read_query(""));
}

static void names_may_be_escaped(void)
{
	struct attach *a = read_query("%74oken=x");

	CHECK_TEXT(a->token, "x");
	attach_free(a);
}

static void a_bad_sid_is_only_noted(void)
{
	static const char *const cases[] = {"sid=x", "sid=", "sid", "sid=%00", "sid=AAAAAAAAAAAAAAAAAAAAAB"};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attach *a = read_query(cases[i]);

		CHECK(a->is_bad_sid);
		CHECK(!a->has_sid);
		attach_free(a);
	}
}

static void out_of_limits_is_refused(void)
{
	static const char *const cases[] = {
		"app=%", "app=%4", "app=%zz", "app=", "app", "app=%00", "app=a%0a", "app=%ff", "app=web&app=web", "n=1&n=1", "n=", "n=-1",
		"n=1x", "n=18446744073709551616", "n=1.5", "wait=x", "channel=", "channel=a+b", "channel=$x", "token=a&token=b", "device=%7f",
		"sid=x&sid=y", "app=web&n=x", "channel=a&n=x",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_refused(cases[i]);
}

static void check_size(const char *name, size_t max)
{
	static char text[MAX_TOKEN + 64];

	sprintf(text, "%s=%0*d", name, (int)max, 0);
	attach_free(read_query(text));
	sprintf(text, "%s=%0*d", name, (int)max + 1, 0);
	check_refused(text);
}

static void sizes_are_bounded(void)
{
	check_size("token", MAX_TOKEN);
	check_size("ticket", MAX_TOKEN);
	check_size("app", MAX_APP);
	check_size("device", MAX_DEVICE);
	check_size("page", MAX_PAGE);
	check_size("channel", MAX_CHANNEL);
}

static void channels_are_bounded(void)
{
	char text[4096] = "channel=a";
	struct attach *a;

	for (int i = 1; i < MAX_COMMAND_CHANNELS; i++)
		strcat(text, "&channel=a");
	a = read_query(text);
	CHECK_INT(a->channel_count, MAX_COMMAND_CHANNELS);
	CHECK(query_parse(a, "channel=b", 9, &err) < 0);
	attach_free(a);
	strcat(text, "&channel=a");
	check_refused(text);
}

static void what_is_set_already_is_given_twice(void)
{
	struct attach *a = read_query("token=a");

	CHECK(query_parse(a, "token=b&app=x", 13, &err) < 0);
	CHECK_TEXT(a->token, "a");
	CHECK_POINTER(a->app, NULL);
	CHECK_INT(query_parse(a, "app=x", 5, &err), 0);
	CHECK_TEXT(a->app, "x");
	attach_free(a);
}

static void json_says_the_same(void)
{
	const char *text = "{\"token\":\"t\",\"app\":101,\"channel\":[\"a\",\"b\"],\"n\":7,\"wait\":0,\"sid\":\"AAAAAAAAAAAAAAAAAAAAAA\","
		"\"page\":null,\"other\":[1]}";
	struct attach *a = attach_new();

	REQUIRE_INT(query_parse_json(a, text, strlen(text), &err), 0);
	CHECK_TEXT(a->token, "t");
	CHECK_TEXT(a->app, "101");
	CHECK_INT(a->channel_count, 2);
	CHECK_INT(a->n, 7);
	CHECK_INT(a->wait, 0);
	CHECK(a->has_sid);
	CHECK_INT(query_parse_json(a, "{\"channel\":\"c\"}", 15, &err), 0);
	CHECK_INT(a->channel_count, 3);
	attach_free(a);
}

static void other_json_is_refused(void)
{
	static const char *const cases[] = {
		"", "[]", "{", "{\"n\":-1}", "{\"n\":\"1\"}", "{\"n\":1.5}", "{\"token\":1}", "{\"token\":[\"a\"]}", "{\"channel\":[1]}",
		"{\"channel\":{}}", "{\"app\":true}", "{\"app\":\"\\u0000\"}", "{\"app\":\"\"}", "{\"wait\":{}}",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct attach *a = attach_new();

		if (query_parse_json(a, cases[i], strlen(cases[i]), &err) == 0)
			CHECK_TEXT(cases[i], "refused");
		attach_free(a);
	}
}

static const struct test tests[] = {
	{"all parameters are read, escapes undone", all_parameters_are_read},
	{"nothing, and parameters of others, are fine", nothing_and_strangers_are_fine},
	{"names may be escaped too", names_may_be_escaped},
	{"a sid that cannot be one is only noted", a_bad_sid_is_only_noted},
	{"what is out of its limits is refused and changes nothing", out_of_limits_is_refused},
	{"sizes are bounded", sizes_are_bounded},
	{"channels are bounded", channels_are_bounded},
	{"what is set already is given twice", what_is_set_already_is_given_twice},
	{"a JSON object says the same", json_says_the_same},
	{"other JSON is refused", other_json_is_refused},
	{NULL, NULL},
};

const struct suite query_suite = {"query", tests};
