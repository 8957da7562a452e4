/* The forms of a target, its escapes, and everything that is none. */
#include "muster/target.h"

#include "muster/limits.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>

static int parse(struct target *t, const char *text)
{
	return target_parse(t, text, strlen(text));
}

static void check_comes_back(const char *text)
{
	struct target t;
	char *again;

	if (parse(&t, text) < 0) {
		CHECK_TEXT(text, "a target");
		return;
	}
	again = target_format(&t);
	CHECK_TEXT(again, text);
	free(again);
	target_fini(&t);
}

static void every_form_comes_back(void)
{
	check_comes_back("all");
	check_comes_back("app/web");
	check_comes_back("app/101");
	check_comes_back("app/50%25");
	check_comes_back("user/ann");
	check_comes_back("user/ann@web");
	check_comes_back("user/ann%40example.org");
	check_comes_back("user/ann%40example.org@w%25b");
	check_comes_back("user/a/b c");
	check_comes_back("device/0123abc");
	check_comes_back("session/AAAAAAAAAAAAAAAA");
	check_comes_back("channel/news");
	check_comes_back("channel/a/b@%25");
	check_comes_back("channel/$all");
	check_comes_back("channel/$app/web");
	check_comes_back("channel/\xe6\x96\xb0\xe9\x97\xbb");
}

static void escapes_are_undone(void)
{
	struct target t;

	REQUIRE_INT(parse(&t, "user/a%40b%25@w%40"), 0);
	CHECK_INT(t.kind, TARGET_USER);
	CHECK_TEXT(t.user, "a@b%");
	CHECK_TEXT(t.app, "w@");
	target_fini(&t);
}

static void a_user_may_be_on_all_apps(void)
{
	struct target t;

	REQUIRE_INT(parse(&t, "user/ann"), 0);
	CHECK_POINTER(t.app, NULL);
	target_fini(&t);
}

static void a_sid_becomes_its_id(void)
{
	char text[] = "session/AAAAAAAAAAAAAAAAAAAAAA";
	struct session_sid sid = {{0}};
	struct session_id id;
	struct target t;
	char *again;

	session_id_of(&id, &sid);
	REQUIRE_INT(parse(&t, text), 0);
	CHECK_BYTES(t.session.bytes, sizeof(t.session.bytes), id.bytes, sizeof(id.bytes));
	again = target_format(&t);
	CHECK_INT(strlen(again), strlen("session/") + SESSION_ID_TEXT);
	free(again);
	target_fini(&t);
}

static void everything_else_is_refused(void)
{
	static const char *const cases[] = {
		"", "a", "All", "all/", "all ", " all", "app/", "app", "user/", "user", "device/", "session/", "channel/",
		"user/ann@", "user/@web", "user/a@b@c", "app/a@b", "user/%", "user/%4", "user/%41", "user/a%2fb", "user/%2", "app/%zz",
		"session/abc", "session/AAAAAAAAAAAAAAA=", "session/AAAAAAAAAAAAAAAAAAAAAB", "channel/a b", "channel/a\n", "user/a\x01",
		"user/\x7f", "user/\xff", "user/\xc2\x85", "channel/$", "channel/$other", "channel/$app", "channel/$app/",
		"channel/$all/x", "room/x", "channels/x", "/", "user//../\n",
	};
	struct target t = {.kind = TARGET_DEVICE};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (parse(&t, cases[i]) == 0)
			CHECK_TEXT(cases[i], "no target");
	CHECK(target_parse(&t, "user/a\0b", 8) < 0);
	CHECK_INT(t.kind, TARGET_DEVICE);
}

/* Parse prefix + count times 'x'. */
static int parse_long(const char *prefix, size_t count)
{
	char text[1024];
	struct target t = {.kind = TARGET_ALL};
	int rc;

	strcpy(text, prefix);
	memset(text + strlen(prefix), 'x', count);
	rc = target_parse(&t, text, strlen(prefix) + count);
	target_fini(&t);
	return rc;
}

static void sizes_are_bounded(void)
{
	CHECK_INT(parse_long("user/", MAX_USER), 0);
	CHECK(parse_long("user/", MAX_USER + 1) < 0);
	CHECK_INT(parse_long("app/", MAX_APP), 0);
	CHECK(parse_long("app/", MAX_APP + 1) < 0);
	CHECK_INT(parse_long("user/a@", MAX_APP), 0);
	CHECK(parse_long("user/a@", MAX_APP + 1) < 0);
	CHECK_INT(parse_long("device/", MAX_DEVICE), 0);
	CHECK(parse_long("device/", MAX_DEVICE + 1) < 0);
	CHECK_INT(parse_long("channel/", MAX_CHANNEL), 0);
	CHECK(parse_long("channel/", MAX_CHANNEL + 1) < 0);
	CHECK_INT(parse_long("channel/$app/", MAX_APP), 0);
	CHECK(parse_long("channel/$app/", MAX_APP + 1) < 0);
}

static void the_widest_target_can_be_written(void)
{
	char user[MAX_USER + 1] = "", app[MAX_APP + 1] = "", text[TARGET_TEXT];
	struct target t = {.kind = TARGET_USER, .user = user, .app = app};

	memset(user, '%', MAX_USER);
	memset(app, '@', MAX_APP);
	CHECK_INT(target_write(text, &t), 5 + 3 * MAX_USER + 1 + 3 * MAX_APP);
}

static const struct test tests[] = {
	{"every form comes back as it was", every_form_comes_back},
	{"the escapes of user and app are undone", escapes_are_undone},
	{"a user without app is meant on all apps", a_user_may_be_on_all_apps},
	{"a sid becomes its id and is never shown again", a_sid_becomes_its_id},
	{"everything else is refused", everything_else_is_refused},
	{"sizes are bounded", sizes_are_bounded},
	{"the widest target can be written", the_widest_target_can_be_written},
	{NULL, NULL},
};

const struct suite target_suite = {"target", tests};
