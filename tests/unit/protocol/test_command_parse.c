/* Every command, what it takes, and the codes of what it does not. */
#include "protocol/command_parse.h"

#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct command *c;
static struct error err;
static bool is_malformed;

static int parse(const char *text)
{
	int code;

	c = NULL;
	is_malformed = false;
	code = command_parse(&c, &is_malformed, &err, text, strlen(text));
	return code;
}

static void check_code(const char *text, int expected)
{
	int code = parse(text);

	if (code != expected) {
		CHECK_TEXT(text, code != 0 ? err.text : "accepted");
		CHECK_INT(code, expected);
	}
	command_free(c);
}

static void check_malformed(const char *text)
{
	CHECK_INT(parse(text), CODE_INVALID);
	CHECK(is_malformed);
	CHECK_POINTER(c, NULL);
	command_free(c);
}

static void what_is_no_object_is_malformed(void)
{
	check_malformed("");
	check_malformed("{");
	check_malformed("[]");
	check_malformed("1");
	check_malformed("{\"cmd\":\"ping\"} x");
	check_malformed("{\"cmd\":\"\xff\"}");
}

static void seq_is_echoed_as_it_was(void)
{
	REQUIRE_INT(parse("{\"seq\":1.50,\"cmd\":\"ping\"}"), 0);
	CHECK(!is_malformed);
	CHECK_TEXT(c->seq, "1.50");
	CHECK_TEXT(c->name, "ping");
	CHECK_INT(c->kind, COMMAND_PING);
	command_free(c);
	REQUIRE_INT(parse("{\"seq\":\"a\\n\",\"cmd\":\"ping\"}"), 0);
	CHECK_TEXT(c->seq, "\"a\\n\"");
	command_free(c);
	REQUIRE_INT(parse("{\"cmd\":\"ping\"}"), 0);
	CHECK_TEXT(c->seq, "");
	command_free(c);
}

static void seq_is_bounded(void)
{
	char text[200];

	snprintf(text, sizeof(text), "{\"cmd\":\"ping\",\"seq\":%.*s}", MAX_SEQ,
		"1111111111222222222233333333334444444444555555555566666666667777777777");
	check_code(text, 0);
	snprintf(text, sizeof(text), "{\"cmd\":\"ping\",\"seq\":%.*s}", MAX_SEQ + 1,
		"1111111111222222222233333333334444444444555555555566666666667777777777");
	check_code(text, CODE_INVALID);
	check_code("{\"cmd\":\"ping\",\"seq\":true}", CODE_INVALID);
	check_code("{\"cmd\":\"ping\",\"seq\":{}}", CODE_INVALID);
}

static void a_refusal_can_be_answered(void)
{
	CHECK_INT(parse("{\"seq\":7,\"cmd\":\"subscribe\",\"data\":{}}"), CODE_INVALID);
	REQUIRE(c != NULL);
	CHECK_TEXT(c->seq, "7");
	CHECK_TEXT(c->name, "subscribe");
	CHECK_INT(c->channel_count, 0);
	command_free(c);
	CHECK_INT(parse("{\"seq\":7}"), CODE_INVALID);
	REQUIRE(c != NULL);
	CHECK_TEXT(c->seq, "7");
	CHECK_TEXT(c->name, "");
	command_free(c);
	CHECK_INT(parse("{\"seq\":[],\"cmd\":\"ping\"}"), CODE_INVALID);
	REQUIRE(c != NULL);
	CHECK_TEXT(c->seq, "");
	CHECK_TEXT(c->name, "ping");
	command_free(c);
}

static void other_names_are_unknown_commands(void)
{
	static const char *const names[] = {"Ping", "ping ", "send", "History", "", "ping\\u0000"};
	char text[128];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		sprintf(text, "{\"seq\":1,\"cmd\":\"%s\",\"data\":{}}", names[i]);
		REQUIRE_INT(parse(text), 0);
		CHECK_INT(c->kind, COMMAND_UNKNOWN);
		command_free(c);
	}
	check_code("{\"cmd\":1}", CODE_INVALID);
	check_code("{\"cmd\":null}", CODE_INVALID);
}

