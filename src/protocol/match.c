/* match - attributes of a receiver against the keys of a message. */
#include "muster/match.h"

#include <stdlib.h>
#include <string.h>

static bool key_accepts(const struct match_key *key, const char *value)
{
	if (value == NULL)
		return false;
	for (size_t i = 0; i < key->value_count; i++)
		if (strcmp(key->values[i], value) == 0)
			return true;
	return false;
}

bool match_accepts(const struct match *match, const struct identity *who)
{
	for (size_t i = 0; i < match->count; i++)
		if (!key_accepts(&match->keys[i], identity_attribute(who, match->keys[i].name)))
			return false;
	return true;
}

void match_free(struct match *match)
{
	if (match == NULL)
		return;
	for (size_t i = 0; i < match->count; i++) {
		for (size_t k = 0; k < match->keys[i].value_count; k++)
			free(match->keys[i].values[k]);
		free(match->keys[i].values);
		free(match->keys[i].name);
	}
	free(match->keys);
	free(match);
}
