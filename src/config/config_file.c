/* config_file - the option table as options of libconfuse, all of them text
 * or lists of text. */
#include "config/config_file.h"

#include "base/xalloc.h"
#include "config/channel_section.h"
#include "config/config_report.h"
#include "config/config_scan.h"
#include "config/option_table.h"
#include "config/option_value.h"

#include <assert.h>
#include <confuse.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SECTION_NAME = 32,      /* holds the name of any section */
	SECTIONS = 16,
	CHANNELS_MAX = 1000,
	SEEN = 1 << 24,         /* a flag of ours: the option has its value */
};

static const struct option_row *row_of(cfg_t *cfg, cfg_opt_t *opt)
{
	char name[128];

	if (strcmp(cfg_name(cfg), "channel") == 0)
		return option_find(channel_option_table, opt->name, strlen(opt->name));
	config_full_name(name, sizeof name, cfg, opt->name);
	return option_find(option_table, name, strlen(name));
}

static int check_value(const struct option_row *row, cfg_opt_t *opt, struct error *err)
{
	unsigned count = cfg_opt_size(opt);

	if (row->type == OPTION_LIST && count > OPTION_LIST_MAX)
		return error_set(err, -EINVAL, "%s has more than %d items", row->name, OPTION_LIST_MAX);
	if (row->type != OPTION_LIST && (opt->flags & SEEN) != 0)
		return error_set(err, -EINVAL, "%s is set twice", row->name);
	return option_check(row, cfg_opt_getnstr(opt, count - 1), err);
}

/* Behind a value, and behind each item of a list. */
static int on_value(cfg_t *cfg, cfg_opt_t *opt)
{
	const struct option_row *row = row_of(cfg, opt);
	struct error err;

	if (row == NULL) { /* named by its path, "section|option", which is libconfuse's own */
		config_report_unknown(cfg, opt->name);
		return -1;
	}
	if (check_value(row, opt, &err) < 0) {
		config_report_error(config_report_of(cfg), cfg->line, err.text);
		return -1;
	}
	opt->flags |= SEEN;
	return 0;
}

/* Behind the closing brace of a channel section. */
static int on_channel(cfg_t *cfg, cfg_opt_t *opt)
{
	unsigned count = cfg_opt_size(opt);
	struct error err;
	int r = channel_section_check(cfg_title(cfg_opt_getnsec(opt, count - 1)), &err);

	if (r == 0 && count > CHANNELS_MAX)
		r = error_set(&err, -EINVAL, "more than %d channel sections are not allowed", CHANNELS_MAX);
	if (r < 0)
		config_report_error(config_report_of(cfg), cfg->line, err.text);
	return r;
}

/* A list's default as libconfuse takes it, so that `+=` adds to it. */
static char *braced_default(const struct option_row *row)
{
	struct text_list list;
	char *text = NULL;
	size_t size;
	FILE *memory = open_memstream(&text, &size);
	struct option_row alone = *row;

	assert(memory != NULL);
	alone.offset = 0;
	memset(&list, 0, sizeof list);
	option_set(&alone, &list, row->fallback, NULL);
	option_print(memory, &alone, &list);
	option_free(&alone, &list);
	fclose(memory);
	return text;
}

static cfg_opt_t option_of(const struct option_row *row)
{
	cfg_opt_t opt = { .name = option_leaf(row), .type = CFGT_STR, .flags = CFGF_NODEFAULT,
		.validcb = on_value };

	if (row->type == OPTION_LIST) {
		opt.flags = CFGF_LIST;
		opt.def.parsed = braced_default(row);
	}
	return opt;
}

static size_t row_count(const struct option_row *table)
{
	size_t count = 0;

	while (table[count].name != NULL)
		count++;
	return count;
}

/* The options of one section, "" for those outside of any, behind the
 * report; room for `more` at the end. */
static cfg_opt_t *options_of(const struct option_row *table, const char *section, struct config_report *r,
	size_t more, size_t *count)
{
	size_t prefix = strlen(section), n = 0;
	cfg_opt_t *opts = xcalloc(row_count(table) + more + 2, sizeof opts[0]);

	opts[n++] = config_report_option(r);
	for (; table->name != NULL; table++) {
		const char *leaf = option_leaf(table);
		size_t own = leaf == table->name ? 0 : (size_t)(leaf - table->name - 1);

		if (own == prefix && memcmp(table->name, section, prefix) == 0)
			opts[n++] = option_of(table);
	}
	*count = n;
	return opts;
}

