/* Names kept once, while somebody needs them. */
#include "core/people.h"

#include "suites.h"

#include <stdio.h>

static void a_name_is_one_object(void)
{
	struct people p;
	struct user *ann;

	people_init(&p);
	ann = people_user(&p, "ann");
	CHECK_TEXT(ann->name, "ann");
	CHECK_POINTER(people_user(&p, "ann"), ann);
	CHECK(people_user(&p, "Ann") != ann);
	people_unref_user(&p, people_find_user(&p, "Ann"));
	people_unref_user(&p, ann);
	CHECK_POINTER(people_find_user(&p, "ann"), ann);
	people_unref_user(&p, ann);
	CHECK_POINTER(people_find_user(&p, "ann"), NULL);
	people_fini(&p);
}

static void users_apps_and_devices_are_apart(void)
{
	struct people p;
	struct device *d;
	struct app *a;

	people_init(&p);
	d = people_device(&p, "x");
	a = people_app(&p, "x");
	CHECK_POINTER(people_find_user(&p, "x"), NULL);
	CHECK_POINTER(people_find_device(&p, "x"), d);
	CHECK_POINTER(people_find_app(&p, "x"), a);
	people_unref_device(&p, d);
	people_unref_app(&p, a);
	people_fini(&p);
}

static void touch_app(struct people *p, unsigned n)
{
	char name[16];

	snprintf(name, sizeof(name), "app%u", n);
	people_unref_app(p, people_app(p, name));
}

static void known_apps_are_bounded(void)
{
	struct people p;

	people_init(&p);
	for (unsigned n = 0; n < MAX_KNOWN_APPS; n++)
		touch_app(&p, n);
	touch_app(&p, 0);
	CHECK(people_knows_app(&p, "app0"));
	CHECK(!people_knows_app(&p, "never"));
	touch_app(&p, MAX_KNOWN_APPS);
	CHECK_INT(p.known_apps.count, MAX_KNOWN_APPS);
	CHECK(people_knows_app(&p, "never"));
	people_fini(&p);
}

static void the_best_state_counts(void)
{
	struct people p;
	struct user *u;

	people_init(&p);
	u = people_user(&p, "ann");
	u->states[STATE_HIDDEN] = 2;
	CHECK_INT(user_state(u), STATE_HIDDEN);
	u->states[STATE_IDLE] = 1;
	CHECK_INT(user_state(u), STATE_IDLE);
	u->states[STATE_ACTIVE] = 1;
	CHECK_INT(user_state(u), STATE_ACTIVE);
	people_unref_user(&p, u);
	people_fini(&p);
}

const struct suite people_suite = {
	"people",
	(const struct test[]){
		{ "a name is one object while it is referenced", a_name_is_one_object },
		{ "users, apps and devices of one name are apart", users_apps_and_devices_are_apart },
		{ "known apps are bounded, beyond that none is unknown", known_apps_are_bounded },
		{ "a user's state is the best of the sessions'", the_best_state_counts },
		{ NULL, NULL },
	},
};
