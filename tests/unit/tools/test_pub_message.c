/* pub_message - options frames, and mistakes told before anything is sent. */
#include "suites.h"

#include "tools/pub_message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void check_encoded(const struct pub_options *options, const char *expected)
{
	struct buffer out;
	struct error err = {""};
	char *text;

	buffer_init(&out, 0);
	CHECK_INT(pub_options_encode(&out, options, &err), 0);
	CHECK_TEXT(err.text, "");
	text = buffer_steal(&out, NULL);
	CHECK_TEXT(text, expected);
	free(text);
}

static void check_refused(const struct pub_options *options, const char *sentence)
{
	struct buffer out;
	struct error err = {""};

	buffer_init(&out, 0);
	CHECK_INT(pub_options_encode(&out, options, &err), -EINVAL);
	CHECK(strstr(err.text, sentence) != NULL);
	buffer_fini(&out);
}

static void test_none(void)
{
	check_encoded(&(struct pub_options){.target = "all"}, "");
}

static void test_all(void)
{
	static const char *const except[] = {"user/bob", "user/eve"};
	const struct pub_options options = {
		.target = "channel/a", .event = "e\"", .id = "i", .from = "f", .match = "{\"lang\":\"en\"}",
		.except = except, .except_count = 2, .type = PUB_TEXT,
	};

	check_encoded(&options, "{\"id\":\"i\",\"event\":\"e\\\"\",\"from\":\"f\","
		"\"match\":{\"lang\":\"en\"},\"except\":[\"user/bob\",\"user/eve\"],\"type\":\"text\"}");
}

static void test_bad(void)
{
	static const char *const except[] = {"bob"};

	check_refused(&(struct pub_options){.target = "nobody"}, "\"nobody\" is no target");
	check_refused(&(struct pub_options){.target = "all", .match = "[1]"}, "--match wants a JSON object");
	check_refused(&(struct pub_options){.target = "all", .except = except, .except_count = 1},
		"\"bob\" is no target");
}

static void check_message(enum pub_type type, const char *data, const char *sentence)
{
	const struct pub_options options = {.target = "all", .type = type};
	struct buffer encoded;
	struct error err = {""};

	buffer_init(&encoded, 0);
	REQUIRE_INT(pub_options_encode(&encoded, &options, &err), 0);
	CHECK_INT(pub_message_check(&options, &encoded, data, strlen(data), &err), sentence ? -EINVAL : 0);
	CHECK(strstr(err.text, sentence ? sentence : "") != NULL);
	buffer_fini(&encoded);
}

static void test_messages(void)
{
	check_message(PUB_JSON, "{\"a\":[1,2]}", NULL);
	check_message(PUB_JSON, "{a}", "this is not one JSON value: {a}");
	check_message(PUB_JSON, "1 2", "this is not one JSON value");
	check_message(PUB_TEXT, "any \"text\"", NULL);
	check_message(PUB_TEXT, "\xff", "not valid UTF-8");
	check_message(PUB_BINARY, "\xff", NULL);
}

static void test_long_event(void)
{
	char event[200] = "";
	struct pub_options options = {.target = "all", .event = event};
	struct buffer encoded;
	struct error err;

	memset(event, 'e', sizeof event - 1);
	buffer_init(&encoded, 0);
	REQUIRE_INT(pub_options_encode(&encoded, &options, &err), 0);
	CHECK_INT(pub_message_check(&options, &encoded, "1", 1, &err), -EINVAL);
	CHECK(strstr(err.text, "the daemon would refuse this message") != NULL);
	buffer_fini(&encoded);
}

static void test_type(void)
{
	enum pub_type type = PUB_JSON;

	CHECK_INT(pub_type_parse(&type, "binary"), 0);
	CHECK_INT(type, PUB_BINARY);
	CHECK_INT(pub_type_parse(&type, "xml"), -EINVAL);
	CHECK_INT(type, PUB_BINARY);
}

static const struct test tests[] = {
	{"without options there is no options frame", test_none},
	{"every option has its place in the frame", test_all},
	{"bad targets and a bad match are told in a sentence", test_bad},
	{"what is not JSON or not text is told, with what it was", test_messages},
	{"what the daemon would refuse is not sent", test_long_event},
	{"types go by their names", test_type},
	{NULL, NULL},
};

const struct suite pub_message_suite = {"pub_message", tests};
