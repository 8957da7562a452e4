/* Each type from text and back, at the edges of its range. */
#include "config/option_value.h"

#include "muster/settings.h"
#include "suites.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct option_row *row(const char *name)
{
	const struct option_row *found = option_find(option_table, name, strlen(name));

	REQUIRE(found != NULL);
	return found;
}

static struct settings empty(void)
{
	struct settings s;

	memset(&s, 0, sizeof s);
	return s;
}

static void check_range(const char *name, const uint64_t *field, struct settings *s, const char *const texts[4])
{
	CHECK_INT(option_set(row(name), s, texts[0], NULL), -EINVAL);
	CHECK_INT(option_set(row(name), s, texts[1], NULL), 0);
	CHECK_INT(*field, row(name)->min);
	CHECK_INT(option_set(row(name), s, texts[2], NULL), 0);
	CHECK_INT(*field, row(name)->max);
	CHECK_INT(option_set(row(name), s, texts[3], NULL), -EINVAL);
	CHECK_INT(*field, row(name)->max);
}

static void ranges(void)
{
	struct settings s = empty();

	check_range("poll_batch", &s.poll_batch, &s, (const char *const[]){ "0", "1", "10000", "10001" });
	check_range("mailbox_messages", &s.mailbox_messages, &s, (const char *const[]){ "0", "1", "10000", "10001" });
	check_range("mailbox_ttl", &s.mailbox_ttl, &s, (const char *const[]){ "999ms", "1s", "365d", "366d" });
	check_range("outbox_total", &s.outbox_total, &s,
		(const char *const[]){ "63KiB", "64KiB", "1024GiB", "1025GiB" });
	check_range("lanes", &s.lanes, &s, (const char *const[]){ "0", "1", "64", "65" });
	check_range("ping", &s.ping, &s, (const char *const[]){ "99ms", "100ms", "1h", "3600001ms" });
	check_range("resume", &s.resume, &s, (const char *const[]){ "-1s", "0", "1d", "86400001ms" });
	check_range("max_message", &s.max_message, &s, (const char *const[]){ "63", "64", "16MiB", "16777217" });
	check_range("limits.command_rate", &s.limits.command_rate, &s,
		(const char *const[]){ "-1", "0", "1000000", "1000001" });
}

static void zero_word(void)
{
	struct settings s = empty();

	s.lanes = 7;
	CHECK_INT(option_set(row("lanes"), &s, "auto", NULL), 0);
	CHECK_INT(s.lanes, 0);
	CHECK_INT(option_set(row("poll_batch"), &s, "auto", NULL), -EINVAL);
}

static void choices(void)
{
	struct settings s = empty();

	CHECK_INT(option_set(row("auth"), &s, "token", NULL), 0);
	CHECK_INT(s.auth, AUTH_TOKEN);
	CHECK_INT(option_set(row("auth"), &s, "ticket", NULL), 0);
	CHECK_INT(s.auth, AUTH_TICKET);
	CHECK_INT(option_set(row("auth"), &s, "open", NULL), 0);
	CHECK_INT(s.auth, AUTH_OPEN);
	CHECK_INT(option_set(row("auth"), &s, "Open", NULL), -EINVAL);
	CHECK_INT(s.auth, AUTH_OPEN);
	CHECK_INT(option_set(row("log.level"), &s, "debug", NULL), 0);
	CHECK_INT(option_set(row("log.level"), &s, "loud", NULL), -EINVAL);
	CHECK_TEXT(s.log.level, "debug");
	option_free(row("log.level"), &s);
	CHECK_POINTER(s.log.level, NULL);
}

static void booleans(void)
{
	struct settings s = empty();

	CHECK_INT(option_set(row("anonymous"), &s, "yes", NULL), 0);
	CHECK(s.anonymous);
	CHECK_INT(option_set(row("anonymous"), &s, "maybe", NULL), -EINVAL);
	CHECK(s.anonymous);
}

static void lists(void)
{
	struct settings s = empty();

	REQUIRE_INT(option_set(row("listen"), &s, "127.0.0.1:1,unix:/x,[::1]:2", NULL), 0);
	REQUIRE_INT(s.listen.count, 3);
	CHECK_TEXT(s.listen.items[0], "127.0.0.1:1");
	CHECK_TEXT(s.listen.items[2], "[::1]:2");
	CHECK_INT(option_set(row("listen"), &s, "127.0.0.1:1,,", NULL), -EINVAL);
	CHECK_INT(option_set(row("listen"), &s, "", NULL), -EINVAL);
	CHECK_INT(s.listen.count, 3);
	option_free(row("listen"), &s);
	CHECK_INT(s.listen.count, 0);
}