static void a_long_name_is_not_cut_within_a_character(void)
{
	REQUIRE_INT(parse("{\"cmd\":\"123456789012345678901234567890\xc3\xa9z\"}"), 0);
	CHECK_TEXT(c->name, "123456789012345678901234567890");
	command_free(c);
}

static void data_may_be_absent_where_none_is_needed(void)
{
	check_code("{\"cmd\":\"ping\",\"data\":null}", 0);
	check_code("{\"cmd\":\"logout\"}", 0);
	check_code("{\"cmd\":\"close\",\"data\":{}}", 0);
	check_code("{\"cmd\":\"subscribe\"}", CODE_INVALID);
	check_code("{\"cmd\":\"subscribe\",\"data\":null}", CODE_INVALID);
	check_code("{\"cmd\":\"subscribe\",\"data\":[]}", CODE_INVALID);
	check_code("{\"cmd\":\"subscribe\",\"data\":\"news\"}", CODE_INVALID);
}

static void login_takes_what_there_is(void)
{
	REQUIRE_INT(parse("{\"cmd\":\"login\",\"data\":{\"user\":\"ann\",\"app\":101,\"device\":\"d\"}}"), 0);
	CHECK_TEXT(c->user, "ann");
	CHECK_TEXT(c->app, "101");
	CHECK_TEXT(c->device, "d");
	CHECK_POINTER(c->token, NULL);
	command_free(c);
	REQUIRE_INT(parse("{\"cmd\":\"login\",\"data\":{\"token\":\"t\",\"app\":\"web\",\"user\":null}}"), 0);
	CHECK_TEXT(c->token, "t");
	CHECK_TEXT(c->app, "web");
	command_free(c);
	check_code("{\"cmd\":\"login\",\"data\":{\"ticket\":\"t\"}}", 0);
	check_code("{\"cmd\":\"login\",\"data\":{\"app\":\"web\"}}", CODE_INVALID);
	check_code("{\"cmd\":\"login\",\"data\":{\"user\":\"\"}}", CODE_INVALID_USER);
	check_code("{\"cmd\":\"login\",\"data\":{\"user\":\"a\\u0007\"}}", CODE_INVALID_USER);
	check_code("{\"cmd\":\"login\",\"data\":{\"user\":5}}", CODE_INVALID_USER);
	check_code("{\"cmd\":\"login\",\"data\":{\"user\":\"a\",\"app\":1.5}}", CODE_INVALID);
	check_code("{\"cmd\":\"login\",\"data\":{\"user\":\"a\",\"device\":\"\"}}", CODE_INVALID);
	check_code("{\"cmd\":\"login\",\"data\":{\"token\":1}}", CODE_INVALID);
}

static void login_is_bounded(void)
{
	static char text[MAX_TOKEN + 100];

	sprintf(text, "{\"cmd\":\"login\",\"data\":{\"token\":\"%0*d\"}}", MAX_TOKEN, 0);
	check_code(text, 0);
	sprintf(text, "{\"cmd\":\"login\",\"data\":{\"token\":\"%0*d\"}}", MAX_TOKEN + 1, 0);
	check_code(text, CODE_INVALID);
	sprintf(text, "{\"cmd\":\"login\",\"data\":{\"user\":\"%0*d\"}}", MAX_USER + 1, 0);
	check_code(text, CODE_INVALID_USER);
	sprintf(text, "{\"cmd\":\"login\",\"data\":{\"user\":\"a\",\"app\":\"%0*d\"}}", MAX_APP + 1, 0);
	check_code(text, CODE_INVALID);
	sprintf(text, "{\"cmd\":\"login\",\"data\":{\"user\":\"a\",\"app\":1%0*d}}", MAX_APP, 0);
	check_code(text, CODE_INVALID);
}

