/* Who ended, and not more of them than the bound. */
#include "lane/tombstones.h"

#include "suites.h"

#include <string.h>

static struct session_id id_of(unsigned i)
{
	struct session_id id = {{0}};

	memcpy(id.bytes, &i, sizeof(i));
	return id;
}

static void remembers(void)
{
	struct session_id known = id_of(1), unknown = id_of(2);
	struct tombstones t;

	tombstones_init(&t);
	tombstones_add(&t, &known, 4001, false);
	tombstones_add(&t, &known, 4002, true);
	REQUIRE(tombstones_find(&t, &known) != NULL);
	CHECK_INT(tombstones_find(&t, &known)->code, 4001);
	CHECK(!tombstones_find(&t, &known)->reconnect);
	CHECK_POINTER(tombstones_find(&t, &unknown), NULL);
	tombstones_fini(&t);
}

static void forgets_the_oldest(void)
{
	struct session_id first = id_of(0), second = id_of(1);
	struct tombstones t;

	tombstones_init(&t);
	for (unsigned i = 0; i <= MAX_TOMBSTONES; i++) {
		struct session_id id = id_of(i);

		tombstones_add(&t, &id, 4001, false);
	}
	CHECK_POINTER(tombstones_find(&t, &first), NULL);
	CHECK(tombstones_find(&t, &second) != NULL);
	CHECK_INT(t.ring.count, MAX_TOMBSTONES);
	tombstones_fini(&t);
}

const struct suite tombstones_suite = {
	"tombstones",
	(const struct test[]){
		{"the first end of a session is remembered", remembers},
		{"beyond the bound the oldest is forgotten", forgets_the_oldest},
		{0},
	},
};
