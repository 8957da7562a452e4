/* Defaults, file and command line together. */
#include "config/config.h"

#include "config/option_table.h"
#include "suites.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void check_numbers(const struct settings *s)
{
	CHECK_INT(s->lanes, 0);
	CHECK_INT(s->resume, 30000);
	CHECK_INT(s->leave_grace, 3000);
	CHECK_INT(s->ping, 25000);
	CHECK_INT(s->pong_timeout, 60000);
	CHECK_INT(s->wait, 25000);
	CHECK_INT(s->head_timeout, 10000);
	CHECK_INT(s->idle_timeout, 75000);
	CHECK_INT(s->drain_time, 10000);
	CHECK_INT(s->presence_interval, 1000);
	CHECK_INT(s->coalesce, 0);
	CHECK_INT(s->outbox_messages, 1000);
	CHECK_INT(s->outbox_bytes, 1048576);
	CHECK_INT(s->outbox_total, 1073741824);
	CHECK_INT(s->poll_batch, 256);
	CHECK_INT(s->mailbox_messages, 100);
	CHECK_INT(s->mailbox_ttl, 604800000);
	CHECK_INT(s->max_message, 65536);
	CHECK_INT(s->dedup_ttl, 43200000);
	CHECK_INT(s->dedup_max, 1000000);
	CHECK_INT(s->limits.connections, 0);
	CHECK_INT(s->limits.subscriptions, 128);
	CHECK_INT(s->limits.command_rate, 20);
	CHECK_INT(s->limits.command_burst, 300);
	CHECK_INT(s->limits.channels, 1000000);
	CHECK_INT(s->limits.pending_heads, 1024);
}

static void check_one(const struct text_list *list, const char *item)
{
	REQUIRE_INT(list->count, 1);
	CHECK_TEXT(list->items[0], item);
}

static void defaults(void)
{
	struct settings s;

	REQUIRE_INT(config_read(&s, NULL, NULL, 0, NULL), 0);
	check_numbers(&s);
	CHECK_INT(s.auth, AUTH_AUTO);
	CHECK(!s.anonymous);
	check_one(&s.listen, "127.0.0.1:8080");
	check_one(&s.origins, "same");
	check_one(&s.bus.sub, "tcp://127.0.0.1:5570");
	check_one(&s.bus.topics, "");
	check_one(&s.bus.pull, "tcp://127.0.0.1:5573");
	check_one(&s.bus.router, "tcp://127.0.0.1:5571");
	check_one(&s.bus.xpub, "tcp://127.0.0.1:5572");
	CHECK_TEXT(s.store.kind, "memory");
	CHECK_TEXT(s.store.path, option_find(option_table, "store.path", strlen("store.path"))->fallback);
	CHECK(strstr(s.store.path, "/lib/muster/muster.db") != NULL);
	check_one(&s.api.listen, "127.0.0.1:8081");
	CHECK_TEXT(s.log.sink, "stderr");
	CHECK_TEXT(s.log.level, "info");
	config_free(&s);
}

static void demo(void)
{
	struct settings s;

	REQUIRE_INT(config_read(&s, NULL, NULL, 0, NULL), 0);
	REQUIRE_INT(s.channel_count, 1);
	CHECK_TEXT(s.channels[0].pattern, "demo/*");
	CHECK(s.channels[0].presence);
	CHECK_INT(s.channels[0].client_publish, PUBLISH_MEMBERS);
	CHECK_INT(s.channels[0].history, 100);
	CHECK_INT(s.channels[0].ttl, 3600000);
	CHECK(!s.channels[0].durable);
	config_free(&s);
}

static void freed(void)
{
	struct settings s;

	REQUIRE_INT(config_read(&s, NULL, NULL, 0, NULL), 0);
	config_free(&s);
	CHECK_POINTER(s.channels, NULL);
	CHECK_POINTER(s.listen.items, NULL);
	CHECK_POINTER(s.log.level, NULL);
	CHECK_POINTER(s.store.path, NULL);
	config_free(&s);
}

static void overrides(void)
{
	static const char text[] = "resume = 1s\nlisten = {\"127.0.0.1:1\"}\nlimits { channels = 5 }";
	static const char *const given[] = { "resume=2s", "limits.channels=6", "resume=3s",
		"listen=127.0.0.1:2,127.0.0.1:3", "log.level=debug", "store.kind=sqlite",
		"store.path=/tmp/a,b.db" };
	struct settings s;

	REQUIRE_INT(config_read_text(&s, text, sizeof text - 1, "x", given, 7, NULL), 0);
	CHECK_INT(s.resume, 3000);
	CHECK_INT(s.limits.channels, 6);
	REQUIRE_INT(s.listen.count, 2);
	CHECK_TEXT(s.listen.items[1], "127.0.0.1:3");
	CHECK_TEXT(s.log.level, "debug");
	CHECK_TEXT(s.store.kind, "sqlite");
	CHECK_TEXT(s.store.path, "/tmp/a,b.db");
	config_free(&s);
}

