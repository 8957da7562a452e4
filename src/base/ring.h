/* ring - a double-ended queue of pointers in one growing array.  Empty, it
 * owns no memory once ring_release() was called. */
#ifndef BASE_RING_H
#define BASE_RING_H

#include <stddef.h>

struct ring {
	void **items;
	unsigned capacity; /* a power of two, or 0 */
	unsigned first;
	unsigned count;
};

void ring_init(struct ring *r);
void ring_fini(struct ring *r); /* does not touch what the pointers point to */
void ring_push_back(struct ring *r, void *item);
void ring_push_front(struct ring *r, void *item);
void *ring_pop_front(struct ring *r); /* NULL when empty */
void *ring_pop_back(struct ring *r);  /* NULL when empty */
void *ring_get(const struct ring *r, unsigned index); /* 0 is the front; NULL past the end */
/* Take out the item at the index (0 is the front; it must exist), keeping the order
 * of the others: O(distance to the nearer end). */
void *ring_remove(struct ring *r, unsigned index);
void ring_release(struct ring *r);    /* free the array when the ring is empty */

#endif
