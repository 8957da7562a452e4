/* Each option: what it may be, and what is said when it is not. */
#include "protocol/publish_options.h"

#include "muster/limits.h"
#include "protocol/envelope.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

static struct publish *p;
static struct refusal why;

static int parse_to(const char *target, const char *options)
{
	struct envelope_part parts[3] = {{target, strlen(target)}, {"1", 1}, {options, strlen(options)}};

	p = NULL;
	why.reason = NULL;
	return envelope_parse(&p, &why, parts, 3, 100);
}

static int parse(const char *options)
{
	return parse_to("all", options);
}

static void check_refused(const char *options, const char *reason)
{
	CHECK(parse(options) < 0);
	CHECK_TEXT(why.reason, reason);
	CHECK_INT(why.counter, COUNTER_REFUSED_OPTION);
	publish_unref(p);
}

static void check_accepted(const char *options)
{
	if (parse(options) < 0)
		CHECK_TEXT(options, why.reason);
	publish_unref(p);
}

static void all_are_stored(void)
{
	REQUIRE_INT(parse("{\"id\":\"i\",\"event\":\"e\",\"from\":\"f\",\"pub\":\"p\",\"seq\":18446744073709551615,"
		"\"match\":{\"lang\":\"zh\"},\"except\":[\"user/ann\",\"session/AAAAAAAAAAAAAAAA\",\"device/d\"]}"), 0);
	CHECK_TEXT(p->id, "i");
	CHECK_TEXT(p->event, "e");
	CHECK_TEXT(p->from, "f");
	CHECK_TEXT(p->publisher, "p");
	CHECK(p->has_seq);
	CHECK(p->seq == UINT64_MAX);
	CHECK_INT(p->match->count, 1);
	CHECK_INT(p->except_count, 3);
	CHECK_INT(p->except[1].kind, TARGET_SESSION);
	publish_unref(p);
}

static void names_that_are_not_known_are_refused(void)
{
	check_refused("{\"ID\":\"i\"}", "unknown_option");
	check_refused("{\"id\\u0000\":\"i\"}", "unknown_option");
	check_refused("{\"to\":\"all\"}", "unknown_option");
}

static void strings_are_bounded_and_printable(void)
{
	char text[256];

	check_refused("{\"id\":\"\"}", "bad_id");
	check_refused("{\"id\":1}", "bad_id");
	check_refused("{\"id\":null}", "bad_id");
	check_refused("{\"from\":\"a\\n\"}", "bad_from");
	check_refused("{\"pub\":[]}", "bad_pub");
	sprintf(text, "{\"id\":\"%0*d\"}", MAX_MESSAGE_ID, 0);
	check_accepted(text);
	sprintf(text, "{\"id\":\"%0*d\"}", MAX_MESSAGE_ID + 1, 0);
	check_refused(text, "bad_id");
	sprintf(text, "{\"event\":\"%0*d\"}", MAX_EVENT + 1, 0);
	check_refused(text, "bad_event");
	sprintf(text, "{\"from\":\"%0*d\"}", MAX_FROM + 1, 0);
	check_refused(text, "bad_from");
	sprintf(text, "{\"pub\":\"%0*d\"}", MAX_PUBLISHER + 1, 0);
	check_refused(text, "bad_pub");
}

static void seq_is_a_whole_number(void)
{
	check_accepted("{\"seq\":0}");
	check_refused("{\"seq\":-1}", "bad_seq");
	check_refused("{\"seq\":1.5}", "bad_seq");
	check_refused("{\"seq\":\"1\"}", "bad_seq");
}

static void match_and_except_are_checked(void)
{
	check_refused("{\"match\":[]}", "bad_match");
	check_refused("{\"match\":{\"a\":1}}", "bad_match");
	check_accepted("{\"except\":[]}");
	check_refused("{\"except\":\"user/ann\"}", "bad_except");
	check_refused("{\"except\":[1]}", "bad_except");
	check_refused("{\"except\":[\"user/ann\",\"user/\"]}", "bad_except");
	check_refused("{\"except\":[\"all\"]}", "bad_except");
	check_refused("{\"except\":[\"channel/news\"]}", "bad_except");
	check_refused("{\"except\":[\"app/web\"]}", "bad_except");
}

static void check_except_count(int count, int expected)
{
	static char text[4096];
	int at = sprintf(text, "{\"except\":[");

	for (int i = 0; i < count; i++)
		at += sprintf(text + at, "%s\"user/u%d\"", i > 0 ? "," : "", i);
	strcpy(text + at, "]}");
	CHECK_INT(parse(text) < 0, expected);
	publish_unref(p);
}

static void except_is_bounded(void)
{
	check_except_count(MAX_EXCEPT, false);
	check_except_count(MAX_EXCEPT + 1, true);
}

static void what_is_not_said_is_not_asked_for(void)
{
	REQUIRE_INT(parse("{}"), 0);
	CHECK(p->ttl == UINT64_MAX);
	CHECK(!p->no_history);
	CHECK(!p->is_offline);
	CHECK(!p->wants_receipt);
	CHECK_POINTER(p->conflate, NULL);
	CHECK_POINTER(p->id, NULL);
	publish_unref(p);
}