static void subscribe_takes_one_channel(void)
{
	REQUIRE_INT(parse("{\"cmd\":\"subscribe\",\"data\":{\"channel\":\"news\"}}"), 0);
	CHECK_INT(c->kind, COMMAND_SUBSCRIBE);
	REQUIRE_INT(c->channel_count, 1);
	CHECK(!c->is_list);
	CHECK_TEXT(c->channels[0].name, "news");
	CHECK_INT(c->channels[0].presence, PRESENCE_MODE_NONE);
	CHECK_INT(c->channels[0].since.kind, SINCE_NOW);
	command_free(c);
	check_code("{\"cmd\":\"subscribe\",\"data\":{\"channel\":\"$all\",\"presence\":\"count\"}}", 0);
	check_code("{\"cmd\":\"subscribe\",\"data\":{\"channel\":\"$x\"}}", CODE_INVALID);
	check_code("{\"cmd\":\"subscribe\",\"data\":{\"channel\":\"a b\"}}", CODE_INVALID);
	check_code("{\"cmd\":\"subscribe\",\"data\":{\"channel\":1}}", CODE_INVALID);
	check_code("{\"cmd\":\"subscribe\",\"data\":{\"channel\":\"a\",\"presence\":true}}", CODE_INVALID);
	check_code("{\"cmd\":\"subscribe\",\"data\":{\"channel\":\"a\",\"presence\":\"all\"}}", CODE_INVALID);
}

static void subscribe_takes_a_list(void)
{
	REQUIRE_INT(parse("{\"cmd\":\"subscribe\",\"data\":{\"channels\":[{\"channel\":\"a\",\"presence\":\"list\"},"
		"{\"channel\":\"b\",\"since\":{\"last\":5},\"presence\":\"count\"}]}}"), 0);
	REQUIRE_INT(c->channel_count, 2);
	CHECK(c->is_list);
	CHECK_INT(c->channels[0].presence, PRESENCE_MODE_LIST);
	CHECK_TEXT(c->channels[1].name, "b");
	CHECK_INT(c->channels[1].presence, PRESENCE_MODE_COUNT);
	CHECK_INT(c->channels[1].since.kind, SINCE_LAST);
	CHECK_INT(c->channels[1].since.last, 5);
	command_free(c);
	check_code("{\"cmd\":\"subscribe\",\"data\":{\"channels\":[]}}", CODE_INVALID);
	check_code("{\"cmd\":\"subscribe\",\"data\":{\"channels\":[\"a\"]}}", CODE_INVALID);
	check_code("{\"cmd\":\"subscribe\",\"data\":{\"channels\":{\"channel\":\"a\"}}}", CODE_INVALID);
	check_code("{\"cmd\":\"subscribe\",\"data\":{\"channel\":\"a\",\"channels\":[{\"channel\":\"a\"}]}}", CODE_INVALID);
	check_code("{\"cmd\":\"subscribe\",\"data\":{\"channels\":[{\"channel\":\"a\"},{\"channel\":\"\"}]}}", CODE_INVALID);
}

static void check_list(int count, int code)
{
	static char text[16384];
	int at = sprintf(text, "{\"cmd\":\"subscribe\",\"data\":{\"channels\":[");

	for (int i = 0; i < count; i++)
		at += sprintf(text + at, "%s{\"channel\":\"c%d\"}", i > 0 ? "," : "", i);
	strcpy(text + at, "]}}");
	check_code(text, code);
}

static void a_list_is_bounded(void)
{
	check_list(MAX_COMMAND_CHANNELS, 0);
	check_list(MAX_COMMAND_CHANNELS + 1, CODE_INVALID);
}

static void subscribe_takes_a_since(void)
{
	REQUIRE_INT(parse("{\"cmd\":\"subscribe\",\"data\":{\"channel\":\"a\",\"since\":{\"epoch\":\"k3v9\",\"offset\":3}}}"), 0);
	CHECK_INT(c->channels[0].since.kind, SINCE_POSITION);
	CHECK_TEXT(c->channels[0].since.epoch, "k3v9");
	CHECK_INT(c->channels[0].since.offset, 3);
	command_free(c);
	check_code("{\"cmd\":\"subscribe\",\"data\":{\"channel\":\"a\",\"since\":{\"last\":-1}}}", CODE_INVALID);
	check_code("{\"cmd\":\"subscribe\",\"data\":{\"channels\":[{\"channel\":\"a\",\"since\":5}]}}", CODE_INVALID);
}

