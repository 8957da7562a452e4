/* Narrowing by attributes, and the JSON it comes from. */
#include "muster/limits.h"
#include "protocol/match_parse.h"

#include "suites.h"

#include <stdio.h>
#include <string.h>

static char lang[] = "lang", zh[] = "zh", plan[] = "plan", team[] = "team";
static struct attribute attributes[] = {{lang, zh}, {plan, team}};
static const struct identity who = {.attributes = attributes, .attribute_count = 2};

static int parse(struct match **m, const char *text)
{
	return match_parse(m, text, strlen(text));
}

static bool accepts(const char *text)
{
	struct match *m = NULL;
	bool is_accepted;

	if (parse(&m, text) < 0) {
		CHECK_TEXT(text, "a match");
		return false;
	}
	is_accepted = match_accepts(m, &who);
	match_free(m);
	return is_accepted;
}

static void every_key_must_hold(void)
{
	CHECK(accepts("{}"));
	CHECK(accepts("{\"lang\":\"zh\"}"));
	CHECK(accepts("{\"lang\":\"zh\",\"plan\":\"team\"}"));
	CHECK(!accepts("{\"lang\":\"zh\",\"plan\":\"pro\"}"));
	CHECK(!accepts("{\"Lang\":\"zh\"}"));
}

static void an_array_lists_the_choices(void)
{
	CHECK(accepts("{\"plan\":[\"pro\",\"team\"]}"));
	CHECK(!accepts("{\"plan\":[\"pro\"]}"));
	CHECK(!accepts("{\"plan\":[]}"));
}

static void an_absent_attribute_is_equal_to_nothing(void)
{
	CHECK(!accepts("{\"other\":\"\"}"));
	CHECK(!accepts("{\"other\":\"zh\"}"));
}

static void other_values_are_refused(void)
{
	static const char *const cases[] = {
		"[]", "\"a\"", "null", "1", "{\"a\":1}", "{\"a\":true}", "{\"a\":null}", "{\"a\":{}}", "{\"a\":[1]}", "{\"a\":[[\"b\"]]}",
		"{\"\":\"a\"}", "{\"a\\n\":\"b\"}", "{\"a\":\"b\\u0000\"}", "{\"a\\u0000\":\"b\"}", "{\"a\":\"b\",\"a\":\"c\"}",
		"{\"a\":\"b\",\"\\u0061\":\"c\"}",
	};
	struct match *m = NULL;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (parse(&m, cases[i]) == 0)
			CHECK_TEXT(cases[i], "no match");
	CHECK_POINTER(m, NULL);
}

/* A match of that many keys, the first with that many values. */
static int parse_wide(int keys, int values)
{
	static char text[16384];
	struct match *m = NULL;
	int at = sprintf(text, "{\"k\":["), rc;

	for (int i = 0; i < values; i++)
		at += sprintf(text + at, "%s\"v%d\"", i > 0 ? "," : "", i);
	at += sprintf(text + at, "]");
	for (int i = 1; i < keys; i++)
		at += sprintf(text + at, ",\"k%d\":\"v\"", i);
	strcpy(text + at, "}");
	rc = parse(&m, text);
	match_free(m);
	return rc;
}

static void counts_are_bounded(void)
{
	CHECK_INT(parse_wide(MAX_MATCH_KEYS, MAX_MATCH_VALUES), 0);
	CHECK(parse_wide(MAX_MATCH_KEYS + 1, 1) < 0);
	CHECK(parse_wide(1, MAX_MATCH_VALUES + 1) < 0);
}

static void sizes_are_bounded(void)
{
	char text[MAX_ATTRIBUTE + 64];
	struct match *m = NULL;

	sprintf(text, "{\"a\":\"%0*d\"}", MAX_ATTRIBUTE, 0);
	CHECK_INT(parse(&m, text), 0);
	match_free(m);
	sprintf(text, "{\"a\":\"%0*d\"}", MAX_ATTRIBUTE + 1, 0);
	CHECK(parse(&m, text) < 0);
	sprintf(text, "{\"%0*d\":\"a\"}", MAX_ATTRIBUTE + 1, 0);
	CHECK(parse(&m, text) < 0);
}

static const struct test tests[] = {
	{"every key must hold", every_key_must_hold},
	{"an array lists the choices", an_array_lists_the_choices},
	{"an attribute that is absent is equal to nothing", an_absent_attribute_is_equal_to_nothing},
	{"values that are no strings, and keys given twice, are refused", other_values_are_refused},
	{"counts are bounded", counts_are_bounded},
	{"sizes are bounded", sizes_are_bounded},
	{NULL, NULL},
};

const struct suite match_suite = {"match", tests};
