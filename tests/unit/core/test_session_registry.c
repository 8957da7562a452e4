/* Session records, their lists and their identities. */
#include "core/session_registry.h"

#include "suites.h"

static unsigned count_links(const struct session_link *l)
{
	unsigned n = 0;

	for (; l != NULL; l = l->next)
		n++;
	return n;
}

static void a_session_is_found_by_all_its_names(void)
{
	struct session_registry r;
	struct session_id id1 = test_id(1), id2 = test_id(2);
	struct session *s1, *s2;
	struct user *ann;

	session_registry_init(&r);
	s1 = session_registry_add(&r, &id1, 0, test_identity("ann", "web", "d"), 5);
	s2 = session_registry_add(&r, &id2, 1, test_identity("ann", "ios", "d"), 9);
	ann = people_find_user(&r.people, "ann");
	CHECK_POINTER(session_registry_find(&r, &id2), s2);
	CHECK_INT(count_links(ann->sessions), 2);
	CHECK_POINTER(session_of_user_link(ann->sessions), s2);
	CHECK_INT(count_links(people_find_device(&r.people, "d")->sessions), 2);
	CHECK_INT(ann->since, 5);
	CHECK_INT(r.users, 1);
	CHECK_INT(r.devices, 1);
	session_registry_remove(&r, s2);
	CHECK_POINTER(session_of_device_link(people_find_device(&r.people, "d")->sessions), s1);
	session_registry_remove(&r, s1);
	CHECK_INT(r.users + r.devices + r.sessions.count, 0);
	session_registry_fini(&r);
}

static void identity_is_a_copy(void)
{
	struct session_registry r;
	struct session_id id = test_id(1);
	char lang[] = "lang", zh[] = "zh", plan[] = "plan", pro[] = "";
	struct attribute attributes[] = { { lang, zh }, { plan, pro } };
	struct identity who = *test_identity("ann", "web", "d");
	struct session *s;

	session_registry_init(&r);
	who.attributes = attributes;
	who.attribute_count = 2;
	s = session_registry_add(&r, &id, 0, &who, 0);
	lang[0] = zh[0] = 'X';
	who.user[0] = 'X';
	CHECK_TEXT(s->who.user, "ann");
	CHECK_INT(s->who.attribute_count, 2);
	CHECK_TEXT(s->who.attributes[0].name, "lang");
	CHECK_TEXT(s->who.attributes[0].value, "zh");
	CHECK_TEXT(s->who.attributes[1].value, "");
	session_registry_remove(&r, s);
	session_registry_fini(&r);
}

static void identify_from_itself(void)
{
	struct session_registry r;
	struct session_id id = test_id(1);
	char name[] = "plan", value[] = "pro";
	struct attribute attribute = { name, value };
	struct identity who = *test_identity("ann", "web", "d");
	struct person was;
	struct session *s;

	session_registry_init(&r);
	who.attributes = &attribute;
	who.attribute_count = 1;
	s = session_registry_add(&r, &id, 0, &who, 3);
	session_registry_identify(&r, s, &s->who, 7, &was);
	session_registry_release(&r, &was);
	CHECK_TEXT(s->who.user, "ann");
	CHECK_TEXT(s->who.attributes[0].value, "pro");
	CHECK_INT(s->is.user->since, 3);
	CHECK_INT(s->is.user->references, 1);
	session_registry_remove(&r, s);
	session_registry_fini(&r);
}

static void many_subscriptions(void)
{
	enum { MANY = 300 };
	static char channels[MANY];
	struct session_registry r;
	struct session_id id = test_id(1);
	struct session *s;

	session_registry_init(&r);
	s = session_registry_add(&r, &id, 0, test_identity(NULL, "0", "d"), 0);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < MANY; i++)
			session_add_subscription(s, (struct channel *)(void *)&channels[i]);
		CHECK_INT(s->subscription_count, MANY);
		for (int i = 0; i < MANY; i += round + 1)
			session_remove_subscription(s, session_find_subscription(s, (struct channel *)(void *)&channels[i]));
		for (int i = 0; i < MANY; i++) {
			struct subscription *sub = session_find_subscription(s, (struct channel *)(void *)&channels[i]);

			CHECK((sub == NULL) == (i % (round + 1) == 0));
			if (sub != NULL)
				session_remove_subscription(s, sub);
		}
		CHECK_POINTER(s->subscriptions, NULL);
	}
	session_registry_remove(&r, s);
	session_registry_fini(&r);
}

const struct suite session_registry_suite = {
	"session_registry",
	(const struct test[]){
		{ "a session is found by id, user and device", a_session_is_found_by_all_its_names },
		{ "the identity is a copy, attributes and all", identity_is_a_copy },
		{ "a session may be identified as what it is", identify_from_itself },
		{ "subscriptions come and go in any order", many_subscriptions },
		{ NULL, NULL },
	},
};
