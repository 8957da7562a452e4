/* The tally against the plainest model: an array of counts. */
#include "core/tally.h"

#include "base/random.h"
#include "suites.h"

enum { THINGS = 700, STEPS = 60000 };

static void counts_as_the_model_does(void)
{
	static char things[THINGS];
	static uint32_t model[THINGS];
	struct tally t;
	uint32_t distinct = 0, wrong = 0;

	tally_init(&t, false);
	for (int step = 0; step < STEPS; step++) {
		size_t i = random_below(THINGS);
		bool is_growing = step / 10000 % 2 == 0;

		if (model[i] > 0 && random_below(4) >= (is_growing ? 1 : 3)) {
			distinct -= --model[i] == 0;
			wrong += tally_leave(&t, &things[i], NULL) != model[i];
		} else {
			distinct += model[i]++ == 0;
			wrong += tally_enter(&t, &things[i], NULL)->count != model[i];
		}
		wrong += t.count != distinct;
	}
	CHECK_INT(wrong, 0);
	for (size_t i = 0; i < THINGS; i++)
		while (model[i] > 0)
			wrong += tally_leave(&t, &things[i], NULL) != --model[i];
	CHECK_INT(wrong, 0);
	CHECK_INT(t.count, 0);
	CHECK_POINTER(t.entries, NULL);
}

static void pairs_are_told_apart(void)
{
	char a, b;
	struct tally t;

	tally_init(&t, true);
	CHECK_INT(tally_enter(&t, &a, &a)->count, 1);
	CHECK_INT(tally_enter(&t, &a, &b)->count, 1);
	CHECK_INT(tally_enter(&t, &b, &a)->count, 1);
	CHECK_INT(tally_enter(&t, &a, &b)->count, 2);
	CHECK_INT(t.count, 3);
	CHECK_INT(tally_leave(&t, &a, &b), 1);
	CHECK_INT(tally_leave(&t, &a, &b), 0);
	CHECK_INT(tally_leave(&t, &b, &a), 0);
	CHECK_INT(t.count, 1);
	tally_fini(&t);
}

static void since_moves_with_its_entry(void)
{
	static char things[THINGS];
	struct tally t;
	const struct tally_entry *e;
	size_t at = 0, seen = 0, wrong = 0;

	tally_init(&t, true);
	for (size_t i = 0; i < THINGS; i++)
		((struct tally_pair *)(void *)tally_enter(&t, &things[i], &t))->since = i;
	for (size_t i = 0; i < THINGS; i += 2)
		tally_leave(&t, &things[i], &t);
	while ((e = tally_next(&t, &at)) != NULL) {
		const struct tally_pair *pair = (const struct tally_pair *)(const void *)e;

		wrong += pair->since != (uint64_t)((const char *)e->key - things) || pair->since % 2 == 0;
		seen++;
	}
	CHECK_INT(seen, THINGS / 2);
	CHECK_INT(wrong, 0);
	tally_fini(&t);
}

static void the_array_shrinks(void)
{
	static char things[THINGS];
	struct tally t;
	uint32_t largest;

	tally_init(&t, false);
	for (size_t i = 0; i < THINGS; i++)
		tally_enter(&t, &things[i], NULL);
	largest = t.capacity;
	CHECK_INT(largest, 1024);
	for (size_t i = 0; i < THINGS - 10; i++)
		tally_leave(&t, &things[i], NULL);
	CHECK(t.capacity <= 128);
	CHECK_INT(t.count, 10);
	tally_fini(&t);
}

const struct suite tally_suite = {
	"tally",
	(const struct test[]){
		{ "it counts as an array of counts does", counts_as_the_model_does },
		{ "pairs are the same only when both are", pairs_are_told_apart },
		{ "since stays with its entry when others go", since_moves_with_its_entry },
		{ "the array shrinks with its entries", the_array_shrinks },
		{ NULL, NULL },
	},
};
