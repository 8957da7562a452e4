/* match - the narrowing of a target: every key must be equal to (or, for an
 * array, contain) the session's attribute. */
#ifndef MUSTER_MATCH_H
#define MUSTER_MATCH_H

#include "muster/identity.h"

#include <stdbool.h>
#include <stddef.h>

struct match_key {
	char *name;
	char **values;
	size_t value_count;
};

struct match {
	struct match_key *keys;
	size_t count;
};

/* Per receiver, in the lane's hot path: no allocation. */
bool match_accepts(const struct match *match, const struct identity *who);
void match_free(struct match *match); /* NULL is fine */

#endif