static void history_pages_through_a_channel(void)
{
	REQUIRE_INT(parse("{\"cmd\":\"history\",\"data\":{\"channel\":\"a\",\"since\":{\"last\":7},\"limit\":300}}"), 0);
	CHECK_INT(c->kind, COMMAND_HISTORY);
	REQUIRE_INT(c->channel_count, 1);
	CHECK_TEXT(c->channels[0].name, "a");
	CHECK_INT(c->channels[0].since.kind, SINCE_LAST);
	CHECK_INT(c->limit, 300);
	command_free(c);
	REQUIRE_INT(parse("{\"cmd\":\"history\",\"data\":{\"channel\":\"a\",\"limit\":null}}"), 0);
	CHECK_INT(c->channels[0].since.kind, SINCE_NOW);
	CHECK_INT(c->limit, HISTORY_PAGE);
	command_free(c);
	check_code("{\"cmd\":\"history\"}", CODE_INVALID);
	check_code("{\"cmd\":\"history\",\"data\":{\"channel\":\"a\",\"limit\":0}}", CODE_INVALID);
	check_code("{\"cmd\":\"history\",\"data\":{\"channel\":\"a\",\"limit\":301}}", CODE_INVALID);
	check_code("{\"cmd\":\"history\",\"data\":{\"channel\":\"a\",\"limit\":\"5\"}}", CODE_INVALID);
	check_code("{\"cmd\":\"history\",\"data\":{\"channel\":\"a\",\"since\":[]}}", CODE_INVALID);
}

static void a_receipt_names_a_message(void)
{
	char text[256];

	REQUIRE_INT(parse("{\"cmd\":\"receipt\",\"data\":{\"id\":\"m1\"}}"), 0);
	CHECK_INT(c->kind, COMMAND_RECEIPT);
	CHECK_TEXT(c->id, "m1");
	command_free(c);
	check_code("{\"cmd\":\"receipt\"}", CODE_INVALID);
	check_code("{\"cmd\":\"receipt\",\"data\":{\"id\":\"\"}}", CODE_INVALID);
	check_code("{\"cmd\":\"receipt\",\"data\":{\"id\":5}}", CODE_INVALID);
	sprintf(text, "{\"cmd\":\"receipt\",\"data\":{\"id\":\"%0*d\"}}", MAX_MESSAGE_ID, 0);
	check_code(text, 0);
	sprintf(text, "{\"cmd\":\"receipt\",\"data\":{\"id\":\"%0*d\"}}", MAX_MESSAGE_ID + 1, 0);
	check_code(text, CODE_INVALID);
}

static void unsubscribe_and_presence_name_a_channel(void)
{
	REQUIRE_INT(parse("{\"cmd\":\"presence\",\"data\":{\"channel\":\"room\"}}"), 0);
	CHECK_INT(c->kind, COMMAND_PRESENCE);
	CHECK_TEXT(c->channels[0].name, "room");
	command_free(c);
	check_code("{\"cmd\":\"unsubscribe\",\"data\":{\"channel\":\"room\"}}", 0);
	check_code("{\"cmd\":\"unsubscribe\",\"data\":{}}", CODE_INVALID);
	check_code("{\"cmd\":\"presence\"}", CODE_INVALID);
}

static void publish_carries_raw_data(void)
{
	REQUIRE_INT(parse("{\"cmd\":\"publish\",\"data\":{\"channel\":\"r\",\"data\": {\"a\":\n1.0} ,\"event\":\"e\",\"id\":\"i\"}}"), 0);
	CHECK_TEXT(c->data, "{\"a\": 1.0}");
	CHECK_INT(c->data_size, 10);
	CHECK_TEXT(c->event, "e");
	CHECK_TEXT(c->id, "i");
	command_free(c);
	REQUIRE_INT(parse("{\"cmd\":\"publish\",\"data\":{\"channel\":\"r\",\"data\":null}}"), 0);
	CHECK_TEXT(c->data, "null");
	command_free(c);
	check_code("{\"cmd\":\"publish\",\"data\":{\"channel\":\"r\"}}", CODE_INVALID);
	check_code("{\"cmd\":\"publish\",\"data\":{\"data\":1}}", CODE_INVALID);
	check_code("{\"cmd\":\"publish\",\"data\":{\"channel\":\"r\",\"data\":1,\"event\":\"\"}}", CODE_INVALID);
	check_code("{\"cmd\":\"publish\",\"data\":{\"channel\":\"r\",\"data\":1,\"id\":7}}", CODE_INVALID);
}

