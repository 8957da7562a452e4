/* Not whether it is random: whether it is all there and within bounds. */
#include "base/random.h"

#include "suites.h"

#include <string.h>

static void fills_exactly(void)
{
	unsigned char bytes[1002], seen[1002] = {0};
	unsigned untouched = 0;

	for (int round = 0; round < 8; round++) {
		memset(bytes, 0, sizeof bytes);
		random_bytes(bytes + 1, 1000);
		CHECK_INT(bytes[0] | bytes[1001], 0);
		for (int i = 1; i <= 1000; i++)
			seen[i] |= bytes[i];
	}
	for (int i = 1; i <= 1000; i++)
		untouched += seen[i] == 0;
	CHECK_INT(untouched, 0);
}

static void within_bounds(void)
{
	unsigned counts[6] = {0};

	for (int i = 0; i < 6000; i++) {
		uint64_t drawn = random_below(6);

		REQUIRE(drawn < 6);
		counts[drawn]++;
	}
	for (int i = 0; i < 6; i++)
		CHECK(counts[i] > 700 && counts[i] < 1300);
}

/* Folding the whole range onto three quarters of it would make a third of the
 * numbers twice as likely. */
static void no_bias(void)
{
	const uint64_t third = UINT64_C(1) << 62;
	unsigned low = 0;

	for (int i = 0; i < 3000; i++)
		low += random_below(3 * third) < third;
	CHECK(low > 850 && low < 1150);
}

static void corner_bounds(void)
{
	CHECK_INT(random_below(1), 0);
	CHECK(random_below(UINT64_MAX) < UINT64_MAX);
	CHECK(random_below(UINT64_C(1) << 63) < UINT64_C(1) << 63);
	CHECK(random_below((UINT64_C(1) << 63) + 1) <= UINT64_C(1) << 63);
}

static const struct test tests[] = {
	{"all bytes asked for are drawn, no others", fills_exactly},
	{"numbers below a bound come about equally often", within_bounds},
	{"no number is more likely because the range does not divide", no_bias},
	{"bounds of 1 and of more than half the range work", corner_bounds},
	{NULL, NULL},
};
const struct suite random_suite = {"random", tests};
