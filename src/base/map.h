/* map - a hash table from byte strings to pointers.  Keys are hashed with
 * SipHash under a key drawn once per process, so that names chosen by
 * outsiders cannot be made to collide.  A key is borrowed: it must lie inside
 * the value, or live as long as the entry. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_slot {
	const void *key;
	void *value; /* NULL: empty */
	uint32_t size;
	uint32_t hash;
};

struct map {
	struct map_slot *slots; /* NULL while empty */
	size_t count;
	size_t mask; /* slots - 1 */
};

void map_init(struct map *m);
void map_fini(struct map *m); /* does not touch the values */
/* The value, or NULL. */
void *map_find(const struct map *m, const void *key, size_t size);
/* Add a value (not NULL) under a key that is not in the map. */
void map_add(struct map *m, const void *key, size_t size, void *value);
/* Take out and return the value, or NULL. */
void *map_remove(struct map *m, const void *key, size_t size);
/* Walk: start with *at = 0; NULL at the end.  The map must not change meanwhile. */
void *map_next(const struct map *m, size_t *at);
/* For keys that are C strings. */
void *map_find_text(const struct map *m, const char *key);
void map_add_text(struct map *m, const char *key, void *value);
void *map_remove_text(struct map *m, const char *key);

#endif
