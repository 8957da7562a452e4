/* map - see map.h.  Open addressing with linear probing.  Removing shifts the
 * entries behind the hole back towards their home, so there are no
 * tombstones and a look-up always ends at the first empty slot.  The array
 * doubles at 75 %, halves under 12.5 %, and goes with the last entry. */
#include "base/map.h"

#include "base/random.h"
#include "base/siphash.h"
#include "base/xalloc.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 8 };

/* The one secret of the process: written once, before its first use. */
static pthread_once_t secret_once = PTHREAD_ONCE_INIT;
static struct siphash_key secret;

static void draw_secret(void)
{
	random_bytes(&secret, sizeof secret);
}

static uint32_t hash_of(const void *key, size_t size)
{
	pthread_once(&secret_once, draw_secret);
	return (uint32_t)siphash(&secret, key, size);
}

void map_init(struct map *m)
{
	*m = (struct map){0};
}

void map_fini(struct map *m)
{
	free(m->slots);
	map_init(m);
}

/* The slot of the key, or the empty one where it would go. */
static struct map_slot *probe(const struct map *m, const void *key, size_t size, uint32_t hash)
{
	for (size_t i = hash & m->mask;; i = (i + 1) & m->mask) {
		struct map_slot *slot = &m->slots[i];

		if (!slot->value)
			return slot;
		if (slot->hash == hash && slot->size == size &&
		    (size == 0 || memcmp(slot->key, key, size) == 0))
			return slot;
	}
}

static void resize(struct map *m, size_t slots)
{
	struct map_slot *old = m->slots;
	size_t old_slots = old ? m->mask + 1 : 0;

	assert(slots > m->count && (slots & (slots - 1)) == 0);
	m->slots = xcalloc(slots, sizeof *m->slots);
	m->mask = slots - 1;
	for (size_t i = 0; i < old_slots; i++) {
		size_t to = old[i].hash & m->mask;

		if (!old[i].value)
			continue;
		while (m->slots[to].value)
			to = (to + 1) & m->mask;
		m->slots[to] = old[i];
	}
	free(old);
}

static void make_room(struct map *m)
{
	size_t slots = m->slots ? m->mask + 1 : 0;

	if (slots == 0)
		resize(m, FIRST_SLOTS);
	else if ((m->count + 1) > slots / 4 * 3)
		resize(m, slots * 2);
}

static void give_back(struct map *m)
{
	size_t slots = m->mask + 1;

	if (m->count == 0)
		map_fini(m);
	else if (slots > FIRST_SLOTS && m->count < slots / 8)
		resize(m, slots / 2);
}

void *map_find(const struct map *m, const void *key, size_t size)
{
	return m->count ? probe(m, key, size, hash_of(key, size))->value : NULL;
}

void map_add(struct map *m, const void *key, size_t size, void *value)
{
	uint32_t hash = hash_of(key, size);
	struct map_slot *slot;

	assert(value && size <= UINT32_MAX);
	make_room(m);
	slot = probe(m, key, size, hash);
	assert(!slot->value);
	*slot = (struct map_slot){.key = key, .value = value, .size = (uint32_t)size, .hash = hash};
	m->count++;
}

/* Empty the slot and close the gap: an entry moves into the hole when the
 * hole lies between its home and where it stands. */
static void close_gap(struct map *m, size_t hole)
{
	for (size_t i = (hole + 1) & m->mask; m->slots[i].value; i = (i + 1) & m->mask) {
		size_t home = m->slots[i].hash & m->mask;

		if (((i - home) & m->mask) < ((i - hole) & m->mask))
			continue;
		m->slots[hole] = m->slots[i];
		hole = i;
	}
	m->slots[hole] = (struct map_slot){0};
}

void *map_remove(struct map *m, const void *key, size_t size)
{
	struct map_slot *slot;
	void *value;

	if (m->count == 0)
		return NULL;
	slot = probe(m, key, size, hash_of(key, size));
	value = slot->value;
	if (!value)
		return NULL;
	close_gap(m, (size_t)(slot - m->slots));
	m->count--;
	give_back(m);
	return value;
}

void *map_next(const struct map *m, size_t *at)
{
	size_t slots = m->slots ? m->mask + 1 : 0;

	while (*at < slots) {
		void *value = m->slots[(*at)++].value;

		if (value)
			return value;
	}
	return NULL;
}

void *map_find_text(const struct map *m, const char *key)
{
	return map_find(m, key, strlen(key));
}

void map_add_text(struct map *m, const char *key, void *value)
{
	map_add(m, key, strlen(key), value);
}

void *map_remove_text(struct map *m, const char *key)
{
	return map_remove(m, key, strlen(key));
}