static void options_free(cfg_opt_t *opts)
{
	for (cfg_opt_t *opt = opts; opt->name != NULL; opt++) {
		free(opt->def.parsed);
		if (opt->subopts != NULL)
			options_free(opt->subopts);
	}
	free(opts);
}

/* The section a row belongs to; false for the same one as the row before. */
static bool starts_section(const struct option_row *row, char name[SECTION_NAME])
{
	size_t size = (size_t)(option_leaf(row) - row->name);
	bool is_same = row > option_table && strncmp(row[-1].name, row->name, size) == 0;

	if (size == 0 || is_same)
		return false;
	assert(size <= SECTION_NAME);
	snprintf(name, SECTION_NAME, "%.*s", (int)size - 1, row->name);
	return true;
}

/* cfg_init() copies what it is given, names too. */
static cfg_t *parser_new(struct config_report *r)
{
	char names[SECTIONS][SECTION_NAME];
	size_t sections = 0, n, ignored;
	cfg_opt_t *opts = options_of(option_table, "", r, SECTIONS + 1, &n);
	cfg_t *cfg;

	for (const struct option_row *row = option_table; row->name != NULL; row++) {
		assert(sections < SECTIONS);
		if (!starts_section(row, names[sections]))
			continue;
		opts[n++] = (cfg_opt_t){ .name = names[sections], .type = CFGT_SEC,
			.subopts = options_of(option_table, names[sections], r, 0, &ignored) };
		sections++;
	}
	opts[n] = (cfg_opt_t){ .name = "channel", .type = CFGT_SEC, .validcb = on_channel,
		.flags = CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES,
		.subopts = options_of(channel_option_table, "", r, 0, &ignored) };
	cfg = cfg_init(opts, CFGF_NONE);
	options_free(opts);
	assert(cfg != NULL);
	cfg_set_error_function(cfg, config_report_said);
	return cfg;
}

static int take_value(const struct option_row *row, cfg_opt_t *opt, void *base, struct error *err)
{
	const char *items[OPTION_LIST_MAX];
	unsigned count = cfg_opt_size(opt);

	if (row->type != OPTION_LIST)
		return count > 0 ? option_set(row, base, cfg_opt_getnstr(opt, 0), err) : 0;
	assert(count <= OPTION_LIST_MAX);
	for (unsigned i = 0; i < count; i++)
		items[i] = cfg_opt_getnstr(opt, i);
	return option_set_items(row, base, items, count, err);
}

static int take_section(cfg_t *cfg, const struct option_row *table, const char *section, void *base,
	struct error *err)
{
	for (const struct option_row *row = table; row->name != NULL; row++) {
		const char *leaf = option_leaf(row);
		size_t prefix = (size_t)(leaf - row->name);
		int r;

		if (prefix != (*section == '\0' ? 0 : strlen(section) + 1) ||
		    strncmp(row->name, section, strlen(section)) != 0)
			continue;
		r = take_value(row, cfg_getopt(cfg, leaf), base, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int take_channels(cfg_t *cfg, struct settings *settings, struct error *err)
{
	for (unsigned i = 0; i < cfg_size(cfg, "channel"); i++) {
		cfg_t *section = cfg_getnsec(cfg, "channel", i);
		int r = take_section(section, channel_option_table, "",
			channel_section_add(settings, cfg_title(section)), err);

		if (r < 0)
			return r;
	}
	return 0;
}

static int take_all(cfg_t *cfg, struct settings *settings, struct error *err)
{
	char name[SECTION_NAME];
	int r = take_section(cfg, option_table, "", settings, err);

	for (const struct option_row *row = option_table; r == 0 && row->name != NULL; row++) {
		if (starts_section(row, name))
			r = take_section(cfg_getsec(cfg, name), option_table, name, settings, err);
	}
	return r == 0 ? take_channels(cfg, settings, err) : r;
}

static void parse(struct config_report *r, struct settings *settings, const char *text)
{
	cfg_t *cfg = parser_new(r);
	struct error err;

	if (cfg_parse_buf(cfg, text) != CFG_SUCCESS)
		config_report_error(r, cfg->line, "this cannot be read"); /* when libconfuse gave no reason */
	else if (take_all(cfg, settings, &err) < 0)
		config_report_error(r, 0, err.text);
	cfg_free(cfg);
}

int config_file_apply(struct settings *settings, char *text, size_t size, const char *name,
	struct error *err)
{
	struct config_report r = { .name = name, .err = err };
	struct error scanned;
	unsigned line;

	if (config_scan(text, size, &line, &scanned) < 0)
		config_report_error(&r, (int)line, scanned.text);
	else
		parse(&r, settings, text);
	return r.failed ? -EINVAL : 0;
}
