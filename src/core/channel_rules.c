/* channel_rules - matching names with the patterns of the configuration. */
#include "core/channel_rules.h"

#include <stddef.h>

static const struct channel_rule built_in = {
	.pattern = NULL, /* it stands for whatever matches nothing */
	.presence = true,
	.subscribe = SUBSCRIBE_ALL,
	.client_publish = PUBLISH_NO,
	.slow = SLOW_DROP_OLDEST,
};

/* On a mismatch only the last "*" need take one character more. */
static bool matches(const char *pattern, const char *name)
{
	const char *after_star = NULL;
	const char *resume = NULL;

	while (*name != '\0') {
		if (*pattern == '*') {
			after_star = ++pattern;
			resume = name;
		} else if (*pattern == *name) {
			pattern++;
			name++;
		} else if (after_star != NULL) {
			pattern = after_star;
			name = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

const struct channel_rule *channel_rules_find(const struct settings *s, const char *name)
{
	for (size_t i = 0; i < s->channel_count; i++)
		if (matches(s->channels[i].pattern, name))
			return &s->channels[i];
	return &built_in;
}
