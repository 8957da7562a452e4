/* The arguments of verbs: what each may be, and the sentence where it is not. */
#include "protocol/verb_args.h"

#include "muster/codes.h"
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct verb_args args;
static struct error err;

static int parse(const char *text)
{
	err.text[0] = '\0';
	return verb_args_parse(&args, text, strlen(text), &err);
}

static void check_accepted(const char *text)
{
	int code = parse(text);

	CHECK_INT(code, 0);
	if (code != 0)
		CHECK_TEXT(text, err.text);
	else
		verb_args_fini(&args);
}

static void check_refused(const char *text, int expected, const char *sentence)
{
	int code = parse(text);

	CHECK_INT(code, expected);
	CHECK_TEXT(err.text, sentence);
	if (code == 0)
		verb_args_fini(&args);
}

static void no_text_is_no_arguments(void)
{
	static const struct verb_args none = {.limit = 0};

	memset(&args, 0xff, sizeof(args));
	REQUIRE_INT(parse(""), 0);
	CHECK_BYTES(&args, sizeof(args), &none, sizeof(none));
	REQUIRE_INT(parse(" {} "), 0);
	CHECK_INT(args.user_count, 0);
	CHECK(!args.has_target && !args.has_session && !args.reconnect);
	CHECK_INT(args.since.kind, SINCE_NOW);
}

static void all_are_stored(void)
{
	REQUIRE_INT(parse("{\"channel\":\"news\",\"user\":\"ann\",\"app\":\"web\",\"users\":[\"a\",\"b\"],\"since\":{\"last\":5},"
		"\"limit\":10,\"to\":\"user/bob\",\"code\":4001,\"reason\":\"r\",\"reconnect\":true,"
		"\"session\":\"N0cI__dxndWXnsh1\"}"), 0);
	CHECK_TEXT(args.channel, "news");
	CHECK_TEXT(args.user, "ann");
	CHECK_TEXT(args.app, "web");
	REQUIRE_INT(args.user_count, 2);
	CHECK_TEXT(args.users[1], "b");
	CHECK_INT(args.since.last, 5);
	CHECK_INT(args.limit, 10);
	CHECK(args.has_target);
	CHECK_TEXT(args.target.user, "bob");
	CHECK_INT(args.code, 4001);
	CHECK_TEXT(args.reason, "r");
	CHECK(args.reconnect);
	CHECK(args.has_session);
	verb_args_fini(&args);
}

static void null_is_absent(void)
{
	REQUIRE_INT(parse("{\"channel\":null,\"users\":null,\"since\":null,\"to\":null,\"target\":\"all\"}"), 0);
	CHECK_POINTER(args.channel, NULL);
	CHECK(args.has_target);
	CHECK_INT(args.target.kind, TARGET_ALL);
	verb_args_fini(&args);
}

static void what_is_no_object_is_refused(void)
{
	static const char sentence[] = "the arguments must be one JSON object";

	check_refused("[]", CODE_INVALID, sentence);
	check_refused("{", CODE_INVALID, sentence);
	check_refused("null", CODE_INVALID, sentence);
	check_refused(" ", CODE_INVALID, sentence);
	check_refused("{\"user\":\"\xff\"}", CODE_INVALID, sentence);
}

static void what_is_not_known_is_named(void)
{
	char text[128];

	check_refused("{\"user\":\"ann\",\"usr\":1}", CODE_INVALID, "usr is not a known argument");
	check_refused("{\"User\":\"ann\"}", CODE_INVALID, "User is not a known argument");
	sprintf(text, "{\"%0*d\":1}", 65, 0);
	check_refused(text, CODE_INVALID, "there is an argument that is not known");
}

static void names_are_bounded(void)
{
	char text[256];

	check_refused("{\"user\":5}", CODE_INVALID_USER,
		"user must be a string of 1 to 128 bytes without control characters");
	check_refused("{\"user\":\"\"}", CODE_INVALID_USER,
		"user must be a string of 1 to 128 bytes without control characters");
	sprintf(text, "{\"user\":\"%0*d\"}", MAX_USER, 0);
	check_accepted(text);
	sprintf(text, "{\"user\":\"%0*d\"}", MAX_USER + 1, 0);
	check_refused(text, CODE_INVALID_USER, "user must be a string of 1 to 128 bytes without control characters");
	check_refused("{\"channel\":\"a b\"}", CODE_INVALID, "channel must be a string of 1 to 200 bytes without spaces and "
		"control characters, not beginning with '$' but for $all and $app/<app>");
	check_accepted("{\"channel\":\"$app/web\"}");
	check_refused("{\"app\":1.5}", CODE_INVALID, "app must be a string of 1 to 64 bytes without control characters");
	REQUIRE_INT(parse("{\"app\":101}"), 0);
	CHECK_TEXT(args.app, "101");
	verb_args_fini(&args);
	sprintf(text, "{\"app\":1%0*d}", MAX_APP, 0);
	check_refused(text, CODE_INVALID, "app must be at most 64 digits");
}

static int parse_users(int count)
{
	char *text = malloc(32 + 10 * (size_t)count);
	int at = sprintf(text, "{\"users\":["), code;

	for (int i = 0; i < count; i++)
		at += sprintf(text + at, "%s\"u%d\"", i > 0 ? "," : "", i);
	strcpy(text + at, "]}");
	code = parse(text);
	free(text);
	return code;
}

