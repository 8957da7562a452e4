/* Every push, byte for byte, and what its frame says of it. */
#include "protocol/push.h"

#include "protocol/envelope.h"
#include "protocol/json_scan.h"
#include "suites.h"

#include <string.h>

static void check_text(struct frame *f, const char *expected)
{
	CHECK_TEXT(frame_text(f), expected);
	CHECK_INT(f->size, strlen(expected));
	CHECK(json_is_valid(frame_text(f), f->size));
	frame_unref(f);
}

static struct frame *message_at(const char *text, const struct push_position *at)
{
	struct envelope_part part = {text, strlen(text)};
	struct publish *p = NULL;
	struct refusal why;
	struct frame *f;

	REQUIRE_INT(envelope_parse(&p, &why, &part, 1, 1000), 0);
	f = push_message(p, 1700000000000, at);
	publish_unref(p);
	return f;
}

static struct frame *message(const char *text)
{
	return message_at(text, NULL);
}

static void a_message_has_its_keys_in_order(void)
{
	check_text(message("{\"to\":\"channel/news\",\"data\":{\"a\":1},\"from\":\"b\\\"b\",\"id\":\"i\",\"event\":\"e\"}"),
		"{\"push\":\"msg\",\"to\":\"channel/news\",\"event\":\"e\",\"id\":\"i\",\"from\":\"b\\\"b\",\"time\":1700000000000,"
		"\"data\":{\"a\":1}}");
}

static void absent_keys_are_left_out(void)
{
	check_text(message("{\"to\":\"all\",\"data\":1}"), "{\"push\":\"msg\",\"to\":\"all\",\"time\":1700000000000,\"data\":1}");
}

static void binary_says_so_before_its_data(void)
{
	check_text(message("{\"to\":\"all\",\"data\":\"AA==\",\"type\":\"binary\"}"),
		"{\"push\":\"msg\",\"to\":\"all\",\"time\":1700000000000,\"enc\":\"base64\",\"data\":\"AA==\"}");
}

static void a_position_follows_the_id(void)
{
	struct push_position at = {"k3v9k3v9", UINT64_MAX};
	struct frame *f = message_at("{\"to\":\"channel/news\",\"data\":1,\"id\":\"i\",\"from\":\"bob\"}", &at);

	CHECK(f->offset == UINT64_MAX);
	CHECK_TEXT(f->epoch, "k3v9k3v9");
	check_text(f, "{\"push\":\"msg\",\"to\":\"channel/news\",\"id\":\"i\",\"offset\":18446744073709551615,\"from\":\"bob\","
		"\"time\":1700000000000,\"data\":1}");
	f = message("{\"to\":\"channel/news\",\"data\":1}");
	CHECK_INT(f->offset, 0);
	CHECK_TEXT(f->epoch, "");
	frame_unref(f);
}

static void everything_at_once_has_its_order(void)
{
	struct push_position at = {"k3v9", 17};

	check_text(message_at("{\"to\":\"user/ann\",\"data\":\"AA==\",\"type\":\"binary\",\"id\":\"i\",\"from\":\"f\",\"event\":\"e\","
		"\"receipt\":true}", &at),
		"{\"push\":\"msg\",\"to\":\"user/ann\",\"event\":\"e\",\"id\":\"i\",\"offset\":17,\"from\":\"f\","
		"\"time\":1700000000000,\"receipt\":true,\"enc\":\"base64\",\"data\":\"AA==\"}");
}

static uint64_t conflate_of(const char *text)
{
	struct frame *f = message(text);
	uint64_t hash = f->conflate;

	frame_unref(f);
	return hash;
}

static void target_and_key_make_the_conflation(void)
{
	uint64_t hash = conflate_of("{\"to\":\"user/ann\",\"data\":1,\"conflate\":\"k\"}");

	CHECK(hash != 0);
	CHECK(hash == conflate_of("{\"to\":\"user\\/ann\",\"data\":2,\"conflate\":\"\\u006b\",\"id\":\"i\"}"));
	CHECK(hash != conflate_of("{\"to\":\"user/ann\",\"data\":1,\"conflate\":\"l\"}"));
	CHECK(hash != conflate_of("{\"to\":\"user/an\",\"data\":1,\"conflate\":\"nk\"}"));
	CHECK(hash != conflate_of("{\"to\":\"user/bob\",\"data\":1,\"conflate\":\"k\"}"));
	CHECK(conflate_of("{\"to\":\"user/ann\",\"data\":1}") == 0);
	CHECK(conflate_of("{\"to\":\"session/AAAAAAAAAAAAAAAAAAAAAA\",\"data\":1,\"conflate\":\"k\"}")
		== conflate_of("{\"to\":\"session/N0cI__dxndWXnsh1\",\"data\":1,\"conflate\":\"k\"}"));
}

