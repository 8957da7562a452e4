/* What is printed reads back as the same settings. */
#include "config/config.h"
#include "config/option_table.h"
#include "config/option_value.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>

static char *printed(const struct settings *s)
{
	char *text;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	REQUIRE(memory != NULL);
	config_print(memory, s);
	fclose(memory);
	return text;
}

static void check_same_row(const struct option_row *row, const void *a, const void *b)
{
	const char *left = (const char *)a + row->offset, *right = (const char *)b + row->offset;
	struct text_list one, other;

	switch (row->type) {
	case OPTION_BOOL:
		CHECK_BYTES(left, sizeof(bool), right, sizeof(bool));
		return;
	case OPTION_CHOICE:
		CHECK_BYTES(left, sizeof(int), right, sizeof(int));
		return;
	case OPTION_TEXT:
	case OPTION_PATH: {
		char *texts[2];

		memcpy(&texts[0], left, sizeof texts[0]);
		memcpy(&texts[1], right, sizeof texts[1]);
		CHECK_TEXT(texts[0], texts[1]);
		return;
	}
	case OPTION_LIST:
		memcpy(&one, left, sizeof one);
		memcpy(&other, right, sizeof other);
		REQUIRE_INT(one.count, other.count);
		for (size_t i = 0; i < one.count; i++)
			CHECK_TEXT(one.items[i], other.items[i]);
		return;
	default:
		CHECK_BYTES(left, sizeof(uint64_t), right, sizeof(uint64_t));
	}
}

static void check_same(const struct settings *a, const struct settings *b)
{
	for (const struct option_row *row = option_table; row->name != NULL; row++)
		check_same_row(row, a, b);
	REQUIRE_INT(a->channel_count, b->channel_count);
	for (size_t i = 0; i < a->channel_count; i++) {
		CHECK_TEXT(a->channels[i].pattern, b->channels[i].pattern);
		for (const struct option_row *row = channel_option_table; row->name != NULL; row++)
			check_same_row(row, &a->channels[i], &b->channels[i]);
	}
}

static void check_round_trip(struct settings *s)
{
	char *text = printed(s);
	struct settings again;
	struct error err = { "" };

	CHECK_INT(config_read_text(&again, text, strlen(text), "printed", NULL, 0, &err), 0);
	REQUIRE_TEXT(err.text, "");
	check_same(s, &again);
	config_free(&again);
	config_free(s);
	free(text);
}

static void defaults(void)
{
	struct settings s;

	REQUIRE_INT(config_read(&s, NULL, NULL, 0, NULL), 0);
	check_round_trip(&s);
}

/* A value that is not the default, for each option. */
static const char everything[] =
	"listen = {\"[::1]:0\", \"unix:/tmp/a \\\"b\\\" $ \\${c} \\\\\"}\n"
	"lanes = 3 auth = \"open\" anonymous = true origins = {\"*\", \"https://*.example.org\"}\n"
	"resume = \"1234ms\" leave_grace = 0 ping = \"1s\" pong_timeout = \"2h\" wait = \"10m\"\n"
	"head_timeout = \"101ms\" idle_timeout = \"1d\" drain_time = \"59m\" presence_interval = \"10ms\"\n"
	"coalesce = \"1s\" outbox_messages = 1 outbox_bytes = \"1025\" poll_batch = 10000 max_message = \"16MiB\"\n"
	"dedup_ttl = \"30d\" dedup_max = 1 outbox_total = \"64KiB\" mailbox_messages = 1 mailbox_ttl = \"1s\"\n"
	"limits { connections = 10000000 subscriptions = 1 command_rate = 0 command_burst = 1 channels = 1\n"
	"pending_heads = 1 }\n"
	"bus { sub = {} topics = {\"\", \"user/\", \"\\x01\\t\\x7fab\"} pull = {\"connect:ipc://@x\"}\n"
	"router = {\"ipc:///a\"} xpub = {} }\n"
	"store { kind = \"sqlite\" path = \"/tmp/a \\\"b\\\" \\$ c\\\\\xc3\xa9.db\" }\n"
	"api { listen = {} }\n"
	"log { sink = \"syslog\" level = \"error\" }\n"
	"channel \"a/*\" { presence = false subscribe = \"users\" client_publish = \"members\" slow = \"disconnect\"\n"
	"history = 100000 ttl = \"365d\" durable = true }\n"
	"channel \"b\" { slow = \"conflate\" }\n"
	"channel \"\xc3\xa9\\\"\" { }\n";

static void every_option(void)
{
	struct settings s, usual;
	struct error err = { "" };

	REQUIRE_INT(config_read(&usual, NULL, NULL, 0, NULL), 0);
	CHECK_INT(config_read_text(&s, everything, sizeof everything - 1, "x", NULL, 0, &err), 0);
	REQUIRE_TEXT(err.text, "");
	CHECK_INT(s.channel_count, 3);
	CHECK_TEXT(s.store.path, "/tmp/a \"b\" $ c\\\xc3\xa9.db");
	CHECK(s.lanes != usual.lanes && s.dedup_max != usual.dedup_max);
	config_free(&usual);
	check_round_trip(&s);
}

static void explained(void)
{
	struct settings s;
	char *text;

	REQUIRE_INT(config_read(&s, NULL, NULL, 0, NULL), 0);
	text = printed(&s);
	for (const struct option_row *row = option_table; row->name != NULL; row++)
		CHECK(strstr(text, row->help) != NULL && strstr(text, option_leaf(row)) != NULL);
	free(text);
	config_free(&s);
}

static void help(void)
{
	char *text;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	REQUIRE(memory != NULL);
	config_help(memory);
	fclose(memory);
	for (const struct option_row *row = option_table; row->name != NULL; row++)
		CHECK(strstr(text, row->name) != NULL);
	for (const struct option_row *row = channel_option_table; row->name != NULL; row++)
		CHECK(strstr(text, row->help) != NULL);
	free(text);
}

static const struct test tests[] = {
	{ "the defaults read back as they were printed", defaults },
	{ "so does a value other than the default of every option", every_option },
	{ "what is printed explains every option", explained },
	{ "the help lists every option", help },
	{ NULL, NULL },
};
const struct suite config_print_suite = { "config_print", tests };
