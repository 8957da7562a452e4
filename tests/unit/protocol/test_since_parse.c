/* From where on: its two forms, and what cannot be one. */
#include "protocol/since_parse.h"

#include "muster/codes.h"
#include "suites.h"

#include <string.h>

static struct since since;
static struct error err;

static int parse(const char *text)
{
	return since_parse(&since, (struct json_span){text, text != NULL ? strlen(text) : 0}, &err);
}

static void check_refused(const char *text, const char *sentence)
{
	CHECK_INT(parse(text), CODE_INVALID);
	CHECK_TEXT(err.text, sentence);
	CHECK_INT(since.kind, SINCE_NOW);
}

static void nothing_said_is_now(void)
{
	REQUIRE_INT(parse(NULL), 0);
	CHECK_INT(since.kind, SINCE_NOW);
	REQUIRE_INT(parse("null"), 0);
	CHECK_INT(since.kind, SINCE_NOW);
}

static void a_position_is_taken_as_given(void)
{
	REQUIRE_INT(parse("{\"epoch\":\"k3v9\",\"offset\":18446744073709551615,\"last\":null}"), 0);
	CHECK_INT(since.kind, SINCE_POSITION);
	CHECK_TEXT(since.epoch, "k3v9");
	CHECK(since.offset == UINT64_MAX);
	REQUIRE_INT(parse("{\"epoch\":\"123456789012345\",\"offset\":0}"), 0);
	CHECK_TEXT(since.epoch, "123456789012345");
	REQUIRE_INT(parse("{\"offset\":3}"), 0);
	CHECK_INT(since.kind, SINCE_POSITION);
	CHECK_TEXT(since.epoch, "");
}

static void an_impossible_position_is_refused(void)
{
	static const char offset[] = "since.offset must be a whole number, 0 or more";
	static const char epoch[] = "since.epoch must be a string of at most 15 bytes without control characters";

	check_refused("{\"epoch\":\"k\"}", offset);
	check_refused("{}", offset);
	check_refused("{\"epoch\":\"k\",\"offset\":-1}", offset);
	check_refused("{\"epoch\":\"k\",\"offset\":1.0}", offset);
	check_refused("{\"epoch\":\"k\",\"offset\":\"17\"}", offset);
	check_refused("{\"epoch\":\"k\",\"offset\":18446744073709551616}", offset);
	check_refused("{\"epoch\":5,\"offset\":1}", epoch);
	check_refused("{\"epoch\":\"1234567890123456\",\"offset\":1}", epoch);
	check_refused("{\"epoch\":\"k3v9\\u0000\",\"offset\":1}", epoch);
}

static void the_last_ones_are_1_to_1000(void)
{
	static const char last[] = "since.last must be a whole number from 1 to 1000";

	REQUIRE_INT(parse("{\"last\":1000}"), 0);
	CHECK_INT(since.kind, SINCE_LAST);
	CHECK_INT(since.last, 1000);
	CHECK_INT(parse("{\"last\":1}"), 0);
	check_refused("{\"last\":0}", last);
	check_refused("{\"last\":1001}", last);
	check_refused("{\"last\":-5}", last);
	check_refused("{\"last\":2.5}", last);
	check_refused("{\"last\":\"5\"}", last);
}

static void two_forms_at_once_are_refused(void)
{
	check_refused("{\"last\":5,\"offset\":1}", "since has either last, or epoch and offset");
	check_refused("{\"last\":5,\"epoch\":\"k\"}", "since has either last, or epoch and offset");
}

static void what_is_no_object_is_refused(void)
{
	static const char sentence[] = "since must be {\"epoch\":string,\"offset\":number} or {\"last\":number}";

	check_refused("5", sentence);
	check_refused("[]", sentence);
	check_refused("\"k3v9\"", sentence);
	check_refused("true", sentence);
}

static void a_page_is_bounded(void)
{
	uint64_t limit = 7;

	CHECK_INT(history_limit_parse(&limit, (struct json_span){"300", 3}, &err), 0);
	CHECK_INT(limit, 300);
	CHECK_INT(history_limit_parse(&limit, (struct json_span){"301", 3}, &err), CODE_INVALID);
	CHECK_TEXT(err.text, "limit must be a whole number from 1 to 300");
	CHECK_INT(history_limit_parse(&limit, (struct json_span){"0", 1}, &err), CODE_INVALID);
	CHECK_INT(limit, 300);
}

static const struct test tests[] = {
	{"nothing said is now", nothing_said_is_now},
	{"a position is taken as given", a_position_is_taken_as_given},
	{"an impossible position is refused", an_impossible_position_is_refused},
	{"the last ones are 1 to 1000", the_last_ones_are_1_to_1000},
	{"two forms at once are refused", two_forms_at_once_are_refused},
	{"what is no object is refused", what_is_no_object_is_refused},
	{"a page is bounded", a_page_is_bounded},
	{NULL, NULL},
};

const struct suite since_parse_suite = {"since_parse", tests};
