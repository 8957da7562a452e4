/* rate - a token bucket: `per_second` on average, `burst` at once. */
#ifndef BASE_RATE_H
#define BASE_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate {
	uint64_t updated;   /* ms */
	uint64_t allowance; /* thousandths */
};

void rate_init(struct rate *r, unsigned burst, uint64_t now);
/* Take one; false when the bucket is empty.  per_second 0: no limit. */
bool rate_take(struct rate *r, unsigned per_second, unsigned burst, uint64_t now);

#endif
