/* tally - how often each of many objects is in a set: a multiset of pointers,
 * in one array with open addressing.  It is what a channel spends per member,
 * so an entry is 16 bytes, no allocation of its own.  A paired tally counts
 * pairs of pointers and remembers since when each is there (32 bytes).
 *
 * Keys are addresses of our own objects, compared by identity. */
#ifndef CORE_TALLY_H
#define CORE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tally_entry {
	const void *key; /* NULL: empty */
	uint32_t count;
};

struct tally_pair {
	struct tally_entry entry; /* first */
	const void *second;
	uint64_t since; /* the caller's; kept while the entry lives */
};

struct tally {
	unsigned char *entries; /* NULL while empty */
	uint32_t count;         /* entries, not the sum of their counts */
	uint32_t capacity;      /* a power of two, or 0 */
	bool is_paired;
};

void tally_init(struct tally *t, bool is_paired);
void tally_fini(struct tally *t);
/* One more of it.  The entry, valid until the next change; its count is 1 when it is new.
 * `second` is NULL in a tally that is not paired. */
struct tally_entry *tally_enter(struct tally *t, const void *key, const void *second);
/* One less of it, which must be there; how many are left, 0: it is gone. */
uint32_t tally_leave(struct tally *t, const void *key, const void *second);
/* Walk: start with *at = 0; NULL at the end.  No changes meanwhile. */
const struct tally_entry *tally_next(const struct tally *t, size_t *at);

#endif
