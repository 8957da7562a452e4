/* config_print - the settings as a file, and the list of options. */
#include "config/config.h"
#include "config/option_table.h"
#include "config/option_value.h"

#include <string.h>

static const char *type_name(const struct option_row *row)
{
	static const char *const names[] = {
		[OPTION_BOOL] = "true or false",
		[OPTION_INTEGER] = "integer",
		[OPTION_TIME] = "time",
		[OPTION_SIZE] = "size",
		[OPTION_CHOICE] = "choice",
		[OPTION_TEXT] = "choice",
		[OPTION_PATH] = "path",
		[OPTION_LIST] = "list",
	};

	return names[row->type];
}

static void print_row(FILE *to, const char *indent, const struct option_row *row, const void *base)
{
	fprintf(to, "%s# %s\n%s%s = ", indent, row->help, indent, option_leaf(row));
	option_print(to, row, base);
	putc('\n', to);
}

static size_t section_size(const struct option_row *row)
{
	return (size_t)(option_leaf(row) - row->name);
}

static bool is_same_section(const struct option_row *a, const struct option_row *b)
{
	return b->name != NULL && section_size(a) == section_size(b) &&
		memcmp(a->name, b->name, section_size(a)) == 0;
}

/* Returns the row behind the section. */
static const struct option_row *print_section(FILE *to, const struct option_row *row, const void *base)
{
	const struct option_row *first = row;

	if (section_size(row) > 0)
		fprintf(to, "\n%.*s {\n", (int)section_size(row) - 1, row->name);
	for (; is_same_section(first, row); row++)
		print_row(to, section_size(first) > 0 ? "\t" : "", row, base);
	if (section_size(first) > 0)
		fputs("}\n", to);
	return row;
}

static void print_channel(FILE *to, const struct channel_rule *rule)
{
	fputs("\nchannel ", to);
	option_print_text(to, rule->pattern);
	fputs(" {\n", to);
	for (const struct option_row *row = channel_option_table; row->name != NULL; row++)
		print_row(to, "\t", row, rule);
	fputs("}\n", to);
}

void config_print(FILE *to, const struct settings *settings)
{
	const struct option_row *row = option_table;

	fputs("# The settings of musterd; see muster.conf(5).\n\n", to);
	while (row->name != NULL)
		row = print_section(to, row, settings);
	for (size_t i = 0; i < settings->channel_count; i++)
		print_channel(to, &settings->channels[i]);
}

static void help_row(FILE *to, const struct option_row *row)
{
	char range[200];

	fprintf(to, "  %s (%s, default \"%s\")\n      %s\n", row->name, type_name(row), row->fallback, row->help);
	if (row->type != OPTION_BOOL && row->type != OPTION_LIST)
		fprintf(to, "      %s\n", option_describe(range, sizeof range, row));
}

void config_help(FILE *to)
{
	fputs("\nOptions, for a file and as -o name=value:\n", to);
	for (const struct option_row *row = option_table; row->name != NULL; row++)
		help_row(to, row);
	fputs("\nIn a channel \"pattern\" { } section of a file:\n", to);
	for (const struct option_row *row = channel_option_table; row->name != NULL; row++)
		help_row(to, row);
}
