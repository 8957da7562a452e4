/* config_report - see config_report.h. */
#include "config/config_report.h"

#include "config/option_table.h"
#include "config/values.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Names in quotes, and the bar outside of them, are refused before libconfuse
 * sees the text. */
static const char carrier[] = "|";

cfg_opt_t config_report_option(struct config_report *r)
{
	return (cfg_opt_t){ .name = carrier, .type = CFGT_FUNC, .simple_value = { .ptr = (void *)r } };
}

struct config_report *config_report_of(cfg_t *cfg)
{
	assert(strcmp(cfg->opts[0].name, carrier) == 0);
	return (void *)cfg->opts[0].simple_value.ptr;
}

void config_report_error(struct config_report *r, int line, const char *sentence)
{
	if (r->failed)
		return;
	r->failed = true;
	if (line > 0)
		error_set(r->err, -EINVAL, "%s:%d: %s", r->name, line, sentence);
	else
		error_set(r->err, -EINVAL, "%s: %s", r->name, sentence);
}

void config_full_name(char *out, size_t capacity, cfg_t *cfg, const char *option)
{
	bool is_root = strcmp(cfg_name(cfg), "root") == 0;

	snprintf(out, capacity, "%s%s%s", is_root ? "" : cfg_name(cfg), is_root ? "" : ".", option);
}

void config_report_unknown(cfg_t *cfg, const char *option)
{
	char name[128], quoted[140], sentence[384];
	const char *closest, *dot = strchr(option, '.');

	config_full_name(name, sizeof name, cfg, option);
	value_quote(quoted, sizeof quoted, name);
	closest = option_closest(name);
	if (dot != NULL && option_find(option_table, option, strlen(option)) != NULL)
		snprintf(sentence, sizeof sentence, "%s is for the command line: in a file, \"%s\" stands "
			"inside the braces of its section", quoted, dot + 1);
	else if (closest != NULL)
		snprintf(sentence, sizeof sentence, "there is no option %s: did you mean %s?", quoted, closest);
	else
		snprintf(sentence, sizeof sentence, "there is no option %s", quoted);
	config_report_error(config_report_of(cfg), cfg->line, sentence);
}

/* What libconfuse says, and what we add to it. */
static const struct {
	const char *said;
	const char *hint;
} hints[] = {
	{ "unexpected token", ": name = value, name = {\"a\", \"b\"} or name { ... } is needed" },
	{ "unexpected closing brace", ": no section is open here" },
	{ "premature end of file", ": a value or a closing brace is missing" },
	{ "found duplicate title", ": each pattern has one channel section" },
	{ "missing title", ": a pattern in quotes is needed, as in channel \"news/*\" { }" },
};

static void report_with_hint(cfg_t *cfg, const char *said)
{
	const char *hint = "";
	char sentence[384];

	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
		if (strncmp(said, hints[i].said, strlen(hints[i].said)) == 0)
			hint = hints[i].hint;
	}
	snprintf(sentence, sizeof sentence, "%s%s", said, hint);
	config_report_error(config_report_of(cfg), cfg->line, sentence);
}

void config_report_said(cfg_t *cfg, const char *format, va_list args)
{
	static const char unknown[] = "no such option '";
	char said[200];
	size_t size;

	vsnprintf(said, sizeof said, format, args);
	for (char *c = said; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	}
	size = strlen(said);
	if (strncmp(said, unknown, strlen(unknown)) != 0) {
		report_with_hint(cfg, said);
		return;
	}
	if (said[size - 1] == '\'')
		said[size - 1] = '\0';
	config_report_unknown(cfg, said + strlen(unknown));
}