static void users_are_bounded(void)
{
	CHECK_INT(parse_users(0), CODE_INVALID);
	CHECK_INT(parse_users(MAX_VERB_USERS + 1), CODE_INVALID);
	CHECK_TEXT(err.text, "users must be a list of 1 to 10000 user names");
	REQUIRE_INT(parse_users(MAX_VERB_USERS), 0);
	CHECK_INT(args.user_count, MAX_VERB_USERS);
	CHECK_TEXT(args.users[MAX_VERB_USERS - 1], "u9999");
	verb_args_fini(&args);
	check_refused("{\"users\":\"ann\"}", CODE_INVALID, "users must be a list of 1 to 10000 user names");
	check_refused("{\"users\":[\"a\",\"\"]}", CODE_INVALID_USER,
		"each of users must be a string of 1 to 128 bytes without control characters");
}

static void a_target_has_two_names(void)
{
	static const char sentence[] = "to must be all, app/<app>, user/<user>, user/<user>@<app>, device/<device>, "
		"session/<id> or channel/<name>";

	REQUIRE_INT(parse("{\"target\":\"channel/news\"}"), 0);
	CHECK_TEXT(args.target.channel, "news");
	verb_args_fini(&args);
	check_refused("{\"to\":\"user/a\",\"target\":\"user/a\"}", CODE_INVALID, "give to or target, not both");
	check_refused("{\"to\":\"nobody\"}", CODE_INVALID, sentence);
	check_refused("{\"to\":[\"all\"]}", CODE_INVALID, sentence);
}

static void a_session_is_an_id_or_a_sid(void)
{
	struct session_id id;

	REQUIRE_INT(session_id_parse(&id, "N0cI__dxndWXnsh1", SESSION_ID_TEXT), 0);
	REQUIRE_INT(parse("{\"id\":\"AAAAAAAAAAAAAAAAAAAAAA\"}"), 0);
	CHECK(args.has_session);
	CHECK_BYTES(&args.session, sizeof(id), &id, sizeof(id));
	verb_args_fini(&args);
	check_refused("{\"id\":\"AAAAAAAAAAAAAAAA\",\"session\":\"AAAAAAAAAAAAAAAA\"}", CODE_INVALID,
		"give session or id, not both");
	check_refused("{\"id\":\"AAAA\"}", CODE_INVALID, "id must be the id (16 characters) or sid (22) of a session");
	check_refused("{\"session\":1}", CODE_INVALID, "session must be the id (16 characters) or sid (22) of a session");
}

static void the_code_is_one_that_may_be_sent(void)
{
	static const char sentence[] = "code must be 1000, 1008 or from 4000 to 4999";

	check_accepted("{\"code\":1000}");
	check_accepted("{\"code\":1008}");
	check_accepted("{\"code\":4000}");
	check_accepted("{\"code\":4999}");
	check_refused("{\"code\":0}", CODE_INVALID, sentence);
	check_refused("{\"code\":1001}", CODE_INVALID, sentence);
	check_refused("{\"code\":3999}", CODE_INVALID, sentence);
	check_refused("{\"code\":5000}", CODE_INVALID, sentence);
	check_refused("{\"code\":\"4001\"}", CODE_INVALID, sentence);
	check_refused("{\"code\":4294971297}", CODE_INVALID, sentence);
}

static void the_rest_is_checked(void)
{
	char text[256];

	sprintf(text, "{\"reason\":\"%0*d\"}", 120, 0);
	check_accepted(text);
	sprintf(text, "{\"reason\":\"%0*d\"}", 121, 0);
	check_refused(text, CODE_INVALID, "reason must be a string of 1 to 120 bytes without control characters");
	check_refused("{\"reconnect\":1}", CODE_INVALID, "reconnect must be true or false");
	check_refused("{\"limit\":0}", CODE_INVALID, "limit must be a whole number from 1 to 300");
	check_refused("{\"since\":{\"offset\":-1}}", CODE_INVALID, "since.offset must be a whole number, 0 or more");
}

static void a_refusal_leaves_nothing(void)
{
	struct verb_args before;

	memset(&args, 0, sizeof(args));
	before = args;
	CHECK_INT(parse("{\"channel\":\"news\",\"users\":[\"a\",\"b\",\"\"],\"to\":\"user/ann\"}"), CODE_INVALID_USER);
	CHECK_BYTES(&args, sizeof(args), &before, sizeof(before));
	CHECK_INT(parse("{\"to\":\"user/ann\",\"reason\":\"r\",\"id\":\"x\"}"), CODE_INVALID);
	CHECK_BYTES(&args, sizeof(args), &before, sizeof(before));
}

static const struct test tests[] = {
	{"no text is no arguments", no_text_is_no_arguments},
	{"all arguments are stored", all_are_stored},
	{"null is absent", null_is_absent},
	{"what is no object is refused", what_is_no_object_is_refused},
	{"an argument that is not known is named", what_is_not_known_is_named},
	{"names are bounded", names_are_bounded},
	{"users are bounded", users_are_bounded},
	{"a target has two names", a_target_has_two_names},
	{"a session is an id or a sid", a_session_is_an_id_or_a_sid},
	{"the code is one that may be sent", the_code_is_one_that_may_be_sent},
	{"reason, reconnect, limit and since are checked", the_rest_is_checked},
	{"a refusal leaves nothing", a_refusal_leaves_nothing},
	{NULL, NULL},
};

const struct suite verb_args_suite = {"verb_args", tests};
