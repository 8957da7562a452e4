/* What a file may say, and the message for each way to get it wrong. */
#include "config/config.h"

#include "suites.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int read_text(struct settings *s, const char *text, struct error *err)
{
	err->text[0] = '\0';
	return config_read_text(s, text, strlen(text), "muster.conf", NULL, 0, err);
}

static void check_refused(const char *text, const char *sentence)
{
	struct settings s;
	struct error err;

	memset(&s, 0x5a, sizeof s);
	CHECK_INT(read_text(&s, text, &err), -EINVAL);
	CHECK_TEXT(err.text, sentence);
	CHECK_INT(s.resume, 0x5a5a5a5a5a5a5a5a);
}

static void every_form(void)
{
	struct settings s;
	struct error err;

	REQUIRE_INT(read_text(&s,
		"# a comment\n"
		"listen = {\"127.0.0.1:1\", 'unix:/tmp/x'} // another\n"
		"resume=10s /* and\n one more */ ping = \"5s\"\n"
		"limits { connections = 7 }\r\n"
		"\tanonymous = yes\n"
		"bus {\n sub = {}\n pull += {\"ipc:///tmp/y\"}\n}\n"
		"limits { channels = 8 }\n"
		"store { kind = sqlite path = '/tmp/m.db' }\n"
		"log { level = debug }\n", &err), 0);
	CHECK_TEXT(err.text, "");
	CHECK_INT(s.listen.count, 2);
	CHECK_TEXT(s.listen.items[1], "unix:/tmp/x");
	CHECK_INT(s.resume, 10000);
	CHECK_INT(s.ping, 5000);
	CHECK_INT(s.limits.connections, 7);
	CHECK_INT(s.limits.channels, 8);
	CHECK(s.anonymous);
	CHECK_INT(s.bus.sub.count, 0);
	REQUIRE_INT(s.bus.pull.count, 2);
	CHECK_TEXT(s.bus.pull.items[0], "tcp://127.0.0.1:5573");
	CHECK_TEXT(s.bus.pull.items[1], "ipc:///tmp/y");
	CHECK_TEXT(s.store.kind, "sqlite");
	CHECK_TEXT(s.store.path, "/tmp/m.db");
	CHECK_TEXT(s.log.level, "debug");
	config_free(&s);
}

static void channels(void)
{
	struct settings s;
	struct error err;

	REQUIRE_INT(read_text(&s,
		"channel \"news/*\" { presence = false subscribe = \"users\"\n"
		"client_publish = members slow = \"disconnect\"\n"
		"history = 100 ttl = \"2d\" durable = yes }\n"
		"channel \"*\" { }\n"
		"channel \"last\" { slow = conflate }\n", &err), 0);
	REQUIRE_INT(s.channel_count, 3);
	CHECK_TEXT(s.channels[0].pattern, "news/*");
	CHECK(!s.channels[0].presence);
	CHECK_INT(s.channels[0].subscribe, SUBSCRIBE_USERS);
	CHECK_INT(s.channels[0].client_publish, PUBLISH_MEMBERS);
	CHECK_INT(s.channels[0].slow, SLOW_DISCONNECT);
	CHECK_INT(s.channels[0].history, 100);
	CHECK_INT(s.channels[0].ttl, 172800000);
	CHECK(s.channels[0].durable);
	CHECK_TEXT(s.channels[1].pattern, "*");
	CHECK(s.channels[1].presence);
	CHECK_INT(s.channels[1].subscribe, SUBSCRIBE_ALL);
	CHECK_INT(s.channels[1].client_publish, PUBLISH_NO);
	CHECK_INT(s.channels[1].slow, SLOW_DROP_OLDEST);
	CHECK_INT(s.channels[1].history, 0);
	CHECK_INT(s.channels[1].ttl, 3600000);
	CHECK(!s.channels[1].durable);
	CHECK_INT(s.channels[2].slow, SLOW_CONFLATE);
	config_free(&s);
}

