/* kept - messages in memory, the oldest first: what store_memory holds of a
 * channel and of a mailbox. */
#ifndef STORE_KEPT_H
#define STORE_KEPT_H

#include "muster/store.h"

struct kept; /* one message */

struct kept_list {
	struct kept *first; /* NULL: empty */
	struct kept *last;  /* only valid with first */
	size_t count;
};

void kept_add(struct kept_list *list, const struct stored_message *message); /* copies */
void kept_drop_first(struct kept_list *list);
void kept_clear(struct kept_list *list);
/* Drop the one at that position, when it is there. */
void kept_drop(struct kept_list *list, uint64_t position);
/* Drop all that have expired. */
void kept_expire(struct kept_list *list, uint64_t now);
/* The first, borrowed text and all; false when there is none. */
bool kept_first(const struct kept_list *list, struct stored_message *message);
/* Walk: the first with at NULL, then the next; NULL at the end. */
const struct kept *kept_next(const struct kept_list *list, const struct kept *at,
	struct stored_message *message);

#endif
