/* dedup - which message ids were seen lately.  First in, first forgotten: an
 * id goes when its time is over or when there are too many.
 *
 * Of an id only a 64-bit hash is kept, under a key of this process's own, so
 * an id costs 24 bytes whatever its length, and nobody can make two collide.
 * With a million ids a message that is new is taken for a duplicate once in
 * 10^13. */
#ifndef CORE_DEDUP_H
#define CORE_DEDUP_H

#include "base/siphash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dedup_id {
	uint64_t hash;
	uint64_t expires;
};

struct dedup {
	struct siphash_key key;
	struct dedup_id *ids; /* a ring, oldest at `first` */
	uint32_t *index;      /* twice as many places: position in ids + 1, or 0; by hash */
	uint32_t capacity;    /* of ids, a power of two, or 0 */
	uint32_t first;
	uint32_t count;
	uint32_t max;
	uint64_t ttl;
};

/* max 0: nothing is remembered. */
void dedup_init(struct dedup *d, uint64_t max, uint64_t ttl);
void dedup_fini(struct dedup *d);
/* Was it seen?  It is now. */
bool dedup_seen(struct dedup *d, const void *id, size_t size, uint64_t now);
/* It was seen by an earlier process; expires on this one's clock, not before that
 * of the ids added so far. */
void dedup_add(struct dedup *d, const void *id, size_t size, uint64_t expires);
/* It was not seen after all. */
void dedup_forget(struct dedup *d, const void *id, size_t size);
/* Forget what is over, a bounded number at a time. */
void dedup_expire(struct dedup *d, uint64_t now);
/* When dedup_expire() is worth its call; false: never. */
bool dedup_due(const struct dedup *d, uint64_t *due);

#endif
