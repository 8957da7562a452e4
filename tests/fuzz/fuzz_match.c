/* A match accepts who has one of each key's values, and nobody who lacks a
 * key. */
#include "fuzz/fuzz.h"
#include "protocol/match_parse.h"

#include "muster/limits.h"
#include "protocol/json_scan.h"

#include <stdbool.h>
#include <string.h>

static void check_bounds(const struct match *m)
{
	MUST(m->count <= MAX_MATCH_KEYS);
	for (size_t i = 0; i < m->count; i++) {
		MUST(m->keys[i].value_count <= MAX_MATCH_VALUES);
		MUST(m->keys[i].name[0] != '\0' && strlen(m->keys[i].name) <= MAX_ATTRIBUTE);
		for (size_t k = 0; k < m->keys[i].value_count; k++)
			MUST(strlen(m->keys[i].values[k]) <= MAX_ATTRIBUTE);
	}
}

/* Somebody with the last value of every key. */
static void check_accepts(const struct match *m)
{
	struct attribute attributes[MAX_MATCH_KEYS];
	struct identity who = {.attributes = attributes, .attribute_count = m->count};
	bool can_hold = true;

	for (size_t i = 0; i < m->count; i++) {
		const struct match_key *key = &m->keys[i];
		static char none[] = "";

		can_hold = can_hold && key->value_count > 0;
		attributes[i].name = key->name;
		attributes[i].value = key->value_count > 0 ? key->values[key->value_count - 1] : none;
	}
	MUST(match_accepts(m, &who) == can_hold);
	if (m->count > 0) {
		who.attribute_count--;
		MUST(!match_accepts(m, &who));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct match *m;

	if (!json_is_valid(text, size) || match_parse(&m, text, size) < 0)
		return 0;
	check_bounds(m);
	check_accepts(m);
	match_free(m);
	return 0;
}
