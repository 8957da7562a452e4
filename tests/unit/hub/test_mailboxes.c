/* Mail waits, is handed to one, and goes when it was acknowledged. */
#include "rig.h"

#include "suites.h"

#include <stdio.h>
#include <string.h>

static void mail(int data)
{
	char args[80];

	snprintf(args, sizeof(args), "{\"to\":\"user/ann\",\"data\":%d,\"offline\":true}", data);
	CHECK(strstr(rig_ask("publish", args), "\"mailbox\":1") != NULL);
}

static const char login[] = "{\"seq\":1,\"cmd\":\"login\",\"data\":{\"user\":\"ann\"}}";

static void what_is_narrowed_cannot_wait(void)
{
	rig_start("none", 0, 0);
	CHECK(strstr(rig_ask("publish", "{\"to\":\"user/ann\",\"data\":1,\"offline\":true,\"except\":[\"user/ann\"]}"), "bad_option") != NULL);
	CHECK(strstr(rig_ask("publish", "{\"to\":\"user/ann\",\"data\":1,\"offline\":true,\"match\":{\"a\":\"b\"}}"), "bad_option") != NULL);
	rig_stop();
}

static void waits_for_a_login(void)
{
	rig_start("none", 0, 0);
	mail(1);
	mail(2);
	rig_open(0, NULL);
	CHECK_TEXT(rig_given(0), "");
	rig_command(0, login);
	mail(3);
	CHECK_TEXT(rig_given(0), "1 2 3");
	rig_stop();
}

static void acknowledged_it_is_gone(void)
{
	rig_start("none", 0, 0);
	mail(1);
	mail(2);
	rig_open(0, "ann");
	CHECK_TEXT(rig_given(0), "1 2");
	rig_acknowledge(0, "1");
	rig_close(0);
	rig_open(1, "ann");
	CHECK_TEXT(rig_given(1), "2");
	rig_stop();
}

static void one_session_has_it_until_it_ends(void)
{
	rig_start("none", 0, 0);
	mail(1);
	rig_open(0, "ann");
	rig_open(1, "ann");
	CHECK_TEXT(rig_given(0), "1");
	CHECK_TEXT(rig_given(1), "");
	rig_close(0);
	CHECK_TEXT(rig_given(1), "1");
	rig_stop();
}

static void whoever_is_there_has_it_and_one_acknowledgement_does(void)
{
	rig_start("none", 0, 0);
	rig_open(0, "ann");
	rig_open(1, "ann");
	mail(1);
	CHECK_TEXT(rig_given(0), "1");
	CHECK_TEXT(rig_given(1), "1");
	rig_acknowledge(1, "1");
	rig_close(0);
	rig_close(1);
	rig_open(2, "ann");
	CHECK_TEXT(rig_given(2), "");
	rig_stop();
}

static void a_logout_gives_it_back(void)
{
	rig_start("none", 0, 0);
	mail(1);
	rig_open(0, NULL);
	rig_command(0, login);
	rig_command(0, "{\"seq\":2,\"cmd\":\"logout\"}");
	rig_open(1, "ann");
	CHECK_TEXT(rig_given(1), "1");
	rig_stop();
}

static void the_oldest_of_too_many_is_a_gap(void)
{
	rig_start("none", 0, 0);
	for (int i = 1; i <= 5; i++)
		mail(i);
	rig_open(0, "ann");
	CHECK_TEXT(rig_given(0), "gap2 3 4 5");
	rig_stop();
}

static void looking_changes_nothing(void)
{
	rig_start("none", 0, 0);
	for (int i = 1; i <= 4; i++)
		mail(i);
	CHECK(strstr(rig_ask("mailbox", "{\"user\":\"ann\"}"), "\"data\":4}") != NULL);
	rig_open(0, "ann");
	CHECK_TEXT(rig_given(0), "gap1 2 3 4");
	rig_stop();
}

static void old_mail_is_not_delivered(void)
{
	rig_start("none", 0, 0);
	mail(1);
	rig_later(90000);
	mail(2);
	rig_later(20000);
	rig_open(0, "ann");
	CHECK_TEXT(rig_given(0), "2");
	rig_stop();
}

static void the_clock_may_go_back(void)
{
	rig_start("none", 0, 0);
	mail(1);
	rig_restart(5000);
	mail(2);
	rig_open(0, "ann");
	CHECK_TEXT(rig_given(0), "1 2");
	rig_stop();
}

static void mail_for_another_app_stays(void)
{
	rig_start("none", 0, 0);
	CHECK(strstr(rig_ask("publish", "{\"to\":\"user/ann@web\",\"data\":1,\"offline\":true}"), "\"mailbox\":1") != NULL);
	mail(2);
	rig_open(0, "ann"); /* on app 0 */
	CHECK_TEXT(rig_given(0), "2");
	CHECK(strstr(rig_ask("mailbox", "{\"user\":\"ann\"}"), "\"data\":1}") != NULL);
	rig_stop();
}

const struct suite mailboxes_suite = {
	"mailboxes",
	(const struct test[]){
		{"what is narrowed by match or except cannot wait in a mailbox", what_is_narrowed_cannot_wait},
		{"mail waits for a login and comes before what is newer", waits_for_a_login},
		{"what was acknowledged is gone, the rest comes again", acknowledged_it_is_gone},
		{"one session has it until it ends, then another", one_session_has_it_until_it_ends},
		{"all who are there get it, one acknowledgement is enough", whoever_is_there_has_it_and_one_acknowledgement_does},
		{"a logout gives it back", a_logout_gives_it_back},
		{"what a full mailbox dropped is a gap", the_oldest_of_too_many_is_a_gap},
		{"looking into a mailbox changes nothing", looking_changes_nothing},
		{"old mail is not delivered", old_mail_is_not_delivered},
		{"the clock may go back over a restart", the_clock_may_go_back},
		{"mail for another app stays", mail_for_another_app_stays},
		{0},
	},
};
