/* Facts that every row must keep to, and finding rows. */
#include "config/option_table.h"

#include "config/option_value.h"
#include "muster/settings.h"
#include "suites.h"

#include <string.h>

static void each_row(const struct option_row *table, void *base)
{
	for (const struct option_row *row = table; row->name != NULL; row++) {
		bool has_choices = row->type == OPTION_CHOICE || row->type == OPTION_TEXT;
		struct error err = { "" };

		CHECK(row->help != NULL && strlen(row->help) <= 100);
		CHECK(has_choices == (row->choices != NULL));
		CHECK((row->type == OPTION_LIST || row->type == OPTION_PATH) == (row->check_item != NULL));
		CHECK(row->min <= row->max);
		CHECK_INT(option_set(row, base, row->fallback, &err), 0);
		CHECK_TEXT(err.text, "");
		CHECK_POINTER(option_find(table, row->name, strlen(row->name)), row);
		option_free(row, base);
	}
}

static void rows(void)
{
	struct settings settings;
	struct channel_rule rule;

	memset(&settings, 0, sizeof settings);
	memset(&rule, 0, sizeof rule);
	each_row(option_table, &settings);
	each_row(channel_option_table, &rule);
}

static size_t section_size(const struct option_row *row)
{
	return (size_t)(option_leaf(row) - row->name);
}

static void sections(void)
{
	for (const struct option_row *row = option_table; row->name != NULL; row++) {
		bool ended = false;

		for (const struct option_row *later = row; later->name != NULL; later++) {
			bool is_same = section_size(row) == section_size(later) &&
				memcmp(row->name, later->name, section_size(row)) == 0;

			CHECK(!(ended && is_same));
			ended = ended || !is_same;
		}
	}
}

static void need_a_restart(void)
{
	static const char *const names[] = { "listen", "bus.sub", "bus.pull", "bus.router", "bus.xpub", "store.kind",
		"store.path", "api.listen" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		CHECK(!option_find(option_table, names[i], strlen(names[i]))->is_reloadable);
}

static void closest(void)
{
	CHECK_TEXT(option_closest("limits.comand_rate"), "limits.command_rate");
	CHECK_TEXT(option_closest("command_rate"), "limits.command_rate");
	CHECK_TEXT(option_closest("pong_timeuot"), "pong_timeout");
	CHECK_TEXT(option_closest("limit"), "limits");
	CHECK_TEXT(option_closest("chanel"), "channel");
	CHECK_TEXT(option_closest("channel.client_publsh"), "client_publish");
	CHECK_TEXT(option_closest("log.lvel"), "log.level");
	CHECK_TEXT(option_closest("sotre"), "store");
	CHECK_TEXT(option_closest("channel.histroy"), "history");
}

static void not_close(void)
{
	static const char *const names[] = { "", "x", "token", "bus.curve", "store.servers", "tls",
		"channel.retention", "limits.", ".",
		"an_option_with_a_name_that_is_far_longer_than_that_of_any_option_there_is" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		CHECK_TEXT(option_closest(names[i]), NULL);
}

static const struct test tests[] = {
	{ "every row is whole and takes its own default", rows },
	{ "the options of a section stand together", sections },
	{ "what is opened at the start needs a restart", need_a_restart },
	{ "a mistyped name has a closest one", closest },
	{ "a name that is like no other has none", not_close },
	{ NULL, NULL },
};
const struct suite option_table_suite = { "option_table", tests };