static void check_users(int count, int code)
{
	static char text[16384];
	int at = sprintf(text, "{\"cmd\":\"online\",\"data\":{\"users\":[");

	for (int i = 0; i < count; i++)
		at += sprintf(text + at, "%s\"u%d\"", i > 0 ? "," : "", i);
	strcpy(text + at, "]}}");
	check_code(text, code);
}

static void online_takes_a_bounded_list_of_users(void)
{
	REQUIRE_INT(parse("{\"cmd\":\"online\",\"data\":{\"users\":[\"ann\",\"bob@x\"],\"watch\":false}}"), 0);
	REQUIRE_INT(c->user_count, 2);
	CHECK_TEXT(c->users[1], "bob@x");
	command_free(c);
	check_users(0, CODE_INVALID);
	check_users(MAX_COMMAND_USERS, 0);
	check_users(MAX_COMMAND_USERS + 1, CODE_INVALID);
	check_code("{\"cmd\":\"online\",\"data\":{\"users\":\"ann\"}}", CODE_INVALID);
	check_code("{\"cmd\":\"online\",\"data\":{\"users\":[\"\"]}}", CODE_INVALID_USER);
	check_code("{\"cmd\":\"online\",\"data\":{\"users\":[\"a\",5]}}", CODE_INVALID_USER);
}

static void watching_is_refused(void)
{
	CHECK_INT(parse("{\"cmd\":\"online\",\"data\":{\"users\":[\"a\"],\"watch\":true}}"), CODE_INVALID);
	CHECK_TEXT(err.text, "watch is not available");
	command_free(c);
}

static void state_has_three_values(void)
{
	REQUIRE_INT(parse("{\"cmd\":\"state\",\"data\":{\"state\":\"hidden\"}}"), 0);
	CHECK_INT(c->state, STATE_HIDDEN);
	command_free(c);
	REQUIRE_INT(parse("{\"cmd\":\"state\",\"data\":\"idle\"}"), 0);
	CHECK_INT(c->state, STATE_IDLE);
	command_free(c);
	check_code("{\"cmd\":\"state\",\"data\":{\"state\":\"away\"}}", CODE_INVALID);
	check_code("{\"cmd\":\"state\"}", CODE_INVALID);
}

static void ack_takes_a_whole_number(void)
{
	REQUIRE_INT(parse("{\"cmd\":\"ack\",\"data\":{\"n\":18446744073709551615}}"), 0);
	CHECK(c->n == UINT64_MAX);
	command_free(c);
	check_code("{\"cmd\":\"ack\",\"data\":{\"n\":-1}}", CODE_INVALID);
	check_code("{\"cmd\":\"ack\",\"data\":{\"n\":\"1\"}}", CODE_INVALID);
	check_code("{\"cmd\":\"ack\"}", CODE_INVALID);
}

static const struct test tests[] = {
	{"what is no JSON object is malformed", what_is_no_object_is_malformed},
	{"seq is echoed as it was written", seq_is_echoed_as_it_was},
	{"seq is a number or string of at most MAX_SEQ bytes", seq_is_bounded},
	{"a refusal can be answered with seq and name", a_refusal_can_be_answered},
	{"other names are unknown commands", other_names_are_unknown_commands},
	{"a long name is not cut within a character", a_long_name_is_not_cut_within_a_character},
	{"data may be absent where none is needed", data_may_be_absent_where_none_is_needed},
	{"login takes token, ticket or user", login_takes_what_there_is},
	{"what login takes is bounded", login_is_bounded},
	{"subscribe takes one channel", subscribe_takes_one_channel},
	{"subscribe takes a list of channels", subscribe_takes_a_list},
	{"a list of channels is bounded", a_list_is_bounded},
	{"subscribe takes a since", subscribe_takes_a_since},
	{"history pages through a channel", history_pages_through_a_channel},
	{"a receipt names a message", a_receipt_names_a_message},
	{"unsubscribe and presence name a channel", unsubscribe_and_presence_name_a_channel},
	{"publish carries its data as it came", publish_carries_raw_data},
	{"online takes a bounded list of users", online_takes_a_bounded_list_of_users},
	{"watching users is refused, not ignored", watching_is_refused},
	{"state has three values", state_has_three_values},
	{"ack takes a whole number", ack_takes_a_whole_number},
	{NULL, NULL},
};

const struct suite command_parse_suite = {"command_parse", tests};
