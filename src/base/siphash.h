/* siphash - SipHash-2-4 (Aumasson, Bernstein 2012): a fast hash that cannot
 * be steered by who does not know the key. */
#ifndef BASE_SIPHASH_H
#define BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
	uint64_t k0, k1; /* the 16 key bytes as little-endian words */
};

/* The tag as a little-endian word. */
uint64_t siphash(const struct siphash_key *key, const void *data, size_t size);

#endif
