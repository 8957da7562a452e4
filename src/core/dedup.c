/* dedup - a ring of hashes in order of age, and an open-addressed index of
 * positions in it, at most half full. */
#include "core/dedup.h"

#include "base/random.h"
#include "base/xalloc.h"

#include <assert.h>
#include <stdlib.h>

enum {
	SMALLEST = 64,
	LARGEST = 1 << 30,
	EXPIRE_BATCH = 4096, /* per call of dedup_expire() */
	EXPIRE_SLACK = 1000, /* ms; so that ids go many at a time */
};

void dedup_init(struct dedup *d, uint64_t max, uint64_t ttl)
{
	*d = (struct dedup){ .max = max < LARGEST ? (uint32_t)max : LARGEST, .ttl = ttl };
	random_bytes(&d->key, sizeof(d->key));
}

void dedup_fini(struct dedup *d)
{
	free(d->ids);
	free(d->index);
	d->ids = NULL;
	d->index = NULL;
	d->capacity = 0;
	d->first = 0;
	d->count = 0;
}

static uint32_t index_mask(const struct dedup *d)
{
	return d->capacity * 2 - 1;
}

/* The place in the index of the hash, or the empty one where it would go. */
static uint32_t probe(const struct dedup *d, uint64_t hash)
{
	uint32_t i = (uint32_t)hash & index_mask(d);

	while (d->index[i] != 0 && d->ids[d->index[i] - 1].hash != hash)
		i = (i + 1) & index_mask(d);
	return i;
}

static void append(struct dedup *d, const struct dedup_id *id)
{
	uint32_t position = (d->first + d->count) & (d->capacity - 1);

	assert(d->count < d->capacity);
	d->index[probe(d, id->hash)] = position + 1;
	d->ids[position] = *id;
	d->count++;
}

static void resize(struct dedup *d, uint32_t capacity)
{
	struct dedup old = *d;

	d->ids = xmalloc(capacity * sizeof(*d->ids));
	d->index = xcalloc((size_t)capacity * 2, sizeof(*d->index));
	d->capacity = capacity;
	d->first = 0;
	d->count = 0;
	for (uint32_t i = 0; i < old.count; i++)
		append(d, &old.ids[(old.first + i) & (old.capacity - 1)]);
	free(old.ids);
	free(old.index);
}

/* Empty a place of the index, moving back those of its run that may move. */
static void take_out(struct dedup *d, uint32_t hole)
{
	uint32_t mask = index_mask(d);

	for (uint32_t i = (hole + 1) & mask; d->index[i] != 0; i = (i + 1) & mask) {
		uint32_t home = (uint32_t)d->ids[d->index[i] - 1].hash & mask;

		if (((i - home) & mask) >= ((i - hole) & mask)) {
			d->index[hole] = d->index[i];
			hole = i;
		}
	}
	d->index[hole] = 0;
}

static void forget_oldest(struct dedup *d)
{
	take_out(d, probe(d, d->ids[d->first].hash));
	d->first = (d->first + 1) & (d->capacity - 1);
	d->count--;
}

static void give_back(struct dedup *d)
{
	if (d->count == 0)
		dedup_fini(d);
	else if (d->capacity > SMALLEST && d->count < d->capacity / 8)
		resize(d, d->capacity / 4 > SMALLEST ? d->capacity / 4 : SMALLEST);
}

static unsigned forget_expired(struct dedup *d, uint64_t now, unsigned limit)
{
	unsigned n = 0;

	for (; n < limit && d->count > 0 && d->ids[d->first].expires <= now; n++)
		forget_oldest(d);
	return n;
}

static void make_room(struct dedup *d)
{
	while (d->count >= d->max)
		forget_oldest(d);
	if (d->capacity == 0)
		resize(d, SMALLEST);
	else if (d->count == d->capacity)
		resize(d, d->capacity * 2);
}

/* Its hash is in the ring: is it still in force?  If not, all that is as old or
 * older is forgotten. */
static bool in_force(struct dedup *d, uint64_t hash, uint64_t now)
{
	uint32_t place;

	if (d->count == 0)
		return false;
	place = probe(d, hash);
	if (d->index[place] == 0)
		return false;
	if (d->ids[d->index[place] - 1].expires > now)
		return true;
	forget_expired(d, now, d->count);
	return false;
}

bool dedup_seen(struct dedup *d, const void *id, size_t size, uint64_t now)
{
	struct dedup_id entry = { .hash = siphash(&d->key, id, size), .expires = now + d->ttl };

	if (d->max == 0)
		return false;
	if (in_force(d, entry.hash, now))
		return true;
	make_room(d);
	append(d, &entry);
	return false;
}

void dedup_expire(struct dedup *d, uint64_t now)
{
	if (forget_expired(d, now, EXPIRE_BATCH) > 0)
		give_back(d);
}

bool dedup_due(const struct dedup *d, uint64_t *due)
{
	if (d->count == 0)
		return false;
	*due = d->ids[d->first].expires + EXPIRE_SLACK;
	return true;
}

void dedup_add(struct dedup *d, const void *id, size_t size, uint64_t expires)
{
	struct dedup_id entry = { .hash = siphash(&d->key, id, size), .expires = expires };

	if (d->max == 0 || (d->count > 0 && d->index[probe(d, entry.hash)] != 0))
		return;
	make_room(d);
	append(d, &entry);
}

/* Its place in the ring stays, under a hash that nobody will ask for. */
void dedup_forget(struct dedup *d, const void *id, size_t size)
{
	uint64_t hash = siphash(&d->key, id, size);
	uint32_t place, position;

	if (d->count == 0)
		return;
	place = probe(d, hash);
	if (d->index[place] == 0)
		return;
	position = d->index[place] - 1;
	take_out(d, place);
	random_bytes(&d->ids[position].hash, sizeof(d->ids[position].hash));
	d->index[probe(d, d->ids[position].hash)] = position + 1;
}
