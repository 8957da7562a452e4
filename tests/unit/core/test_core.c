/* The facade, where a story cannot look: ownership, names, timeouts. */
#include "core/core.h"

#include "suites.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const struct settings settings = {
	.presence_interval = 1000,
	.dedup_ttl = 10000,
	.dedup_max = 100,
	.limits = { .subscriptions = 10, .channels = 10 },
};

static struct core *core_with_ann(void)
{
	struct core *c = core_new(&settings, 64);
	struct session_id id = test_id(1);

	CHECK_INT(core_open(c, &id, 63, test_identity("ann", "web", "d"), 0), 0);
	return c;
}

static int subscribe(struct core *c, const char *channel)
{
	struct session_id id = test_id(1);
	struct membership m;

	return core_subscribe(c, &id, channel, PRESENCE_MODE_NONE, 0, &m);
}

static void a_session_is_looked_up(void)
{
	struct core *c = core_with_ann();
	struct session_id id = test_id(1), other = test_id(2);

	CHECK_TEXT(core_identity(c, &id)->user, "ann");
	CHECK_TEXT(core_identity(c, &id)->app, "web");
	CHECK_TEXT(core_identity(c, &id)->device, "d");
	CHECK_INT(core_lane(c, &id), 63);
	CHECK_POINTER(core_identity(c, &other), NULL);
	CHECK(core_lane(c, &other) < 0);
	core_free(c);
}

static void names_of_channels_are_checked(void)
{
	struct core *c = core_with_ann();
	char name[202];

	memset(name, 'x', sizeof(name));
	name[201] = '\0';
	CHECK_INT(subscribe(c, name), -CODE_INVALID);
	name[200] = '\0';
	CHECK_INT(subscribe(c, name), 0);
	CHECK_INT(subscribe(c, ""), -CODE_INVALID);
	CHECK_INT(subscribe(c, "two words"), -CODE_INVALID);
	CHECK_INT(subscribe(c, "a\nb"), -CODE_INVALID);
	CHECK_INT(subscribe(c, "\xc3\x28"), -CODE_INVALID);
	CHECK_INT(subscribe(c, "\xe6\x88\xbf"), 0);
	CHECK_INT(subscribe(c, "$app/"), -CODE_NOT_AUTHORISED);
	core_free(c);
}

static void lost_channels_are_appended(void)
{
	char pattern[] = "staff/*";
	struct channel_rule rule = { .pattern = pattern, .presence = true, .subscribe = SUBSCRIBE_USERS };
	struct settings own = settings;
	struct session_id id = test_id(1);
	struct core *c;
	char **lost = malloc(sizeof(*lost));
	size_t count = 1;

	REQUIRE(lost != NULL);
	lost[0] = strdup("before");
	own.channels = &rule;
	own.channel_count = 1;
	c = core_new(&own, 1);
	core_open(c, &id, 0, test_identity("ann", "web", "d"), 0);
	subscribe(c, "staff/1");
	subscribe(c, "room");
	subscribe(c, "staff/2");
	CHECK_INT(core_identify(c, &id, test_identity(NULL, "web", "d"), 0, &lost, &count), 0);
	CHECK_INT(count, 3);
	CHECK_TEXT(lost[0], "before");
	CHECK(strncmp(lost[1], "staff/", 6) == 0 && strncmp(lost[2], "staff/", 6) == 0);
	CHECK(strcmp(lost[1], lost[2]) != 0);
	for (size_t i = 0; i < count; i++)
		free(lost[i]);
	free(lost);
	core_free(c);
}

static void an_identity_of_its_own_may_be_given_back(void)
{
	struct core *c = core_with_ann();
	struct session_id id = test_id(1);
	struct identity who = *core_identity(c, &id);
	char **lost = NULL, app[] = "ios";
	size_t count = 0;

	who.app = app;
	CHECK_INT(core_identify(c, &id, &who, 0, &lost, &count), 0);
	CHECK_TEXT(core_identity(c, &id)->user, "ann");
	CHECK_TEXT(core_identity(c, &id)->app, "ios");
	CHECK_INT(count, 0);
	core_free(c);
}