static void ttl_is_in_whole_seconds(void)
{
	REQUIRE_INT(parse("{\"ttl\":60}"), 0);
	CHECK_INT(p->ttl, 60000);
	publish_unref(p);
	REQUIRE_INT(parse("{\"ttl\":0}"), 0);
	CHECK_INT(p->ttl, 0);
	publish_unref(p);
	check_refused("{\"ttl\":1.5}", "bad_ttl");
	check_refused("{\"ttl\":-1}", "bad_ttl");
	check_refused("{\"ttl\":\"60\"}", "bad_ttl");
	check_refused("{\"ttl\":null}", "bad_ttl");
}

static void ttl_is_at_most_ten_years(void)
{
	REQUIRE_INT(parse("{\"ttl\":315360000}"), 0);
	CHECK_INT(p->ttl, 315360000000);
	publish_unref(p);
	check_refused("{\"ttl\":315360001}", "bad_ttl");
	check_refused("{\"ttl\":18446744073709551615}", "bad_ttl");
}

static void history_can_be_declined(void)
{
	REQUIRE_INT(parse("{\"history\":false}"), 0);
	CHECK(p->no_history);
	publish_unref(p);
	REQUIRE_INT(parse("{\"history\":true}"), 0);
	CHECK(!p->no_history);
	publish_unref(p);
	check_refused("{\"history\":0}", "bad_history");
}

static void only_users_have_mailboxes(void)
{
	REQUIRE_INT(parse_to("user/ann", "{\"offline\":true}"), 0);
	CHECK(p->is_offline);
	publish_unref(p);
	REQUIRE_INT(parse_to("user/ann@web", "{\"offline\":true}"), 0);
	CHECK(p->is_offline);
	publish_unref(p);
	check_refused("{\"offline\":true}", "bad_option");
	check_refused("{\"offline\":1}", "bad_offline");
	check_accepted("{\"offline\":false}");
}

static void a_receipt_needs_an_id_and_makes_one(void)
{
	char first[23] = "";

	REQUIRE_INT(parse("{\"receipt\":true,\"id\":\"i\"}"), 0);
	CHECK(p->wants_receipt);
	CHECK_TEXT(p->id, "i");
	publish_unref(p);
	REQUIRE_INT(parse("{\"receipt\":true}"), 0);
	REQUIRE(p->id != NULL);
	CHECK_INT(strlen(p->id), 22);
	CHECK_INT(strspn(p->id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 22);
	snprintf(first, sizeof(first), "%s", p->id);
	publish_unref(p);
	REQUIRE_INT(parse("{\"receipt\":true}"), 0);
	CHECK(strcmp(p->id, first) != 0);
	publish_unref(p);
	REQUIRE_INT(parse("{\"receipt\":false}"), 0);
	CHECK_POINTER(p->id, NULL);
	publish_unref(p);
	check_refused("{\"receipt\":\"yes\"}", "bad_receipt");
}

static void a_conflation_key_is_bounded(void)
{
	char text[128];

	REQUIRE_INT(parse("{\"conflate\":\"score\"}"), 0);
	CHECK_TEXT(p->conflate, "score");
	publish_unref(p);
	check_refused("{\"conflate\":\"\"}", "bad_conflate");
	check_refused("{\"conflate\":false}", "bad_conflate");
	check_refused("{\"conflate\":\"a\\n\"}", "bad_conflate");
	sprintf(text, "{\"conflate\":\"%0*d\"}", MAX_CONFLATE, 0);
	check_accepted(text);
	sprintf(text, "{\"conflate\":\"%0*d\"}", MAX_CONFLATE + 1, 0);
	check_refused(text, "bad_conflate");
}

static void there_are_three_types(void)
{
	check_accepted("{\"type\":\"json\"}");
	check_accepted("{\"type\":\"text\"}");
	check_accepted("{\"type\":\"binary\"}");
	check_refused("{\"type\":\"xml\"}", "bad_type");
	check_refused("{\"type\":1}", "bad_type");
}

static const struct test tests[] = {
	{"all options are stored", all_are_stored},
	{"names that are not known are refused", names_that_are_not_known_are_refused},
	{"strings are bounded and printable", strings_are_bounded_and_printable},
	{"seq is a whole number", seq_is_a_whole_number},
	{"match and except are checked", match_and_except_are_checked},
	{"except has at most MAX_EXCEPT targets", except_is_bounded},
	{"what is not said is not asked for", what_is_not_said_is_not_asked_for},
	{"ttl is in whole seconds", ttl_is_in_whole_seconds},
	{"ttl is at most ten years", ttl_is_at_most_ten_years},
	{"history can be declined", history_can_be_declined},
	{"only messages to users can be kept for them", only_users_have_mailboxes},
	{"a receipt needs an id, and makes one where there is none", a_receipt_needs_an_id_and_makes_one},
	{"a conflation key is bounded and printable", a_conflation_key_is_bounded},
	{"there are three types of payload", there_are_three_types},
	{NULL, NULL},
};

const struct suite publish_options_suite = {"publish_options", tests};
