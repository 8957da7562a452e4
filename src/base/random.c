/* random - see random.h.  Without randomness nothing here is safe, so a
 * kernel that gives none ends the process. */
#include "base/random.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

/* What one getentropy() may be asked for. */
enum { CHUNK = 256 };

void random_bytes(void *out, size_t size)
{
	unsigned char *at = out;

	while (size > 0) {
		size_t part = size < CHUNK ? size : CHUNK;

		if (getentropy(at, part) < 0) {
			perror("getentropy");
			abort();
		}
		at += part;
		size -= part;
	}
}

/* The lowest 2^64 mod bound values are drawn again: what is left divides
 * evenly. */
uint64_t random_below(uint64_t bound)
{
	uint64_t drawn;

	assert(bound > 0);
	do {
		random_bytes(&drawn, sizeof drawn);
	} while (drawn < (0 - bound) % bound);
	return drawn % bound;
}
