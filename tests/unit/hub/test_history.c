/* What a subscriber missed, on a clock. */
#include "rig.h"

#include "suites.h"

#include <stdio.h>
#include <string.h>

static void publish(int data)
{
	char args[64];

	snprintf(args, sizeof(args), "{\"to\":\"channel/news\",\"data\":%d}", data);
	CHECK(strstr(rig_ask("publish", args), "\"code\":200") != NULL);
}

static void epoch_of(const char *json, char epoch[9])
{
	const char *at = strstr(json, "\"epoch\":\"");

	REQUIRE(at != NULL);
	memcpy(epoch, at + 9, 8);
	epoch[8] = '\0';
}

static void subscribe_since(unsigned s, const char *epoch, int offset)
{
	char json[160];

	snprintf(json, sizeof(json), "{\"seq\":1,\"cmd\":\"subscribe\",\"data\":{\"channel\":\"news\",\"since\":{\"epoch\":\"%s\",\"offset\":%d}}}",
		epoch, offset);
	rig_command(s, json);
}

static void what_was_missed_comes_before_what_is_new(void)
{
	char epoch[9];

	rig_start("news", 10, 60000);
	rig_open(0, NULL);
	rig_command(0, "{\"seq\":1,\"cmd\":\"subscribe\",\"data\":{\"channel\":\"news\"}}");
	epoch_of(rig_reply(0), epoch);
	for (int i = 1; i <= 4; i++)
		publish(i);
	CHECK_TEXT(rig_given(0), "1 2 3 4");
	rig_open(1, NULL);
	subscribe_since(1, epoch, 2);
	CHECK(strstr(rig_reply(1), "\"offset\":4,\"recovered\":true") != NULL);
	publish(5);
	CHECK_TEXT(rig_given(1), "3 4 5");
	rig_stop();
}

static void what_is_gone_is_a_gap(void)
{
	char epoch[9];

	rig_start("news", 2, 60000);
	rig_open(0, NULL);
	rig_command(0, "{\"seq\":1,\"cmd\":\"subscribe\",\"data\":{\"channel\":\"news\"}}");
	epoch_of(rig_reply(0), epoch);
	for (int i = 1; i <= 5; i++)
		publish(i);
	rig_open(1, NULL);
	subscribe_since(1, epoch, 1);
	CHECK(strstr(rig_reply(1), "\"recovered\":false") != NULL);
	CHECK_TEXT(rig_given(1), "gap2 4 5");
	subscribe_since(1, "another_", 5);
	CHECK(strstr(rig_reply(1), "\"recovered\":false") != NULL);
	CHECK_TEXT(rig_given(1), "gap3 4 5");
	subscribe_since(1, epoch, 9);
	CHECK(strstr(rig_reply(1), "\"recovered\":false") != NULL);
	CHECK_TEXT(rig_given(1), "gap0");
	rig_stop();
}

static void age_ends_what_is_kept(void)
{
	rig_start("news", 10, 60000);
	rig_open(0, NULL);
	publish(1);
	rig_later(40000);
	publish(2);
	rig_later(30000);
	rig_command(0, "{\"seq\":1,\"cmd\":\"subscribe\",\"data\":{\"channel\":\"news\",\"since\":{\"last\":10}}}");
	CHECK_TEXT(rig_given(0), "2");
	rig_stop();
}

static void what_is_not_for_all_has_no_place(void)
{
	rig_start("news", 10, 60000);
	rig_open(0, "ann");
	rig_command(0, "{\"seq\":1,\"cmd\":\"subscribe\",\"data\":{\"channel\":\"news\"}}");
	CHECK(strstr(rig_ask("publish", "{\"to\":\"channel/news\",\"data\":1,\"except\":[\"user/ann\"]}"), "offset") == NULL);
	CHECK(strstr(rig_ask("publish", "{\"to\":\"channel/news\",\"data\":2,\"history\":false}"), "offset") == NULL);
	CHECK(strstr(rig_ask("history", "{\"channel\":\"news\"}"), "\"messages\":[]") != NULL);
	rig_stop();
}

static void what_cannot_be_read_is_said(void)
{
	rig_start_unreadable("*");
	rig_open(0, NULL);
	rig_command(0, "{\"seq\":1,\"cmd\":\"subscribe\",\"data\":{\"channels\":[{\"channel\":\"a\"},{\"channel\":\"b\"}]}}");
	REQUIRE(rig_reply(0) != NULL); /* neither waits for the other for ever */
	CHECK(strstr(rig_reply(0), "\"epoch\"") == NULL);
	CHECK(strstr(rig_ask("publish", "{\"to\":\"channel/a\",\"data\":1}"), "\"code\":1008") != NULL);
	CHECK(strstr(rig_ask("history", "{\"channel\":\"a\"}"), "\"code\":1004") != NULL);
	rig_stop();
}

const struct suite history_suite = {
	"history",
	(const struct test[]){
		{"what was missed comes before what is new", what_was_missed_comes_before_what_is_new},
		{"what is gone, of another epoch or ahead is not recovered, and a gap says how much", what_is_gone_is_a_gap},
		{"age ends what is kept", age_ends_what_is_kept},
		{"what cannot be read is said, and nobody waits for it for ever", what_cannot_be_read_is_said},
		{"what is narrowed or not to be kept has no offset", what_is_not_for_all_has_no_place},
		{0},
	},
};
