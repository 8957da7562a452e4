/* Answers to commands, byte for byte. */
#include "protocol/reply.h"

#include "suites.h"

#include <string.h>

static void check_text(struct frame *f, const char *expected)
{
	CHECK_TEXT(frame_text(f), expected);
	CHECK_INT(f->size, strlen(expected));
	CHECK(!f->is_numbered);
	CHECK_POINTER(f->event, NULL);
	frame_unref(f);
}

static void a_good_answer_carries_data(void)
{
	struct command c = {.name = "subscribe", .seq = "1"};

	check_text(reply_ok(&c, "{\"a\":1}", 7), "{\"seq\":1,\"cmd\":\"subscribe\",\"code\":200,\"data\":{\"a\":1}}");
	check_text(reply_ok(&c, NULL, 0), "{\"seq\":1,\"cmd\":\"subscribe\",\"code\":200}");
}

static void seq_is_left_out_when_there_was_none(void)
{
	struct command c = {.name = "ping"};

	check_text(reply_ok(&c, NULL, 0), "{\"cmd\":\"ping\",\"code\":200}");
}

static void a_refusal_has_a_sentence(void)
{
	struct command c = {.name = "x\"y", .seq = "\"a\""};

	check_text(reply_error(&c, 1003, "may not subscribe to \"admin\""),
		"{\"seq\":\"a\",\"cmd\":\"x\\\"y\",\"code\":1003,\"error\":\"may not subscribe to \\\"admin\\\"\"}");
	check_text(reply_error(NULL, 1001, "no"), "{\"code\":1001,\"error\":\"no\"}");
}

static const struct test tests[] = {
	{"a good answer carries data or none", a_good_answer_carries_data},
	{"seq is left out when the command had none", seq_is_left_out_when_there_was_none},
	{"a refusal has a sentence", a_refusal_has_a_sentence},
	{NULL, NULL},
};

const struct suite reply_suite = {"reply", tests};