static void variables(void)
{
	struct settings s;
	struct error err;

	setenv("MUSTER_TEST_RESUME", "11s", 1);
	REQUIRE_INT(read_text(&s, "resume = ${MUSTER_TEST_RESUME} leave_grace = \"${MUSTER_TEST_NONE:-4s}\"", &err), 0);
	CHECK_INT(s.resume, 11000);
	CHECK_INT(s.leave_grace, 4000);
	config_free(&s);
	unsetenv("MUSTER_TEST_RESUME");
}

static void empty_files(void)
{
	static const char *const cases[] = { "", "\n", "#", "#\n", "//", "/* */", "################################\n" };
	struct settings s;
	struct error err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		REQUIRE_INT(read_text(&s, cases[i], &err), 0);
		CHECK_INT(s.resume, 30000);
		CHECK_INT(s.channel_count, 0);
		config_free(&s);
	}
}

static void bad_values(void)
{
	check_refused("# 1\n/* 2\n3 */\nlimits {\n\n\tcommand_rate = \"fast\"\n}\n",
		"muster.conf:6: limits.command_rate is \"fast\": an integer from 0 to 1000000 is needed");
	check_refused("resume = 30\n",
		"muster.conf:1: resume is \"30\": a time with its unit (ms, s, m, h, d) from 0 to 1d is needed");
	check_refused("listen = {\"127.0.0.1:1\",\n\"127.0.0.1:x\"}\n",
		"muster.conf:2: listen is \"127.0.0.1:x\": an address such as \"127.0.0.1:8080\", \"[::1]:8080\", "
		"\"*:8080\" or \"unix:/run/muster/public.sock\" is needed");
	check_refused("\nchannel \"a\" {\nslow = \"x\" }",
		"muster.conf:3: slow is \"x\": \"drop-oldest\", \"disconnect\" or \"conflate\" is needed");
	check_refused("channel \"a\" {\nttl = 999ms }",
		"muster.conf:2: ttl is \"999ms\": a time with its unit (ms, s, m, h, d) from 1s to 365d is needed");
	check_refused("channel \"a\" {\n\nhistory = 100001 }",
		"muster.conf:3: history is \"100001\": an integer from 0 to 100000 is needed");
	check_refused("store {\n\tpath = \"muster.db\"\n}\n", "muster.conf:2: store.path is \"muster.db\": the absolute "
		"path of a file, of at most 500 bytes, is needed");
	check_refused("listen = {}\n", "muster.conf: listen is empty: at least one item is needed");
}

static void unknown_options(void)
{
	check_refused("\nlimits {\n comand_rate = 1\n}\n",
		"muster.conf:3: there is no option \"limits.comand_rate\": did you mean limits.command_rate?");
	check_refused("connections = 1\n",
		"muster.conf:1: there is no option \"connections\": did you mean limits.connections?");
	check_refused("limits.connections = 1\n",
		"muster.conf:1: \"limits.connections\" is for the command line: in a file, \"connections\" stands "
		"inside the braces of its section");
	check_refused("channel \"a\" {\n presense = true }\n",
		"muster.conf:2: there is no option \"channel.presense\": did you mean presence?");
	check_refused("include(\"x\")\n", "muster.conf:1: a \"(\" must stand between quotes");
}

/* Parts of the contract that are not in this build must not be passed over. */
static void other_options(void)
{
	check_refused("store { servers = {\"127.0.0.1:1\"} }\n",
		"muster.conf:1: there is no option \"store.servers\"");
	check_refused("token \"main\" { alg = \"HS256\" }\n", "muster.conf:1: there is no option \"token\"");
	check_refused("bus { curve = \"x\" }\n", "muster.conf:1: there is no option \"bus.curve\"");
	check_refused("channel \"a\" { retention = 100 }\n",
		"muster.conf:1: there is no option \"channel.retention\"");
}

static void twice(void)
{
	check_refused("resume = 1s\nresume = 2s\n", "muster.conf:2: resume is set twice");
	check_refused("limits { channels = 1 }\nlimits { channels = 2 }\n",
		"muster.conf:2: limits.channels is set twice");
	check_refused("channel \"a\" { }\nchannel \"a\" { }\n",
		"muster.conf:2: found duplicate title 'a': each pattern has one channel section");
}

