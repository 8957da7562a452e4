/* ring - see ring.h.  The items stand at first, first + 1 ... modulo the
 * capacity, which is a power of two, so that the modulo is a mask. */
#include "base/ring.h"

#include "base/xalloc.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 4 };

void ring_init(struct ring *r)
{
	*r = (struct ring){0};
}

void ring_fini(struct ring *r)
{
	free(r->items);
	ring_init(r);
}

static void **place(const struct ring *r, unsigned index)
{
	return &r->items[(r->first + index) & (r->capacity - 1)];
}

static void make_room(struct ring *r)
{
	unsigned capacity = r->capacity ? r->capacity * 2 : FIRST_CAPACITY;
	void **items;

	if (r->count < r->capacity)
		return;
	assert(r->capacity <= UINT_MAX / 4);
	items = xcalloc(capacity, sizeof *items);
	for (unsigned i = 0; i < r->count; i++)
		items[i] = *place(r, i);
	free(r->items);
	r->items = items;
	r->capacity = capacity;
	r->first = 0;
}

void ring_push_back(struct ring *r, void *item)
{
	make_room(r);
	*place(r, r->count) = item;
	r->count++;
}

void ring_push_front(struct ring *r, void *item)
{
	make_room(r);
	r->first = (r->first - 1) & (r->capacity - 1);
	r->items[r->first] = item;
	r->count++;
}

void *ring_pop_front(struct ring *r)
{
	void *item;

	if (r->count == 0)
		return NULL;
	item = r->items[r->first];
	r->first = (r->first + 1) & (r->capacity - 1);
	r->count--;
	return item;
}

void *ring_pop_back(struct ring *r)
{
	if (r->count == 0)
		return NULL;
	r->count--;
	return *place(r, r->count);
}

void *ring_get(const struct ring *r, unsigned index)
{
	return index < r->count ? *place(r, index) : NULL;
}

void ring_release(struct ring *r)
{
	if (r->count == 0)
		ring_fini(r);
}

void *ring_remove(struct ring *r, unsigned index)
{
	void *item;

	assert(index < r->count);
	item = *place(r, index);
	if (index < r->count / 2) {
		for (unsigned i = index; i > 0; i--)
			*place(r, i) = *place(r, i - 1);
		r->first = (r->first + 1) & (r->capacity - 1);
	} else {
		for (unsigned i = index; i + 1 < r->count; i++)
			*place(r, i) = *place(r, i + 1);
	}
	r->count--;
	return item;
}
