/* rate - see rate.h.  A millisecond at `per_second` is worth that many
 * thousandths of a token, so nothing is lost to rounding. */
#include "base/rate.h"

enum { TOKEN = 1000 };

/* A bucket that holds less than one token would never give any. */
static uint64_t full(unsigned burst)
{
	return (uint64_t)(burst ? burst : 1) * TOKEN;
}

void rate_init(struct rate *r, unsigned burst, uint64_t now)
{
	*r = (struct rate){.updated = now, .allowance = full(burst)};
}

static void refill(struct rate *r, unsigned per_second, unsigned burst, uint64_t now)
{
	uint64_t most = full(burst);
	uint64_t passed = now > r->updated ? now - r->updated : 0;

	if (passed > most / per_second)
		r->allowance = most;
	else
		r->allowance += passed * per_second;
	if (r->allowance > most)
		r->allowance = most;
	if (passed)
		r->updated = now;
}

bool rate_take(struct rate *r, unsigned per_second, unsigned burst, uint64_t now)
{
	if (per_second == 0)
		return true;
	refill(r, per_second, burst, now);
	if (r->allowance < TOKEN)
		return false;
	r->allowance -= TOKEN;
	return true;
}