static void empty_lists(void)
{
	struct settings s = empty();

	CHECK_INT(option_set(row("bus.pull"), &s, "", NULL), 0);
	CHECK_INT(s.bus.pull.count, 0);
	CHECK_INT(option_set(row("bus.topics"), &s, "", NULL), 0);
	REQUIRE_INT(s.bus.topics.count, 1);
	CHECK_TEXT(s.bus.topics.items[0], "");
	option_free(row("bus.topics"), &s);
}

static void long_lists(void)
{
	char text[2 * OPTION_LIST_MAX + 4] = "a";
	struct settings s = empty();
	struct error err;

	for (int i = 1; i < OPTION_LIST_MAX; i++)
		strcat(text, ",a");
	CHECK_INT(option_set(row("bus.topics"), &s, text, &err), 0);
	CHECK_INT(s.bus.topics.count, OPTION_LIST_MAX);
	strcat(text, ",a");
	CHECK_INT(option_set(row("bus.topics"), &s, text, &err), -EINVAL);
	CHECK_TEXT(err.text, "bus.topics has 65 items: 64 are allowed");
	option_free(row("bus.topics"), &s);
}

static void paths(void)
{
	struct settings s = empty();
	struct error err;

	REQUIRE_INT(option_set(row("store.path"), &s, "/srv/muster.db", NULL), 0);
	CHECK_TEXT(s.store.path, "/srv/muster.db");
	CHECK_INT(option_set(row("store.path"), &s, "muster.db", &err), -EINVAL);
	CHECK_TEXT(err.text, "store.path is \"muster.db\": the absolute path of a file, of at most 500 bytes, is needed");
	CHECK_TEXT(s.store.path, "/srv/muster.db");
	option_free(row("store.path"), &s);
	CHECK_POINTER(s.store.path, NULL);
}

static void sentences(void)
{
	static const char *const cases[][3] = {
		{ "limits.command_rate", "fast",
			"limits.command_rate is \"fast\": an integer from 0 to 1000000 is needed" },
		{ "lanes", "many", "lanes is \"many\": \"auto\" or an integer from 1 to 64 is needed" },
		{ "resume", "30",
			"resume is \"30\": a time with its unit (ms, s, m, h, d) from 0 to 1d is needed" },
		{ "max_message", "1",
			"max_message is \"1\": a size (KiB, MiB, GiB, or bytes) from 64 to 16MiB is needed" },
		{ "auth", "none",
			"auth is \"none\": \"auto\", \"token\", \"ticket\" or \"open\" is needed" },
		{ "anonymous", "", "anonymous is \"\": true or false is needed" },
	};
	struct settings s = empty();
	struct error err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_INT(option_set(row(cases[i][0]), &s, cases[i][1], &err), -EINVAL);
		CHECK_TEXT(err.text, cases[i][2]);
	}
}

static void check_printed(const char *name, const char *value, const char *expected)
{
	struct settings s = empty();
	char *text;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	REQUIRE(memory != NULL);
	CHECK_INT(option_set(row(name), &s, value, NULL), 0);
	option_print(memory, row(name), &s);
	fclose(memory);
	CHECK_TEXT(text, expected);
	free(text);
	option_free(row(name), &s);
}

static void printed(void)
{
	check_printed("lanes", "auto", "\"auto\"");
	check_printed("lanes", "4", "4");
	check_printed("anonymous", "on", "true");
	check_printed("resume", "90s", "\"90s\"");
	check_printed("coalesce", "0", "0");
	check_printed("max_message", "2048", "\"2KiB\"");
	check_printed("auth", "open", "\"open\"");
	check_printed("log.sink", "syslog", "\"syslog\"");
	check_printed("origins", "same,https://*.example.org", "{\"same\", \"https://*.example.org\"}");
	check_printed("bus.sub", "", "{}");
	check_printed("store.path", "/a \"b\"", "\"/a \\\"b\\\"\"");
	check_printed("bus.topics", "a\"\\${b}\n\x7f", "{\"a\\\"\\\\\\${b}\\x0a\\x7f\"}");
}

static const struct test tests[] = {
	{ "a number is taken up to both ends of its range and not beyond", ranges },
	{ "a word may stand for 0", zero_word },
	{ "a choice is one of its words, as written", choices },
	{ "a bad boolean leaves the old value", booleans },
	{ "a list is its items between commas, all good or none taken", lists },
	{ "an empty text is no item, or one where one is needed", empty_lists },
	{ "a list holds 64 items", long_lists },
	{ "a path is taken as it is, or the old one stays", paths },
	{ "a refusal says what is allowed", sentences },
	{ "a value is printed as a file has it", printed },
	{ NULL, NULL },
};
const struct suite option_value_suite = { "option_value", tests };
