/* The map against the plainest model there is, and the shape of its array. */
#include "base/map.h"

#include "base/random.h"
#include "suites.h"

#include <stdio.h>

enum { NAMES = 600 };

struct entry {
	char name[24];
	bool is_in;
};

static struct entry *entries(void)
{
	static struct entry all[NAMES];

	for (int i = 0; i < NAMES; i++) {
		snprintf(all[i].name, sizeof all[i].name, "name-%d", i);
		all[i].is_in = false;
	}
	return all;
}

static void fill(struct map *m, struct entry *all, int count)
{
	for (int i = 0; i < count; i++)
		map_add_text(m, all[i].name, &all[i]);
}

static void an_empty_map(void)
{
	struct map m;
	size_t at = 0;

	map_init(&m);
	CHECK_POINTER(map_find_text(&m, "x"), NULL);
	CHECK_POINTER(map_remove_text(&m, "x"), NULL);
	CHECK_POINTER(map_next(&m, &at), NULL);
	CHECK_POINTER(m.slots, NULL);
	map_fini(&m);
}

static void bytes_are_keys(void)
{
	int empty = 0, zero = 0, zeros = 0, text = 0;
	struct map m;

	map_init(&m);
	map_add(&m, NULL, 0, &empty);
	map_add(&m, "\0", 1, &zero);
	map_add(&m, "\0\0", 2, &zeros);
	map_add_text(&m, "a", &text);
	CHECK_POINTER(map_find(&m, "", 0), &empty);
	CHECK_POINTER(map_find(&m, "\0", 1), &zero);
	CHECK_POINTER(map_find(&m, "\0\0", 2), &zeros);
	CHECK_POINTER(map_find(&m, "ab", 1), &text);
	CHECK_POINTER(map_find(&m, "ab", 2), NULL);
	map_fini(&m);
}

static void remove_gives_back(void)
{
	struct map m;
	int value = 0;

	map_init(&m);
	map_add_text(&m, "k", &value);
	CHECK_POINTER(map_remove_text(&m, "other"), NULL);
	CHECK_POINTER(map_remove_text(&m, "k"), &value);
	CHECK_POINTER(map_find_text(&m, "k"), NULL);
	CHECK_INT(m.count, 0);
	map_add_text(&m, "k", &value);
	CHECK_POINTER(map_find_text(&m, "k"), &value);
	map_fini(&m);
}

static void load_is_bounded(void)
{
	struct entry *all = entries();
	bool bounded = true;
	struct map m;

	map_init(&m);
	for (int i = 0; i < NAMES; i++) {
		map_add_text(&m, all[i].name, &all[i]);
		bounded = bounded && m.count * 4 <= (m.mask + 1) * 3;
	}
	CHECK(bounded);
	CHECK_INT(m.count, NAMES);
	CHECK_INT(m.mask + 1, 1024);
	map_fini(&m);
}

static void shrinks(void)
{
	struct entry *all = entries();
	struct map m;

	map_init(&m);
	fill(&m, all, NAMES);
	for (int i = NAMES - 1; i >= 5; i--)
		map_remove_text(&m, all[i].name);
	CHECK(m.mask + 1 <= 64);
	for (int i = 0; i < 5; i++)
		CHECK_POINTER(map_find_text(&m, all[i].name), &all[i]);
	for (int i = 0; i < 5; i++)
		map_remove_text(&m, all[i].name);
	CHECK_POINTER(m.slots, NULL);
	map_fini(&m);
}

static void walks_once(void)
{
	struct entry *all = entries(), *entry;
	struct map m;
	size_t at = 0, seen = 0;

	map_init(&m);
	fill(&m, all, 100);
	while ((entry = map_next(&m, &at))) {
		CHECK(!entry->is_in);
		entry->is_in = true;
		seen++;
	}
	CHECK_INT(seen, 100);
	CHECK_POINTER(map_next(&m, &at), NULL);
	map_fini(&m);
}

static void all_as_modelled(const struct map *m, struct entry *all)
{
	size_t count = 0;
	bool same = true;

	for (int i = 0; i < NAMES; i++) {
		void *found = map_find_text(m, all[i].name);

		same = same && found == (all[i].is_in ? &all[i] : NULL);
		count += all[i].is_in;
	}
	CHECK(same);
	CHECK_INT(m->count, count);
}

/* The number that are meant to be in swings, so that the array grows and
 * shrinks and every gap is closed in all the places it can be. */
static void like_the_model(void)
{
	struct entry *all = entries();
	struct map m;

	map_init(&m);
	for (int round = 0; round < 200; round++) {
		unsigned in_eight = (unsigned)(round / 4 % 8);

		for (int i = 0; i < 200; i++) {
			struct entry *entry = &all[random_below(NAMES)];

			if (!entry->is_in && random_below(8) <= in_eight)
				map_add_text(&m, entry->name, entry);
			else if (entry->is_in)
				CHECK_POINTER(map_remove_text(&m, entry->name), entry);
			entry->is_in = map_find_text(&m, entry->name) != NULL;
		}
		all_as_modelled(&m, all);
	}
	map_fini(&m);
}

static const struct test tests[] = {
	{"an empty map finds nothing and owns nothing", an_empty_map},
	{"any bytes are a key, none too", bytes_are_keys},
	{"what was removed can be added again", remove_gives_back},
	{"never more than three quarters of the slots are used", load_is_bounded},
	{"a map that empties gives its array back", shrinks},
	{"a walk meets each value once", walks_once},
	{"after any adding and removing it holds what a plain array says", like_the_model},
	{NULL, NULL},
};
const struct suite map_suite = {"map", tests};
