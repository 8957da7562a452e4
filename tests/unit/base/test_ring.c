/* Both ends, growing while wrapped, giving the array back. */
#include "base/ring.h"

#include "suites.h"

#include <string.h>

static int items[1000];

static void empty(void)
{
	struct ring r;

	ring_init(&r);
	CHECK_POINTER(ring_pop_front(&r), NULL);
	CHECK_POINTER(ring_pop_back(&r), NULL);
	CHECK_POINTER(ring_get(&r, 0), NULL);
	ring_fini(&r);
}

static void both_ends(void)
{
	struct ring r;

	ring_init(&r);
	ring_push_back(&r, &items[1]);
	ring_push_back(&r, &items[2]);
	ring_push_front(&r, &items[0]);
	for (unsigned i = 0; i < 3; i++)
		CHECK_POINTER(ring_get(&r, i), &items[i]);
	CHECK_POINTER(ring_get(&r, 3), NULL);
	CHECK_POINTER(ring_pop_back(&r), &items[2]);
	CHECK_POINTER(ring_pop_front(&r), &items[0]);
	CHECK_POINTER(ring_pop_front(&r), &items[1]);
	CHECK_INT(r.count, 0);
	ring_fini(&r);
}

static void grows_wrapped(void)
{
	struct ring r;

	ring_init(&r);
	for (unsigned i = 0; i < 500; i++) {
		ring_push_back(&r, &items[500 + i]);
		ring_push_front(&r, &items[499 - i]);
	}
	CHECK_INT(r.count, 1000);
	for (unsigned i = 0; i < 1000; i++)
		CHECK_POINTER(ring_get(&r, i), &items[i]);
	ring_fini(&r);
}

static void like_the_model(void)
{
	void *model[1000];
	unsigned count = 0;
	struct ring r;

	ring_init(&r);
	for (unsigned i = 0; i < 3000; i++) {
		void *item = &items[i % 1000];

		if (count > 0 && i * 7 % 10 < 3) {
			CHECK_POINTER(ring_pop_front(&r), model[0]);
			memmove(model, model + 1, --count * sizeof *model);
		} else if (count > 0 && i * 7 % 10 < 5) {
			CHECK_POINTER(ring_pop_back(&r), model[--count]);
		} else if (count < 1000 && i % 2) {
			ring_push_back(&r, item);
			model[count++] = item;
		} else if (count < 1000) {
			ring_push_front(&r, item);
			memmove(model + 1, model, count++ * sizeof *model);
			model[0] = item;
		}
	}
	REQUIRE_INT(r.count, count);
	for (unsigned i = 0; i < count; i++)
		CHECK_POINTER(ring_get(&r, i), model[i]);
	ring_fini(&r);
}

/* A wrapped ring of the items 0 to count - 1, starting anywhere. */
static struct ring numbered(unsigned count, unsigned start)
{
	struct ring r;

	ring_init(&r);
	for (unsigned i = 0; i < start; i++) {
		ring_push_back(&r, items);
		ring_pop_front(&r);
	}
	for (unsigned i = 0; i < count; i++)
		ring_push_back(&r, &items[i]);
	return r;
}

static void removes(void)
{
	enum { COUNT = 8 };

	for (unsigned start = 0; start < COUNT; start++) {
		for (unsigned index = 0; index < COUNT; index++) {
			struct ring r = numbered(COUNT, start);

			CHECK_POINTER(ring_remove(&r, index), &items[index]);
			CHECK_INT(r.count, COUNT - 1);
			for (unsigned i = 0; i < COUNT - 1; i++)
				CHECK_POINTER(ring_get(&r, i), &items[i < index ? i : i + 1]);
			ring_push_front(&r, &items[900]);
			ring_push_back(&r, &items[901]);
			CHECK_POINTER(ring_get(&r, 0), &items[900]);
			CHECK_POINTER(ring_get(&r, COUNT), &items[901]);
			ring_fini(&r);
		}
	}
}

static void removes_the_last_one(void)
{
	struct ring r = numbered(1, 3);

	CHECK_POINTER(ring_remove(&r, 0), items);
	CHECK_INT(r.count, 0);
	CHECK_POINTER(ring_pop_front(&r), NULL);
	ring_release(&r);
	CHECK_POINTER(r.items, NULL);
}

static void releases(void)
{
	struct ring r;

	ring_init(&r);
	ring_push_back(&r, items);
	ring_release(&r);
	CHECK_POINTER(ring_get(&r, 0), items);
	ring_pop_front(&r);
	ring_release(&r);
	CHECK_POINTER(r.items, NULL);
	ring_push_back(&r, items);
	CHECK_POINTER(ring_pop_back(&r), items);
	ring_fini(&r);
}

static const struct test tests[] = {
	{"an empty ring gives NULL", empty},
	{"both ends push and pop", both_ends},
	{"growing keeps the order of a wrapped ring", grows_wrapped},
	{"after any pushing and popping it holds what a plain array says", like_the_model},
	{"an item taken out leaves the others in their order", removes},
	{"the only item can be taken out", removes_the_last_one},
	{"only an empty ring gives its array back", releases},
	{NULL, NULL},
};
const struct suite ring_suite = {"ring", tests};
