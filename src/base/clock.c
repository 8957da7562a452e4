/* clock - see clock.h. */
#include "base/clock.h"

#include <assert.h>
#include <time.h>

static uint64_t milliseconds(clockid_t id)
{
	struct timespec ts;
	int result = clock_gettime(id, &ts);

	assert(result == 0);
	(void)result;
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

uint64_t clock_monotonic(void)
{
	return milliseconds(CLOCK_MONOTONIC);
}

uint64_t clock_wall(void)
{
	return milliseconds(CLOCK_REALTIME);
}
