/* Ids against the plainest model: when each was last taken for new. */
#include "core/dedup.h"

#include "base/random.h"
#include "suites.h"

#include <stdio.h>

static bool seen(struct dedup *d, unsigned n, uint64_t now)
{
	return dedup_seen(d, &n, sizeof(n), now);
}

static void as_the_model_does(void)
{
	enum { IDS = 2000, MAX = 500, TTL = 300, STEPS = 100000 };
	static uint64_t taken[IDS];  /* the how many-th it was, from 1; 0: never */
	static uint64_t taken_at[IDS];
	struct dedup d;
	uint64_t now = 1000, taken_count = 0;
	unsigned wrong = 0, duplicates = 0;

	dedup_init(&d, MAX, TTL);
	for (unsigned step = 0; step < STEPS; step++) {
		unsigned id = (unsigned)random_below(step / 20000 % 2 == 0 ? IDS : 100);
		bool expected = taken[id] > 0 && taken_count - taken[id] < MAX && now < taken_at[id] + TTL;

		wrong += seen(&d, id, now) != expected;
		duplicates += expected;
		if (!expected) {
			taken[id] = ++taken_count;
			taken_at[id] = now;
		}
		now += random_below(8) == 0;
		if (random_below(100) == 0)
			dedup_expire(&d, now);
	}
	CHECK_INT(wrong, 0);
	CHECK(duplicates > 1000);
	CHECK(d.count <= MAX);
	dedup_fini(&d);
}

static void time_gives_memory_back(void)
{
	struct dedup d;
	uint64_t due;

	dedup_init(&d, 1000000, 5000);
	for (unsigned n = 0; n < 3000; n++)
		seen(&d, n, n);
	CHECK_INT(d.capacity, 4096);
	REQUIRE(dedup_due(&d, &due));
	CHECK(due >= 5000 && due <= 6000);
	dedup_expire(&d, 5000 + 2900);
	CHECK_INT(d.count, 99);
	CHECK(d.capacity <= 1024);
	CHECK(seen(&d, 2950, 5000 + 2900));
	dedup_expire(&d, 20000);
	CHECK_INT(d.count, 0);
	CHECK_POINTER(d.ids, NULL);
	CHECK(!dedup_due(&d, &due));
	CHECK(!seen(&d, 2950, 20000));
	dedup_fini(&d);
}

static void a_maximum_of_none(void)
{
	struct dedup d;

	dedup_init(&d, 0, 5000);
	CHECK(!seen(&d, 1, 0));
	CHECK(!seen(&d, 1, 0));
	CHECK_POINTER(d.ids, NULL);
	dedup_fini(&d);
}

static void ids_are_bytes(void)
{
	struct dedup d;

	dedup_init(&d, 10, 5000);
	CHECK(!dedup_seen(&d, "a\0b", 3, 0));
	CHECK(!dedup_seen(&d, "a\0c", 3, 0));
	CHECK(!dedup_seen(&d, "a", 1, 0));
	CHECK(dedup_seen(&d, "a\0b", 3, 0));
	dedup_fini(&d);
}

const struct suite dedup_suite = {
	"dedup",
	(const struct test[]){
		{ "it remembers as many ids for as long as it should", as_the_model_does },
		{ "memory goes back when ids are over", time_gives_memory_back },
		{ "with a maximum of 0 nothing is a duplicate", a_maximum_of_none },
		{ "ids are bytes, not strings", ids_are_bytes },
		{ NULL, NULL },
	},
};
