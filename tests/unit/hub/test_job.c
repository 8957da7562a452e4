/* One message at a time, and the same one twice. */
#include "rig.h"

#include "suites.h"

#include <string.h>

static void the_second_of_an_id_is_a_duplicate(void)
{
	rig_start("news", 10, 60000);
	rig_open(0, NULL);
	rig_command(0, "{\"seq\":1,\"cmd\":\"subscribe\",\"data\":{\"channel\":\"news\"}}");
	CHECK(strstr(rig_ask("publish", "{\"to\":\"channel/news\",\"data\":1,\"id\":\"a\"}"), "\"duplicate\":false") != NULL);
	CHECK(strstr(rig_ask("publish", "{\"to\":\"channel/news\",\"data\":2,\"id\":\"a\"}"), "\"duplicate\":true") != NULL);
	rig_later(61000);
	CHECK(strstr(rig_ask("publish", "{\"to\":\"channel/news\",\"data\":3,\"id\":\"a\"}"), "\"duplicate\":false") != NULL);
	CHECK_TEXT(rig_given(0), "1 3");
	rig_stop();
}

static void the_same_id_may_come_while_nothing_is_remembered(void)
{
	rig_start("news", 0, 0);
	rig_forget_ids();
	for (int i = 0; i < 5; i++)
		CHECK(strstr(rig_ask("publish", "{\"to\":\"user/ann\",\"data\":1,\"offline\":true,\"id\":\"a\"}"), "\"duplicate\":false") != NULL);
	rig_ask_twice("publish", "{\"to\":\"user/ann\",\"data\":1,\"offline\":true,\"id\":\"b\"}");
	rig_stop();
}

static void ids_of_clients_are_their_own(void)
{
	rig_start("news", 0, 0);
	rig_open(0, "ann");
	rig_open(1, "bob");
	rig_command(0, "{\"seq\":1,\"cmd\":\"subscribe\",\"data\":{\"channel\":\"news\"}}");
	rig_command(1, "{\"seq\":1,\"cmd\":\"subscribe\",\"data\":{\"channel\":\"news\"}}");
	rig_command(0, "{\"seq\":2,\"cmd\":\"publish\",\"data\":{\"channel\":\"news\",\"data\":1,\"id\":\"a\"}}");
	rig_command(1, "{\"seq\":2,\"cmd\":\"publish\",\"data\":{\"channel\":\"news\",\"data\":2,\"id\":\"a\"}}");
	rig_command(1, "{\"seq\":3,\"cmd\":\"publish\",\"data\":{\"channel\":\"news\",\"data\":3,\"id\":\"a\"}}");
	CHECK_TEXT(rig_given(0), "1 2");
	rig_stop();
}

static void a_broadcast_is_one_id(void)
{
	rig_start("news", 0, 0);
	rig_open(0, "ann");
	rig_open(1, "bob");
	CHECK(strstr(rig_ask("broadcast", "{\"to\":[\"user/ann\",\"user/bob\"],\"data\":1,\"id\":\"a\"}"), "\"sessions\":2") != NULL);
	CHECK(strstr(rig_ask("broadcast", "{\"to\":[\"user/ann\",\"user/bob\"],\"data\":2,\"id\":\"a\"}"), "\"duplicate\":true") != NULL);
	CHECK_TEXT(rig_given(0), "1");
	CHECK_TEXT(rig_given(1), "1");
	rig_stop();
}

static void a_publish_counts_whom_it_meant(void)
{
	rig_start("news", 0, 0);
	rig_open(0, "ann");
	rig_open(1, "ann");
	rig_open(2, "bob");
	for (unsigned s = 0; s < 3; s++)
		rig_command(s, "{\"seq\":1,\"cmd\":\"subscribe\",\"data\":{\"channel\":\"news\"}}");
	CHECK(strstr(rig_ask("publish", "{\"to\":\"channel/news\",\"data\":1}"), "\"sessions\":3,\"users\":2") != NULL);
	CHECK(strstr(rig_ask("publish", "{\"to\":\"channel/news\",\"data\":1,\"except\":[\"user/ann\"]}"), "\"sessions\":1,\"users\":1") != NULL);
	rig_stop();
}

static void nobody_asks_for_the_unknown(void)
{
	rig_start("news", 0, 0);
	CHECK(strstr(rig_ask("frobnicate", "{}"), "\"code\":1010") != NULL);
	CHECK(strstr(rig_ask("kick", "{\"target\":\"all\"}"), "\"code\":1003") != NULL);
	CHECK(strstr(rig_ask("publish", "{\"to\":\"nowhere\",\"data\":1}"), "\"code\":1001") != NULL);
	CHECK(strstr(rig_ask("publish", "nonsense"), "\"code\":1001") != NULL);
	rig_stop();
}

const struct suite job_suite = {
	"job",
	(const struct test[]){
		{"the second message of an id within its time is a duplicate", the_second_of_an_id_is_a_duplicate},
		{"an id in flight is known although none is remembered", the_same_id_may_come_while_nothing_is_remembered},
		{"ids of clients are apart per user", ids_of_clients_are_their_own},
		{"a broadcast is one id", a_broadcast_is_one_id},
		{"a publish counts whom it meant", a_publish_counts_whom_it_meant},
		{"what is unknown, not allowed or malformed is answered so", nobody_asks_for_the_unknown},
		{0},
	},
};
