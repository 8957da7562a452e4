/* push_line - pushes as people read them. */
#include "suites.h"

#include "tools/push_line.h"

#include <stdlib.h>
#include <string.h>

static void check(const char *push, const char *expected)
{
	struct buffer out;
	char *text;

	buffer_init(&out, 0);
	push_line(&out, push, strlen(push));
	text = buffer_steal(&out, NULL);
	CHECK_TEXT(text, expected);
	free(text);
}

static void test_message(void)
{
	check("{\"push\":\"msg\",\"to\":\"channel/news\",\"time\":1,\"data\":{\"a\":1}}",
		"channel/news  {\"a\":1}");
	check("{\"push\":\"msg\",\"to\":\"all\",\"event\":\"e\",\"id\":\"i\",\"from\":\"bob\",\"time\":1,\"data\":\"x\"}",
		"all  e  from bob  id i  \"x\"");
}

static void test_presence(void)
{
	check("{\"push\":\"presence\",\"channel\":\"room\",\"join\":[{\"user\":\"ann\",\"app\":\"web\"}],"
		"\"leave\":[{\"user\":\"bob\",\"app\":\"0\"}],\"users\":12,\"sessions\":15}",
		"presence room  +ann@web -bob@0  12 users  15 sessions");
	check("{\"push\":\"count\",\"users\":9,\"devices\":11,\"sessions\":15}",
		"count  9 users  11 devices  15 sessions");
}

static void test_others(void)
{
	check("{\"push\":\"gap\",\"lost\":5,\"channel\":\"news\"}", "gap  5 lost  in news");
	check("{\"push\":\"kick\",\"code\":4001,\"reason\":\"out\",\"reconnect\":false}", "kick  4001  out");
	check("{\"push\":\"welcome\",\"sid\":\"secret\",\"id\":\"abc\",\"n\":0,\"user\":\"ann\",\"app\":\"web\"}",
		"welcome  session abc  user ann  app web");
	check("{\"push\":\"drain\",\"reconnect_in\":3}", "{\"push\":\"drain\",\"reconnect_in\":3}");
}

static void test_controls(void)
{
	check("{\"push\":\"msg\",\"to\":\"all\",\"from\":\"\\u001b[31m\\n\\u009b\",\"data\":1}",
		"all  from ?[31m???  1");
	check("{\"push\":\"msg\",\"to\":\"all\",\"data\":\"\x7f\xc2\x9b\xc3\xa9\"}", "all  \"???\xc3\xa9\"");
}

static const struct test tests[] = {
	{"a message shows its target, event, sender and data", test_message},
	{"presence and counts are told in words", test_presence},
	{"gaps, kicks and welcomes have their forms, the rest is shown as it is", test_others},
	{"nothing in a push controls the terminal", test_controls},
	{NULL, NULL},
};

const struct suite push_line_suite = {"push_line", tests};
