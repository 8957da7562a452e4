/* Counts per lane and the bits that go with them. */
#include "core/lane_set.h"

#include "suites.h"

static void bits_follow_the_counts(void)
{
	struct lane_set l;

	lane_set_init(&l);
	CHECK_POINTER(l.counts, NULL);
	lane_set_add(&l, 0, 64);
	lane_set_add(&l, 63, 64);
	lane_set_add(&l, 63, 64);
	CHECK(l.bits == (UINT64_C(1) | UINT64_C(1) << 63));
	lane_set_remove(&l, 63);
	CHECK(l.bits == (UINT64_C(1) | UINT64_C(1) << 63));
	lane_set_remove(&l, 63);
	CHECK(l.bits == 1);
	lane_set_remove(&l, 0);
	CHECK(l.bits == 0);
	lane_set_fini(&l);
}

const struct suite lane_set_suite = {
	"lane_set",
	(const struct test[]){
		{ "a lane's bit is set while its count is above 0, up to lane 63", bits_follow_the_counts },
		{ NULL, NULL },
	},
};