static void a_core_is_freed_with_everything_in_it(void)
{
	struct core *c = core_with_ann();
	struct session_id id = test_id(2);
	struct publish message = { .target = { .kind = TARGET_ALL } };
	char message_id[] = "m1", publisher[] = "php";
	struct membership m;
	struct route r;

	message.id = message_id;
	message.publisher = publisher;
	message.has_seq = true;
	core_open(c, &id, 0, test_identity(NULL, "ios", "d2"), 0);
	core_subscribe(c, &id, "room", PRESENCE_MODE_LIST, 0, &m);
	subscribe(c, "room");
	core_route(c, &message, 0, &r);
	CHECK_INT(core_timeout(c, 400), 600);
	core_free(c); /* the leak checker sees the rest */
}

static void the_timeout_fits_an_int(void)
{
	struct settings own = settings;
	struct publish message = { .target = { .kind = TARGET_ALL } };
	char message_id[] = "m1";
	struct core *c;
	struct route r;

	own.dedup_ttl = UINT64_C(365) * 24 * 3600 * 1000;
	c = core_new(&own, 1);
	message.id = message_id;
	CHECK_INT(core_timeout(c, 0), -1);
	core_route(c, &message, 0, &r);
	CHECK_INT(core_timeout(c, 0), INT_MAX);
	CHECK_INT(core_timeout(c, own.dedup_ttl + 1000000), 0);
	CHECK_POINTER(core_take_change(c, own.dedup_ttl + 1000000), NULL);
	CHECK_INT(core_timeout(c, own.dedup_ttl + 1000000), -1);
	core_free(c);
}

static void a_client_publishes_to_channels_only(void)
{
	char any[] = "*", user[] = "ann";
	struct channel_rule rule = { .pattern = any, .presence = true, .client_publish = PUBLISH_MEMBERS };
	struct settings own = settings;
	struct publish message = { .target = { .kind = TARGET_USER, .user = user } };
	struct session_id id = test_id(1);
	struct core *c;
	struct route r;

	own.channels = &rule;
	own.channel_count = 1;
	c = core_new(&own, 1);
	core_open(c, &id, 0, test_identity("ann", "web", "d"), 0);
	CHECK_INT(core_route_client(c, &id, &message, 0, &r), -CODE_NOT_AUTHORISED);
	message.target = (struct target){ .kind = TARGET_ALL };
	CHECK_INT(core_route_client(c, &id, &message, 0, &r), -CODE_NOT_AUTHORISED);
	core_free(c);
}

struct calls {
	size_t count;
};

static void count_call(void *context, const char *user, const char *app, uint64_t since, enum client_state state)
{
	struct calls *calls = context;

	(void)user;
	(void)app;
	(void)since;
	(void)state;
	calls->count++;
}

static void a_list_has_its_limit(void)
{
	struct core *c = core_new(&settings, 1);
	struct presence_counts counts;
	struct calls calls = { 0 };
	struct membership m;

	for (unsigned n = 0; n < 50; n++) {
		char user[] = { (char)('A' + n), '\0' };
		struct session_id id = test_id(n);

		core_open(c, &id, 0, test_identity(user, "web", user), 0);
		core_subscribe(c, &id, "room", PRESENCE_MODE_NONE, 0, &m);
	}
	CHECK_INT(core_presence(c, "room", 7, count_call, &calls, &counts), 0);
	CHECK_INT(calls.count, 7);
	CHECK_INT(counts.users, 50);
	core_free(c);
}

const struct suite core_suite = {
	"core",
	(const struct test[]){
		{ "a session is looked up by id", a_session_is_looked_up },
		{ "names of channels are checked", names_of_channels_are_checked },
		{ "channels lost by a logout are appended to the list", lost_channels_are_appended },
		{ "a session's own identity may be changed and given back", an_identity_of_its_own_may_be_given_back },
		{ "a core is freed with everything in it", a_core_is_freed_with_everything_in_it },
		{ "the timeout fits an int, and expiry ends it", the_timeout_fits_an_int },
		{ "a client publishes to channels only", a_client_publishes_to_channels_only },
		{ "a list of who is there has its limit", a_list_has_its_limit },
		{ NULL, NULL },
	},
};
