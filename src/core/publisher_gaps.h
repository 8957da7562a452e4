/* publisher_gaps - the last running number of each publisher.  Bounded: the
 * one not heard for the longest time is forgotten first. */
#ifndef CORE_PUBLISHER_GAPS_H
#define CORE_PUBLISHER_GAPS_H

#include "base/map.h"

#include <stdbool.h>
#include <stdint.h>

enum { MAX_PUBLISHERS = 10000 };

struct publisher;

struct publisher_gaps {
	struct map publishers;
	struct publisher *oldest; /* in the order in which they were heard */
	struct publisher *newest;
};

void publisher_gaps_init(struct publisher_gaps *g);
void publisher_gaps_fini(struct publisher_gaps *g);
/* A message with this number came; how many before it did not.  A number that
 * is not above the last starts anew, unless the message is a duplicate: then
 * it is the same one sent again. */
uint64_t publisher_gaps_note(struct publisher_gaps *g, const char *name, uint64_t seq, bool is_duplicate);

#endif