static void patterns(void)
{
	check_refused("\nchannel { }\n", "muster.conf:2: missing title for section 'channel': a pattern in quotes "
		"is needed, as in channel \"news/*\" { }");
	check_refused("channel \"a b\" { }\n", "muster.conf:1: channel \"a b\": a pattern of 1 to 200 bytes "
		"without spaces is needed, in which \"*\" stands for anything");
	check_refused("channel \"\" { }\n", "muster.conf:1: channel \"\": a pattern of 1 to 200 bytes "
		"without spaces is needed, in which \"*\" stands for anything");
	check_refused("channel news/* { }\n", "muster.conf:1: a \"*\" must stand between quotes");
}

static void syntax(void)
{
	check_refused("resume\nping = 3s", "muster.conf:2: missing equal sign after option 'resume'");
	check_refused("\n}\n", "muster.conf:2: unexpected closing brace: no section is open here");
	check_refused("\nlimits {\n channels = 1\n\n", "muster.conf:2: the brace that opens here is not closed");
	check_refused("resume = ", "muster.conf:1: premature end of file: a value or a closing brace is missing");
	check_refused("=\n", "muster.conf:1: unexpected token '=': name = value, name = {\"a\", \"b\"} or "
		"name { ... } is needed");
	check_refused("\nlisten = \"abc\n", "muster.conf:2: a text has no closing \" on its line");
	check_refused("resume = 'abc", "muster.conf:1: a text has no closing ' on its line");
	check_refused("\n\n/* abc\n", "muster.conf:3: the comment that starts here has no end: \"*/\" is missing");
	check_refused("resume = ${X\n}", "muster.conf:1: the variable that starts here has no end: \"}\" is missing");
	check_refused("resume \x01 = 1s", "muster.conf:1: a control character (0x01) is not allowed");
	check_refused("\"resume\" = 1s", "muster.conf:1: the name of an option stands without quotes");
	check_refused("limits|channels = 1", "muster.conf:1: a \"|\" must stand between quotes");
	check_refused("\"limits|channels\" = 1", "muster.conf:1: the name of an option stands without quotes");
	check_refused("{{{{{{{{{", "muster.conf:1: too many braces are open here");
}

static void nul_bytes(void)
{
	static const char text[] = "resume = 1s\nping\0 = 1s";
	struct settings s;
	struct error err;

	CHECK_INT(config_read_text(&s, text, sizeof text - 1, "x", NULL, 0, &err), -EINVAL);
	CHECK_TEXT(err.text, "x:2: a control character (0x00) is not allowed");
}

static void long_lists(void)
{
	char text[512] = "bus { topics = {\"a\"";
	struct settings s;
	struct error err;

	for (int i = 1; i < 64; i++)
		strcat(text, ",\"a\"");
	strcat(text, "} }");
	REQUIRE_INT(read_text(&s, text, &err), 0);
	CHECK_INT(s.bus.topics.count, 64);
	config_free(&s);
	strcpy(strchr(text, '}'), ",\n\"a\"} }");
	check_refused(text, "muster.conf:2: bus.topics has more than 64 items");
}

static const struct test tests[] = {
	{ "every form of value, list, section and comment is read", every_form },
	{ "channel sections keep their order and their defaults", channels },
	{ "a value may come from the environment", variables },
	{ "a file may be empty", empty_files },
	{ "a bad value is named with its line and what is needed", bad_values },
	{ "an unknown option is named with the closest known one", unknown_options },
	{ "options of other builds are unknown", other_options },
	{ "an option set twice is refused", twice },
	{ "a channel pattern is in quotes and has no spaces", patterns },
	{ "a slip of syntax is named with its line", syntax },
	{ "a NUL byte is refused", nul_bytes },
	{ "a list of more than 64 items is refused", long_lists },
	{ NULL, NULL },
};
const struct suite config_file_suite = { "config_file", tests };
