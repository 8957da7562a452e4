/* channel_section - an array that grows by one. */
#include "config/channel_section.h"

#include "base/utf8.h"
#include "base/xalloc.h"
#include "config/option_value.h"
#include "config/values.h"
#include "muster/limits.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int channel_section_check(const char *pattern, struct error *err)
{
	char quoted[80];
	size_t size = strlen(pattern);

	if (size > 0 && size <= MAX_CHANNEL && utf8_is_printable(pattern, size) && strchr(pattern, ' ') == NULL)
		return 0;
	return error_set(err, -EINVAL, "channel %s: a pattern of 1 to %d bytes without spaces is needed, "
		"in which \"*\" stands for anything", value_quote(quoted, sizeof quoted, pattern), MAX_CHANNEL);
}

struct channel_rule *channel_section_add(struct settings *settings, const char *pattern)
{
	size_t count = settings->channel_count;
	struct channel_rule *rule;

	settings->channels = xrealloc(settings->channels, (count + 1) * sizeof settings->channels[0]);
	rule = &settings->channels[count];
	memset(rule, 0, sizeof *rule);
	rule->pattern = xstrdup(pattern);
	for (const struct option_row *row = channel_option_table; row->name != NULL; row++) {
		int r = option_set(row, rule, row->fallback, NULL);

		assert(r == 0);
		(void)r;
	}
	settings->channel_count = count + 1;
	return rule;
}

void channel_section_free_all(struct settings *settings)
{
	for (size_t i = 0; i < settings->channel_count; i++)
		free(settings->channels[i].pattern);
	free(settings->channels);
	settings->channels = NULL;
	settings->channel_count = 0;
}
