/* Each option: what it may be, and what is said when it is not. */
#include "protocol/publish_options.h"

#include "muster/limits.h"
#include "protocol/envelope.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

static struct publish *p;
static struct refusal why;

static int parse(const char *options)
{
	struct envelope_part parts[3] = {{"all", 3}, {"1", 1}, {options, strlen(options)}};

	p = NULL;
	why.reason = NULL;
	return envelope_parse(&p, &why, parts, 3, 100);
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

static void what_keeps_messages_is_only_checked(void)
{
	check_accepted("{\"ttl\":60,\"history\":false}");
	check_accepted("{\"ttl\":0,\"history\":true}");
	check_accepted("{\"ttl\":1.5}");
	check_refused("{\"ttl\":-1}", "bad_ttl");
	check_refused("{\"ttl\":\"60\"}", "bad_ttl");
	check_refused("{\"history\":0}", "bad_history");
}

static void what_is_not_served_is_refused_when_asked_for(void)
{
	check_refused("{\"offline\":true}", "unsupported_option");
	check_refused("{\"receipt\":true}", "unsupported_option");
	check_refused("{\"conflate\":\"k\"}", "unsupported_option");
	check_accepted("{\"offline\":false,\"receipt\":false,\"conflate\":false}");
	check_refused("{\"offline\":1}", "bad_offline");
	check_refused("{\"receipt\":\"yes\"}", "bad_receipt");
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
	{"ttl and history are checked and change nothing", what_keeps_messages_is_only_checked},
	{"what is not served is refused when it is asked for", what_is_not_served_is_refused_when_asked_for},
	{"there are three types of payload", there_are_three_types},
	{NULL, NULL},
};

const struct suite publish_options_suite = {"publish_options", tests};