static void mail_names_its_user(void)
{
	struct frame *f = message("{\"to\":\"user/ann@web\",\"data\":1,\"offline\":true}");

	CHECK_TEXT(f->mail_user, "ann");
	CHECK_INT(f->mail, 0);
	frame_unref(f);
	f = message("{\"to\":\"user/ann\",\"data\":1}");
	CHECK_POINTER(f->mail_user, NULL);
	frame_unref(f);
}

static void a_stored_push_is_as_it_was(void)
{
	static const char text[] = "{\"push\":\"msg\",\"to\":\"channel/news\",\"offset\":17,\"data\":1}";
	struct push_position at = {"k3v9", 17};
	struct frame *f = push_stored(text, sizeof(text) - 1, "news", &at, NULL, 0);

	CHECK(f->is_numbered);
	CHECK_TEXT(f->channel, "news");
	CHECK_TEXT(f->epoch, "k3v9");
	CHECK_INT(f->offset, 17);
	CHECK_INT(f->mail, 0);
	check_text(f, text);
	f = push_stored(text, sizeof(text) - 1, NULL, NULL, "ann", 5);
	CHECK(f->is_numbered);
	CHECK_POINTER(f->channel, NULL);
	CHECK_INT(f->offset, 0);
	CHECK_TEXT(f->mail_user, "ann");
	CHECK_INT(f->mail, 5);
	check_text(f, text);
}

static void a_sid_is_never_shown(void)
{
	struct frame *f = message("{\"to\":\"session/AAAAAAAAAAAAAAAAAAAAAA\",\"data\":1}");

	CHECK(strstr(frame_text(f), "AAAAAAAAAAAAAAAA") == NULL);
	CHECK(strstr(frame_text(f), "\"to\":\"session/N0cI__dxndWXnsh1\"") != NULL);
	frame_unref(f);
}

static void a_message_counts_and_names_its_channel(void)
{
	struct frame *f = message("{\"to\":\"channel/news\",\"data\":1}");

	CHECK(f->is_numbered);
	CHECK_TEXT(f->channel, "news");
	CHECK_POINTER(f->event, NULL);
	frame_unref(f);
	f = message("{\"to\":\"user/ann\",\"data\":1}");
	CHECK_POINTER(f->channel, NULL);
	frame_unref(f);
}

static void presence_lists_who_came_and_went(void)
{
	struct presence_entry join[] = {{"ann", "web"}, {"b\"", "0"}}, leave[] = {{"eve", "web"}};
	struct counts counts = {12, 13, 15};
	struct frame *f = push_presence("room", join, 2, leave, 1, &counts);

	CHECK(f->is_numbered);
	CHECK_TEXT(f->channel, "room");
	check_text(f, "{\"push\":\"presence\",\"channel\":\"room\",\"join\":[{\"user\":\"ann\",\"app\":\"web\"},"
		"{\"user\":\"b\\\"\",\"app\":\"0\"}],\"leave\":[{\"user\":\"eve\",\"app\":\"web\"}],\"users\":12,\"sessions\":15}");
	check_text(push_presence("room", NULL, 0, NULL, 0, &counts),
		"{\"push\":\"presence\",\"channel\":\"room\",\"users\":12,\"sessions\":15}");
}

static void counts_are_three(void)
{
	struct counts counts = {9, 11, 15};
	struct frame *f = push_count(&counts);

	CHECK(f->is_numbered);
	check_text(f, "{\"push\":\"count\",\"users\":9,\"devices\":11,\"sessions\":15}");
}

static void a_gap_says_how_many(void)
{
	struct push_position at = {"k3v9", 22};
	struct frame *f = push_gap(5, "news", NULL);

	CHECK(f->is_numbered);
	check_text(f, "{\"push\":\"gap\",\"lost\":5,\"channel\":\"news\"}");
	check_text(push_gap(1, NULL, NULL), "{\"push\":\"gap\",\"lost\":1}");
	check_text(push_gap(5, "news", &at),
		"{\"push\":\"gap\",\"lost\":5,\"channel\":\"news\",\"epoch\":\"k3v9\",\"offset\":22}");
}

