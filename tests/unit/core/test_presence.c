/* A scope and its watch, without a core: what is gathered, and when it costs. */
#include "core/presence.h"

#include "suites.h"

#include <stdio.h>

struct rig {
	struct settings settings;
	struct people people;
	struct presence_queue queue;
	struct presence scope;
	struct app *app;
	struct device *device;
};

static void rig_init(struct rig *r)
{
	*r = (struct rig){ .settings = { .presence_interval = 1000 } };
	people_init(&r->people);
	r->queue = (struct presence_queue){ .people = &r->people, .settings = &r->settings, .lanes = 2 };
	presence_init(&r->scope, "room", true);
	r->app = people_app(&r->people, "web");
	r->device = people_device(&r->people, "d");
}

static void rig_fini(struct rig *r)
{
	presence_fini(&r->scope, &r->queue);
	people_unref_app(&r->people, r->app);
	people_unref_device(&r->people, r->device);
	people_fini(&r->people);
}

static void come(struct rig *r, const char *name, uint64_t now)
{
	struct person who = { people_user(&r->people, name), r->app, r->device };

	presence_enter(&r->scope, &r->queue, &who, now);
}

/* The user object may be gone after this, but for the journal. */
static void go(struct rig *r, const char *name, uint64_t now)
{
	struct person who = { people_find_user(&r->people, name), r->app, r->device };

	presence_leave(&r->scope, &r->queue, &who, now);
	people_unref_user(&r->people, who.user);
}

static void watch(struct rig *r, enum presence_mode from, enum presence_mode to)
{
	presence_change_mode(&r->scope, &r->queue, 1, from, to);
}

static void unwatched_costs_nothing(void)
{
	struct rig r;

	rig_init(&r);
	come(&r, "ann", 0);
	go(&r, "ann", 0);
	CHECK_POINTER(r.scope.watch, NULL);
	CHECK_POINTER(r.queue.first, NULL);
	CHECK_POINTER(people_find_user(&r.people, "ann"), NULL);
	rig_fini(&r);
}

static void the_journal_keeps_the_names_it_needs(void)
{
	struct rig r;
	struct presence_change *p;

	rig_init(&r);
	come(&r, "ann", 0);
	watch(&r, PRESENCE_MODE_NONE, PRESENCE_MODE_LIST);
	go(&r, "ann", 0);
	CHECK(people_find_user(&r.people, "ann") != NULL);
	p = presence_queue_take(&r.queue, 1000);
	REQUIRE(p != NULL);
	CHECK_INT(p->leave_count, 1);
	CHECK_TEXT(p->leave[0].user, "ann");
	CHECK_TEXT(p->leave[0].app, "web");
	CHECK_POINTER(people_find_user(&r.people, "ann"), NULL);
	presence_change_free(p);
	watch(&r, PRESENCE_MODE_LIST, PRESENCE_MODE_NONE);
	rig_fini(&r);
}

static void no_journal_for_counts(void)
{
	struct rig r;
	struct presence_change *p;

	rig_init(&r);
	come(&r, "ann", 0);
	watch(&r, PRESENCE_MODE_NONE, PRESENCE_MODE_COUNT);
	go(&r, "ann", 0);
	CHECK_POINTER(people_find_user(&r.people, "ann"), NULL);
	p = presence_queue_take(&r.queue, 1000);
	REQUIRE(p != NULL);
	CHECK_INT(p->join_count + p->leave_count, 0);
	CHECK(!p->is_truncated);
	CHECK_INT(p->count_lanes, 2);
	CHECK_INT(p->list_lanes, 0);
	presence_change_free(p);
	watch(&r, PRESENCE_MODE_COUNT, PRESENCE_MODE_NONE);
	rig_fini(&r);
}

static void the_journal_is_bounded(void)
{
	struct rig r;
	char name[16];

	rig_init(&r);
	watch(&r, PRESENCE_MODE_NONE, PRESENCE_MODE_LIST);
	for (unsigned n = 0; n <= MAX_PRESENCE_LIST; n++) {
		snprintf(name, sizeof(name), "u%u", n);
		come(&r, name, 0);
		/* one reference of the scope's session, one of the journal */
		CHECK_INT(people_find_user(&r.people, name)->references, n < MAX_PRESENCE_LIST ? 2 : 1);
	}
	CHECK_INT(people_find_user(&r.people, "u0")->references, 1);
	for (unsigned n = 0; n <= MAX_PRESENCE_LIST; n++) {
		snprintf(name, sizeof(name), "u%u", n);
		go(&r, name, 0);
	}
	watch(&r, PRESENCE_MODE_LIST, PRESENCE_MODE_NONE);
	rig_fini(&r);
}

static void the_first_due_is_the_first_taken(void)
{
	struct rig r;
	struct presence other;
	struct presence_counts counts = { 1, 2, 3 };
	struct presence_change *p;
	uint64_t due;

	rig_init(&r);
	presence_init(&other, "$all", false);
	watch(&r, PRESENCE_MODE_NONE, PRESENCE_MODE_COUNT);
	presence_change_mode(&other, &r.queue, 0, PRESENCE_MODE_NONE, PRESENCE_MODE_COUNT);
	presence_set_counts(&other, &r.queue, &counts, 10);
	come(&r, "ann", 20);
	REQUIRE(presence_queue_due(&r.queue, &due));
	CHECK_INT(due, 1010);
	p = presence_queue_take(&r.queue, 5000);
	REQUIRE(p != NULL);
	CHECK_TEXT(p->channel, "$all");
	CHECK_INT(p->counts.devices, 2);
	presence_change_free(p);
	/* the other goes away while it waits */
	watch(&r, PRESENCE_MODE_COUNT, PRESENCE_MODE_NONE);
	CHECK(!presence_queue_due(&r.queue, &due));
	CHECK_POINTER(presence_queue_take(&r.queue, 5000), NULL);
	presence_fini(&other, &r.queue);
	go(&r, "ann", 20);
	rig_fini(&r);
}

const struct suite presence_suite = {
	"presence",
	(const struct test[]){
		{ "a scope that nobody watches gathers nothing", unwatched_costs_nothing },
		{ "the journal keeps a name until it is told", the_journal_keeps_the_names_it_needs },
		{ "watchers by count need no journal", no_journal_for_counts },
		{ "the journal ends where a push may name no more", the_journal_is_bounded },
		{ "pushes come in the order in which they are due", the_first_due_is_the_first_taken },
		{ NULL, NULL },
	},
};
