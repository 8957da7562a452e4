/* Running numbers of publishers. */
#include "core/publisher_gaps.h"

#include "suites.h"

#include <stdio.h>

static uint64_t note(struct publisher_gaps *g, const char *name, uint64_t seq)
{
	return publisher_gaps_note(g, name, seq, false);
}

static void gaps_are_counted_per_publisher(void)
{
	struct publisher_gaps g;

	publisher_gaps_init(&g);
	CHECK_INT(note(&g, "a", 10), 0);
	CHECK_INT(note(&g, "b", 20), 0);
	CHECK_INT(note(&g, "a", 11), 0);
	CHECK_INT(note(&g, "b", 25), 4);
	CHECK_INT(note(&g, "a", 13), 1);
	publisher_gaps_fini(&g);
}

static void a_restart_is_silent(void)
{
	struct publisher_gaps g;

	publisher_gaps_init(&g);
	note(&g, "a", UINT64_MAX);
	CHECK_INT(note(&g, "a", 0), 0);
	CHECK_INT(note(&g, "a", 1), 0);
	CHECK_INT(note(&g, "a", 1), 0);
	CHECK(note(&g, "a", UINT64_MAX) == UINT64_MAX - 2);
	publisher_gaps_fini(&g);
}

static void a_duplicate_is_no_restart(void)
{
	struct publisher_gaps g;

	publisher_gaps_init(&g);
	note(&g, "a", 5);
	CHECK_INT(publisher_gaps_note(&g, "a", 3, true), 0);
	CHECK_INT(note(&g, "a", 6), 0);
	CHECK_INT(publisher_gaps_note(&g, "a", 8, true), 1);
	CHECK_INT(note(&g, "a", 9), 0);
	publisher_gaps_fini(&g);
}

static void the_longest_unheard_is_forgotten(void)
{
	struct publisher_gaps g;
	char name[16];

	publisher_gaps_init(&g);
	note(&g, "first", 1);
	note(&g, "second", 1);
	for (unsigned n = 2; n < MAX_PUBLISHERS; n++) {
		snprintf(name, sizeof(name), "p%u", n);
		note(&g, name, 1);
	}
	note(&g, "first", 2); /* heard again: second is the oldest now */
	note(&g, "one more", 1);
	CHECK_INT(g.publishers.count, MAX_PUBLISHERS);
	CHECK_INT(note(&g, "first", 9), 6);
	CHECK_INT(note(&g, "second", 9), 0);
	CHECK_INT(g.publishers.count, MAX_PUBLISHERS);
	publisher_gaps_fini(&g);
}

const struct suite publisher_gaps_suite = {
	"publisher_gaps",
	(const struct test[]){
		{ "gaps are counted for each publisher", gaps_are_counted_per_publisher },
		{ "a number not above the last begins anew", a_restart_is_silent },
		{ "a message sent again is no restart", a_duplicate_is_no_restart },
		{ "the publisher not heard for longest is forgotten", the_longest_unheard_is_forgotten },
		{ NULL, NULL },
	},
};