static void welcome_and_resumed_tell_the_session(void)
{
	char user[] = "ann", app[] = "web";
	struct session_sid sid = {{0}};
	struct identity who = {.user = user, .app = app};
	struct welcome w = {.sid = &sid, .node = "n1", .who = &who, .n = 17, .ping = 25000, .resume = 30000,
		.wall_time = 1700000000000, .channels = "\"a\":{\"code\":200}", .channels_size = 16};
	struct frame *f = push_welcome(&w);

	CHECK(!f->is_numbered);
	CHECK_TEXT(f->event, "welcome");
	check_text(f, "{\"push\":\"welcome\",\"sid\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"id\":\"N0cI__dxndWXnsh1\",\"n\":17,\"node\":\"n1\","
		"\"ping\":25000,\"resume\":30000,\"user\":\"ann\",\"app\":\"web\",\"time\":1700000000000,"
		"\"channels\":{\"a\":{\"code\":200}}}");
	who.user = NULL;
	w.channels = NULL;
	f = push_resumed(&w, 3);
	CHECK(!f->is_numbered);
	CHECK_TEXT(f->event, "resumed");
	check_text(f, "{\"push\":\"resumed\",\"sid\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"n\":17,\"lost\":3,\"id\":\"N0cI__dxndWXnsh1\","
		"\"node\":\"n1\",\"ping\":25000,\"resume\":30000,\"app\":\"web\",\"time\":1700000000000}");
}

static void the_end_is_told(void)
{
	struct frame *f = push_kick(4001, "bad \"boy\"", false);

	CHECK(!f->is_numbered);
	CHECK_TEXT(f->event, "kick");
	check_text(f, "{\"push\":\"kick\",\"code\":4001,\"reason\":\"bad \\\"boy\\\"\",\"reconnect\":false}");
	check_text(push_kick(4004, "slow", true), "{\"push\":\"kick\",\"code\":4004,\"reason\":\"slow\",\"reconnect\":true}");
	f = push_drain(4211);
	CHECK_TEXT(f->event, "drain");
	check_text(f, "{\"push\":\"drain\",\"reconnect_in\":4211}");
	f = push_notice("replaced other login");
	CHECK_TEXT(f->event, "notice");
	check_text(f, "{\"push\":\"notice\",\"reason\":\"replaced other login\"}");
}

static void outcomes_follow_each_other(void)
{
	static const char expected[] = "\"news\":{\"code\":200},\"x\\\"\":{\"code\":1003,\"error\":\"no\"},"
		"\"log\":{\"code\":200,\"epoch\":\"k3v9\",\"offset\":17}";
	struct push_position at = {"k3v9", 17};
	struct buffer b;

	buffer_init(&b, 0);
	push_channel_outcome(&b, "news", 200, NULL, NULL);
	push_channel_outcome(&b, "x\"", 1003, "no", NULL);
	push_channel_outcome(&b, "log", 200, NULL, &at);
	CHECK_BYTES(b.data, b.size, expected, sizeof(expected) - 1);
	buffer_fini(&b);
}

static const struct test tests[] = {
	{"a message has its keys in order", a_message_has_its_keys_in_order},
	{"keys that are absent are left out", absent_keys_are_left_out},
	{"binary says so right before its data", binary_says_so_before_its_data},
	{"a position follows the id, and is the frame's", a_position_follows_the_id},
	{"everything at once has its order", everything_at_once_has_its_order},
	{"target and key make the conflation", target_and_key_make_the_conflation},
	{"a message for a mailbox names its user", mail_names_its_user},
	{"a stored push is as it was", a_stored_push_is_as_it_was},
	{"a sid in a target is never shown", a_sid_is_never_shown},
	{"a message counts in the stream and names its channel", a_message_counts_and_names_its_channel},
	{"presence lists who came and went, empty lists are left out", presence_lists_who_came_and_went},
	{"a count has users, devices and sessions", counts_are_three},
	{"a gap says how many, of which channel, and from where to go on", a_gap_says_how_many},
	{"welcome and resumed tell the session", welcome_and_resumed_tell_the_session},
	{"kick, drain and notice are events without number", the_end_is_told},
	{"outcomes of channels follow each other", outcomes_follow_each_other},
	{NULL, NULL},
};

const struct suite push_suite = {"push", tests};