static void bad_overrides(void)
{
	static const char *const cases[][2] = {
		{ "resume", "command line: \"resume\" is not name=value, as in resume=10s" },
		{ "=1s", "command line: \"=1s\" is not name=value, as in resume=10s" },
		{ "resume=x", "command line: resume is \"x\": a time with its unit (ms, s, m, h, d) from 0 to 1d is needed" },
		{ "rezume=1s", "command line: there is no option \"rezume\": did you mean resume?" },
		{ "bus=1", "command line: there is no option \"bus\"" },
		{ "store.servers=x", "command line: there is no option \"store.servers\"" },
		{ "store.kind=redis", "command line: store.kind is \"redis\": \"memory\" or \"sqlite\" is needed" },
		{ "store.path=muster.db", "command line: store.path is \"muster.db\": the absolute path of a file, "
			"of at most 500 bytes, is needed" },
		{ "channel.slow=x", "command line: channel sections are for a file" },
		{ "=", "command line: \"=\" is not name=value, as in resume=10s" },
	};
	struct settings s;
	struct error err;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_INT(config_read(&s, NULL, &cases[i][0], 1, &err), -EINVAL);
		CHECK_TEXT(err.text, cases[i][1]);
	}
}

static void across(void)
{
	static const char text[] = "ping = 2m pong_timeout = 3m";
	static const char *const given[] = { "pong_timeout=1m" };
	struct settings s;
	struct error err;

	CHECK_INT(config_read_text(&s, text, sizeof text - 1, "muster.conf", given, 1, &err), -EINVAL);
	CHECK_TEXT(err.text, "muster.conf: pong_timeout (1m) must be longer than ping (2m)");
}

static void files(void)
{
	char dir[] = "/tmp/muster-config-XXXXXX", path[64];
	struct settings s;
	FILE *file;

	REQUIRE(mkdtemp(dir) != NULL);
	snprintf(path, sizeof path, "%s/muster.conf", dir);
	file = fopen(path, "w");
	REQUIRE(file != NULL);
	fputs("resume = 9s\n", file);
	fclose(file);
	CHECK_INT(config_read(&s, path, NULL, 0, NULL), 0);
	CHECK_INT(s.resume, 9000);
	CHECK_INT(s.channel_count, 0);
	config_free(&s);
	unlink(path);
	rmdir(dir);
}

static char *whole_file(const char *path)
{
	char *text = calloc(1, 65536);
	FILE *file = fopen(path, "r");

	REQUIRE(text != NULL && file != NULL);
	CHECK(fread(text, 1, 65535, file) > 0);
	fclose(file);
	return text;
}

static void sample(void)
{
	const char *top = getenv("top_srcdir");
	char path[1024], *text;
	struct settings s;
	struct error err = { "" };

	snprintf(path, sizeof path, "%s/contrib/muster.conf.sample", top != NULL ? top : ".");
	CHECK_INT(config_read(&s, path, NULL, 0, &err), 0);
	REQUIRE_TEXT(err.text, "");
	check_numbers(&s);
	config_free(&s);
	text = whole_file(path);
	for (const struct option_row *row = option_table; row->name != NULL; row++)
		CHECK(strstr(text, row->help) != NULL);
	for (const struct option_row *row = channel_option_table; row->name != NULL; row++)
		CHECK(strstr(text, row->help) != NULL);
	free(text);
}

static void no_file(void)
{
	struct settings s;
	struct error err;

	CHECK_INT(config_read(&s, "/nonexistent/muster.conf", NULL, 0, &err), -ENOENT);
	CHECK_TEXT(err.text, "/nonexistent/muster.conf: the file cannot be read: No such file or directory");
	CHECK_INT(config_read(&s, "/tmp", NULL, 0, &err), -EISDIR);
	CHECK_TEXT(err.text, "/tmp: the file cannot be read: Is a directory");
}

static void large_file(void)
{
	size_t size = 1024 * 1024;
	char *text = malloc(size + 1);
	struct settings s;
	struct error err;

	REQUIRE(text != NULL);
	memset(text, '\n', size + 1);
	CHECK_INT(config_read_text(&s, text, size + 1, "x", NULL, 0, &err), -EINVAL);
	CHECK_TEXT(err.text, "x: the file is larger than 1 MiB");
	REQUIRE_INT(config_read_text(&s, text, size, "x", NULL, 0, &err), 0);
	config_free(&s);
	free(text);
}

static const struct test tests[] = {
	{ "without file and command line the defaults are in force", defaults },
	{ "only without a file there is a demo channel", demo },
	{ "what was freed is empty and may be freed again", freed },
	{ "the command line wins over the file, its last word over its first", overrides },
	{ "a bad override says what is wrong with it", bad_overrides },
	{ "options of file and command line must agree", across },
	{ "a file is read, and brings no demo channel", files },
	{ "the sample explains every option and changes none", sample },
	{ "a file that cannot be read is named with the reason", no_file },
	{ "a file has at most 1 MiB", large_file },
	{ NULL, NULL },
};
const struct suite config_suite = { "config", tests };
