/* What can be said of a clock without waiting. */
#include "base/clock.h"

#include "suites.h"

#include <time.h>

static void never_back(void)
{
	uint64_t last = clock_monotonic();
	unsigned back = 0;

	for (int i = 0; i < 10000; i++) {
		uint64_t now = clock_monotonic();

		back += now < last;
		last = now;
	}
	CHECK_INT(back, 0);
}

static void wall_is_unix_time(void)
{
	uint64_t before = (uint64_t)time(NULL) - 1, now = clock_wall() / 1000;

	CHECK(now >= before);
	CHECK(now <= (uint64_t)time(NULL) + 1);
}

static const struct test tests[] = {
	{"the monotonic clock never goes back", never_back},
	{"the wall clock counts milliseconds since 1970", wall_is_unix_time},
	{NULL, NULL},
};
const struct suite clock_suite = {"clock", tests};
