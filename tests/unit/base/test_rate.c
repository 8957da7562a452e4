/* Time is a number the test moves. */
#include "base/rate.h"

#include "suites.h"

static unsigned take_all(struct rate *r, unsigned per_second, unsigned burst, uint64_t now)
{
	unsigned taken = 0;

	while (taken < 10000 && rate_take(r, per_second, burst, now))
		taken++;
	return taken;
}

static void burst_at_once(void)
{
	struct rate r;

	rate_init(&r, 5, 1000);
	CHECK_INT(take_all(&r, 1, 5, 1000), 5);
}

static void refills(void)
{
	struct rate r;

	rate_init(&r, 20, 1000);
	take_all(&r, 10, 20, 1000);
	CHECK_INT(take_all(&r, 10, 20, 1099), 0);
	CHECK_INT(take_all(&r, 10, 20, 1100), 1);
	CHECK_INT(take_all(&r, 10, 20, 2100), 10);
	CHECK_INT(take_all(&r, 10, 20, UINT64_MAX), 20);
}

static void nothing_lost(void)
{
	struct rate r;
	unsigned taken = 0;

	rate_init(&r, 1, 0);
	for (uint64_t now = 0; now < 30000; now++)
		taken += rate_take(&r, 3, 1, now);
	CHECK_INT(taken, 90);
}

static void no_limit(void)
{
	struct rate r;

	rate_init(&r, 0, 0);
	CHECK_INT(take_all(&r, 0, 0, 0), 10000);
}

static void no_burst(void)
{
	struct rate r;

	rate_init(&r, 0, 0);
	CHECK_INT(take_all(&r, 2, 0, 0), 1);
	CHECK_INT(take_all(&r, 2, 0, 499), 0);
	CHECK_INT(take_all(&r, 2, 0, 500), 1);
}

static void back_in_time(void)
{
	struct rate r;

	rate_init(&r, 2, 5000);
	CHECK_INT(take_all(&r, 1, 2, 5000), 2);
	CHECK_INT(take_all(&r, 1, 2, 1000), 0);
	CHECK_INT(take_all(&r, 1, 2, 6000), 1);
}

static void smaller_burst(void)
{
	struct rate r;

	rate_init(&r, 100, 0);
	CHECK_INT(take_all(&r, 1, 3, 0), 3);
}

static const struct test tests[] = {
	{"a full bucket gives the burst at once", burst_at_once},
	{"it refills evenly, to the burst and no further", refills},
	{"small steps of time lose nothing", nothing_lost},
	{"a rate of 0 has no limit", no_limit},
	{"a burst of 0 still lets single ones through", no_burst},
	{"a clock that goes back gives nothing", back_in_time},
	{"a burst made smaller counts at once", smaller_burst},
	{NULL, NULL},
};
const struct suite rate_suite = {"rate", tests};
