/* Members per lane. */
#include "core/channel.h"

#include "core/channel_rules.h"
#include "core/session_registry.h"
#include "suites.h"

static void kinds_by_name(void)
{
	CHECK_INT(channel_kind_of("$all"), CHANNEL_ALL);
	CHECK_INT(channel_kind_of("$allx"), CHANNEL_NAMED);
	CHECK_INT(channel_kind_of("$app/web"), CHANNEL_APP);
	CHECK_INT(channel_kind_of("$app"), CHANNEL_NAMED);
	CHECK_INT(channel_kind_of("room"), CHANNEL_NAMED);
}

static void empty_when_the_last_left(void)
{
	struct settings settings = { .presence_interval = 1000 };
	struct people people;
	struct presence_queue q = { .people = &people, .settings = &settings, .lanes = 3 };
	struct person who = { 0 };
	struct channel *ch = channel_new("room", channel_rules_find(&settings, "room"));

	people_init(&people);
	who.device = people_device(&people, "d");
	who.app = people_app(&people, "web");
	CHECK(channel_is_empty(ch));
	channel_enter(ch, &q, 2, &who, 0);
	channel_enter(ch, &q, 2, &who, 0);
	CHECK_INT(ch->members.bits, 4);
	CHECK_INT(ch->presence.counts.devices, 1);
	CHECK_INT(ch->presence.counts.sessions, 2);
	channel_leave(ch, &q, 2, &who, 0);
	CHECK(!channel_is_empty(ch));
	channel_leave(ch, &q, 2, &who, 0);
	CHECK(channel_is_empty(ch));
	channel_free(ch, &q);
	people_unref_device(&people, who.device);
	people_unref_app(&people, who.app);
	people_fini(&people);
}

const struct suite channel_suite = {
	"channel",
	(const struct test[]){
		{ "a channel's kind is in its name", kinds_by_name },
		{ "a channel is empty when its last member left", empty_when_the_last_left },
		{ NULL, NULL },
	},
};
