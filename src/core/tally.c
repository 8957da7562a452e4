/* tally - linear probing, at most 4/5 full, and never less than 1/8 full
 * beyond the smallest size, so that walking the first k entries costs O(k).
 * Removing moves the rest of the run back: there are no tombstones. */
#include "core/tally.h"

#include "base/xalloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST = 4 };

static size_t entry_size(const struct tally *t)
{
	return t->is_paired ? sizeof(struct tally_pair) : sizeof(struct tally_entry);
}

static struct tally_entry *entry_at(const struct tally *t, uint32_t index)
{
	return (struct tally_entry *)(void *)(t->entries + index * entry_size(t));
}

static const void *second_of(const struct tally *t, const struct tally_entry *e)
{
	return t->is_paired ? ((const struct tally_pair *)(const void *)e)->second : NULL;
}

/* Addresses differ in few bits; spread them over the whole word. */
static uint32_t home_of(const struct tally *t, const void *key, const void *second)
{
	uint64_t x = (uint64_t)(uintptr_t)key ^ ((uint64_t)(uintptr_t)second * UINT64_C(0x9e3779b97f4a7c15));

	x = (x ^ (x >> 33)) * UINT64_C(0xff51afd7ed558ccd);
	x = (x ^ (x >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
	return (uint32_t)(x ^ (x >> 33)) & (t->capacity - 1);
}

/* The index of the entry, or of the empty place where it would go. */
static uint32_t probe(const struct tally *t, const void *key, const void *second)
{
	uint32_t i = home_of(t, key, second);

	for (;; i = (i + 1) & (t->capacity - 1)) {
		const struct tally_entry *e = entry_at(t, i);

		if (e->key == NULL || (e->key == key && second_of(t, e) == second))
			return i;
	}
}

static void resize(struct tally *t, uint32_t capacity)
{
	struct tally old = *t;

	t->capacity = capacity;
	t->entries = xcalloc(capacity, entry_size(t));
	for (uint32_t i = 0; i < old.capacity; i++) {
		const struct tally_entry *e = entry_at(&old, i);

		if (e->key != NULL)
			memcpy(entry_at(t, probe(t, e->key, second_of(t, e))), e, entry_size(t));
	}
	free(old.entries);
}

void tally_init(struct tally *t, bool is_paired)
{
	*t = (struct tally){ .is_paired = is_paired };
}

void tally_fini(struct tally *t)
{
	free(t->entries);
	tally_init(t, t->is_paired);
}

static void make_room(struct tally *t)
{
	if (t->capacity == 0)
		resize(t, SMALLEST);
	else if (((uint64_t)t->count + 1) * 5 > (uint64_t)t->capacity * 4)
		resize(t, t->capacity * 2);
}

struct tally_entry *tally_enter(struct tally *t, const void *key, const void *second)
{
	struct tally_entry *e;

	assert(key != NULL);
	assert(t->is_paired || second == NULL);
	make_room(t);
	e = entry_at(t, probe(t, key, second));
	if (e->key == NULL) {
		memset(e, 0, entry_size(t));
		e->key = key;
		if (t->is_paired)
			((struct tally_pair *)(void *)e)->second = second;
		t->count++;
	}
	e->count++;
	return e;
}

/* Empty a place, moving back those of its run that may move. */
static void take_out(struct tally *t, uint32_t hole)
{
	uint32_t mask = t->capacity - 1;

	for (uint32_t i = (hole + 1) & mask; entry_at(t, i)->key != NULL; i = (i + 1) & mask) {
		const struct tally_entry *e = entry_at(t, i);
		uint32_t home = home_of(t, e->key, second_of(t, e));

		if (((i - home) & mask) >= ((i - hole) & mask)) {
			memcpy(entry_at(t, hole), e, entry_size(t));
			hole = i;
		}
	}
	entry_at(t, hole)->key = NULL;
	t->count--;
}

uint32_t tally_leave(struct tally *t, const void *key, const void *second)
{
	uint32_t i;
	struct tally_entry *e;

	assert(t->capacity > 0);
	i = probe(t, key, second);
	e = entry_at(t, i);
	assert(e->key != NULL);
	if (--e->count > 0)
		return e->count;
	take_out(t, i);
	if (t->count == 0)
		tally_fini(t);
	else if (t->capacity > SMALLEST * 2 && t->count < t->capacity / 8)
		resize(t, t->capacity / 4);
	return 0;
}

const struct tally_entry *tally_next(const struct tally *t, size_t *at)
{
	while (*at < t->capacity) {
		const struct tally_entry *e = entry_at(t, (uint32_t)(*at)++);

		if (e->key != NULL)
			return e;
	}
	return NULL;
}
