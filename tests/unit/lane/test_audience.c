/* Sitting down, standing up, in any order. */
#include "lane/audience.h"

#include "lane/session.h"
#include "suites.h"

#include <stdio.h>

static unsigned count(const struct audience_index *index, const char *kind, const char *name)
{
	struct audience *a = audience_find(index, kind, name);

	return a ? a->count : 0;
}

static void join_and_leave(void)
{
	struct audience_index index;
	struct session one = {0}, two = {0};

	audience_index_init(&index);
	audience_join(&index, "channel/", "news", &one, &one.seats);
	audience_join(&index, "channel/", "news", &one, &one.seats);
	audience_join(&index, "channel/", "news", &two, &two.seats);
	CHECK_INT(count(&index, "channel/", "news"), 2);
	audience_leave(&index, "channel/", "news", &one.seats);
	CHECK_INT(count(&index, "channel/", "news"), 1);
	CHECK_POINTER(audience_find(&index, "channel/", "news")->members[0].session, &two);
	audience_leave_all(&index, &two.seats);
	audience_leave_all(&index, &one.seats);
	CHECK_POINTER(audience_find(&index, "channel/", "news"), NULL);
	audience_index_fini(&index);
}

static void kinds_are_apart(void)
{
	struct audience_index index;
	struct session one = {0};

	audience_index_init(&index);
	audience_join(&index, "channel/", "x", &one, &one.seats);
	CHECK_POINTER(audience_find(&index, "user/", "x"), NULL);
	audience_leave_all(&index, &one.seats);
	audience_index_fini(&index);
}

/* Every seat points at its member and back. */
static bool is_consistent(const struct session *sessions, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		for (unsigned slot = 0; slot < sessions[i].seats.count; slot++) {
			const struct seat *seat = &sessions[i].seats.items[slot];
			const struct audience_member *m = &seat->audience->members[seat->position];

			if (m->session != &sessions[i] || m->slot != slot)
				return false;
		}
	}
	return true;
}

static void many_in_any_order(void)
{
	static struct session sessions[20];
	struct audience_index index;
	unsigned random = 1;
	char name[8];

	audience_index_init(&index);
	for (int step = 0; step < 5000; step++) {
		random = random * 1103515245 + 12345;
		struct session *s = &sessions[random / 65536 % 20];

		snprintf(name, sizeof(name), "c%u", random / 4096 % 7);
		if (random / 1024 % 2)
			audience_join(&index, "channel/", name, s, &s->seats);
		else
			audience_leave(&index, "channel/", name, &s->seats);
		if (step % 50 == 0)
			REQUIRE(is_consistent(sessions, 20));
	}
	for (int i = 0; i < 20; i++)
		audience_leave_all(&index, &sessions[i].seats);
	CHECK_INT(index.map.count, 0);
	audience_index_fini(&index);
}

const struct suite audience_suite = {
	"audience",
	(const struct test[]){
		{"sitting down twice is one seat, and the last to stand up ends the audience", join_and_leave},
		{"kinds of audiences are apart", kinds_are_apart},
		{"seats and members point at each other after any sequence", many_in_any_order},
		{0},
	},
};
