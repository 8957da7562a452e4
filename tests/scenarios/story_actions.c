/* story_actions - what can be done in a story, one function and one row each. */
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct core *core_of(struct story *s)
{
	if (s->core == NULL)
		s->core = core_new(&s->settings, s->lanes);
	return s->core;
}

/* An action came out like this; the line may end with "refused CODE". */
static void check_result(struct story *s, int result)
{
	int expected = 0;

	if (story_take(s, "refused"))
		expected = -(int)story_number(s, "a code");
	if (result != expected && result == 0)
		story_fail(s, "expected to be refused with %d, but it was done", -expected);
	if (result != expected)
		story_fail(s, "expected %d, but it was refused with %d", -expected, -result);
}

/* at TIME */
static void at(struct story *s)
{
	uint64_t time = story_time(s);

	if (time < s->now)
		story_fail(s, "the clock does not go back");
	story_expect_silence(s);
	s->now = time;
}

/* with lanes N | interval TIME | subscriptions N | channels N | dedup_max N | dedup_ttl TIME */
static void with(struct story *s)
{
	if (s->core != NULL)
		story_fail(s, "settings stand before everything else");
	if (story_take(s, "lanes"))
		s->lanes = (unsigned)story_number(s, "a number of lanes");
	else if (story_take(s, "interval"))
		s->settings.presence_interval = story_time(s);
	else if (story_take(s, "subscriptions"))
		s->settings.limits.subscriptions = story_number(s, "a number");
	else if (story_take(s, "channels"))
		s->settings.limits.channels = story_number(s, "a number");
	else if (story_take(s, "dedup_max"))
		s->settings.dedup_max = story_number(s, "a number");
	else if (story_take(s, "dedup_ttl"))
		s->settings.dedup_ttl = story_time(s);
	else
		story_fail(s, "no such setting");
}

/* rule PATTERN [subscribe users] [publish members] [presence off] [slow disconnect] */
static void rule(struct story *s)
{
	struct channel_rule *r;

	if (s->core != NULL || s->settings.channel_count == MAX_RULES)
		story_fail(s, "rules stand before everything else, at most %d", MAX_RULES);
	r = &s->rules[s->settings.channel_count++];
	*r = (struct channel_rule){ .pattern = strdup(story_word(s, "a pattern")), .presence = true };
	while (story_has_more(s)) {
		if (story_take(s, "subscribe") && story_take(s, "users"))
			r->subscribe = SUBSCRIBE_USERS;
		else if (story_take(s, "publish") && story_take(s, "members"))
			r->client_publish = PUBLISH_MEMBERS;
		else if (story_take(s, "presence") && story_take(s, "off"))
			r->presence = false;
		else if (story_take(s, "slow") && story_take(s, "disconnect"))
			r->slow = SLOW_DISCONNECT;
		else
			story_fail(s, "no such rule");
	}
}

static void read_identity(struct story *s, struct identity *who)
{
	for (;;) {
		char **to = story_take(s, "user") ? &who->user
			: story_take(s, "app")    ? &who->app
			: story_take(s, "device") ? &who->device
						  : NULL;

		if (to == NULL)
			return;
		story_word(s, "a name");
		*to = s->words[s->at - 1];
	}
}

/* open SESSION lane N [user NAME] [app NAME] [device NAME] [refused CODE] */
static void open(struct story *s)
{
	char app[] = "0", device[] = "some-device";
	struct identity who = { .app = app, .device = device };
	struct session_id id = story_session(s);
	uint64_t lane;

	if (!story_take(s, "lane"))
		story_fail(s, "'lane N' is missing");
	lane = story_number(s, "a lane");
	if (lane >= s->lanes)
		story_fail(s, "there is no lane %u", (unsigned)lane);
	read_identity(s, &who);
	check_result(s, core_open(core_of(s), &id, (unsigned)lane, &who, s->now));
}

/* close SESSION */
static void close(struct story *s)
{
	struct session_id id = story_session(s);

	core_close(core_of(s), &id, s->now);
}

/* The rest of the line may be "loses CHANNEL ...". */
static void check_lost(struct story *s, char **lost, size_t count)
{
	static struct story_text expected, happened;

	expected.size = happened.size = 0;
	story_say(&expected, " loses");
	story_say(&happened, " loses");
	if (story_take(s, "loses"))
		while (story_has_more(s))
			story_say(&expected, " %s", story_word(s, "a channel"));
	for (size_t i = 0; i < count; i++) {
		story_say(&happened, " %s", lost[i]);
		free(lost[i]);
	}
	free(lost);
	story_compare(s, &expected, &happened);
}

static void identify(struct story *s, bool is_login)
{
	struct session_id id = story_session(s);
	const struct identity *old = core_identity(core_of(s), &id);
	struct identity who;
	char **lost = NULL;
	size_t lost_count = 0;

	if (old == NULL)
		story_fail(s, "there is no such session");
	who = *old;
	if (!is_login)
		who.user = NULL;
	read_identity(s, &who);
	if (core_identify(s->core, &id, &who, s->now, &lost, &lost_count) != 0)
		story_fail(s, "was refused");
	check_lost(s, lost, lost_count);
}

/* login SESSION user NAME [app NAME] [device NAME] [loses CHANNEL ...] */
static void login(struct story *s)
{
	identify(s, true);
}

/* logout SESSION [loses CHANNEL ...] */
static void logout(struct story *s)
{
	identify(s, false);
}

static enum presence_mode read_mode(struct story *s)
{
	if (!story_take(s, "presence"))
		return PRESENCE_MODE_NONE;
	if (story_take(s, "list"))
		return PRESENCE_MODE_LIST;
	if (story_take(s, "count"))
		return PRESENCE_MODE_COUNT;
	story_fail(s, "presence list, or presence count");
}

/* What a subscribe may say of its answer, word by word. */
static void check_membership(struct story *s, const struct membership *m)
{
	if (story_take(s, "again") == m->is_new)
		story_fail(s, m->is_new ? "it was not a member before" : "it was a member before: say 'again'");
	if (story_take(s, "unheard") == m->has_presence)
		story_fail(s, m->has_presence ? "the channel has presence" : "the channel has no presence: say 'unheard'");
	if (story_take(s, "sees")) {
		static struct story_text expected, happened;
		struct presence_counts counts = { 0 };

		counts.users = story_take(s, "users") ? story_number(s, "users") : 0;
		counts.devices = story_take(s, "devices") ? story_number(s, "devices") : 0;
		counts.sessions = story_take(s, "sessions") ? story_number(s, "sessions") : 0;
		expected.size = happened.size = 0;
		story_say_counts(&expected, &counts);
		story_say_counts(&happened, &m->counts);
		story_compare(s, &expected, &happened);
	}
}

/* subscribe SESSION CHANNEL [presence list|count] [again] [unheard] [sees users N devices N sessions N] [refused CODE] */
static void subscribe(struct story *s)
{
	struct session_id id = story_session(s);
	const char *channel = story_word(s, "a channel");
	enum presence_mode mode = read_mode(s);
	struct membership m;
	int result = core_subscribe(core_of(s), &id, channel, mode, s->now, &m);

	if (result == 0)
		check_membership(s, &m);
	check_result(s, result);
}

/* unsubscribe SESSION CHANNEL [refused CODE] */
static void unsubscribe(struct story *s)
{
	struct session_id id = story_session(s);
	const char *channel = story_word(s, "a channel");

	check_result(s, core_unsubscribe(core_of(s), &id, channel, s->now));
}

/* state SESSION active|idle|hidden */
static void state(struct story *s)
{
	struct session_id id = story_session(s);

	core_set_state(core_of(s), &id, story_state(s), s->now);
}

static void open_one_of_crowd(struct story *s, unsigned n, const char *channel)
{
	char name[sizeof("crowd") + 10], app[] = "web";
	struct identity who = { .user = name, .app = app, .device = name };
	struct session_id id = { { 0 } };
	struct membership m;

	snprintf(name, sizeof(name), "crowd%u", n);
	memcpy(id.bytes, name, strlen(name));
	if (core_open(s->core, &id, n % s->lanes, &who, s->now) != 0 ||
		core_subscribe(s->core, &id, channel, PRESENCE_MODE_NONE, s->now, &m) != 0)
		story_fail(s, "%s was refused", name);
}

/* crowd N joins CHANNEL: as many users of the app web; crowd leaves: all of them end */
static void crowd(struct story *s)
{
	core_of(s);
	if (story_take(s, "leaves")) {
		while (s->crowd > 0) {
			struct session_id id = { { 0 } };
			char name[sizeof("crowd") + 10];

			snprintf(name, sizeof(name), "crowd%u", --s->crowd);
			memcpy(id.bytes, name, strlen(name));
			core_close(s->core, &id, s->now);
		}
	} else {
		uint64_t n = story_number(s, "a number");
		const char *channel = story_take(s, "joins") ? story_word(s, "a channel") : "";

		if (n > 100000)
			story_fail(s, "that is too large a crowd");
		while (s->crowd < n)
			open_one_of_crowd(s, s->crowd++, channel);
	}
}

/* all, app/A, user/U, user/U@A, device/D, session/S, channel/C */
static void read_target(struct story *s, struct target *t)
{
	char *slash = strchr(story_word(s, "a target"), '/');
	char *word = s->words[s->at - 1], *name = slash != NULL ? slash + 1 : word;
	size_t size = slash != NULL ? (size_t)(slash - word) : strlen(word);

	if (strncmp(word, "all", size) == 0) {
		t->kind = TARGET_ALL;
	} else if (strncmp(word, "app", size) == 0) {
		t->kind = TARGET_APP;
		t->app = name;
	} else if (strncmp(word, "user", size) == 0) {
		t->kind = TARGET_USER;
		t->user = strtok(name, "@");
		t->app = strtok(NULL, "@");
	} else if (strncmp(word, "device", size) == 0) {
		t->kind = TARGET_DEVICE;
		t->device = name;
	} else if (strncmp(word, "session", size) == 0) {
		t->kind = TARGET_SESSION;
		s->words[--s->at] = name;
		t->session = story_session(s);
	} else if (strncmp(word, "channel", size) == 0) {
		t->kind = TARGET_CHANNEL;
		t->channel = name;
	} else {
		story_fail(s, "'%s' is no target", word);
	}
}

static void read_options(struct story *s, struct publish *p)
{
	for (;;) {
		if (story_take(s, "id")) {
			story_word(s, "an id");
			p->id = s->words[s->at - 1];
		} else if (story_take(s, "pub")) {
			story_word(s, "a publisher");
			p->publisher = s->words[s->at - 1];
		} else if (story_take(s, "seq")) {
			p->seq = story_number(s, "a running number");
			p->has_seq = true;
		} else {
			return;
		}
	}
}

static void say_route(struct story_text *t, const struct route *r)
{
	t->size = 0;
	if (r->is_duplicate)
		story_say(t, " duplicate");
	else
		story_say_lanes(t, "lanes", r->lanes);
	if (r->is_unknown_app)
		story_say(t, " unknown");
	if (r->slow == SLOW_DISCONNECT)
		story_say(t, " disconnects");
	if (r->publisher_lost > 0)
		story_say(t, " lost %u", (unsigned)r->publisher_lost);
}

/* lanes N ... | nowhere | duplicate, then [unknown] [disconnects] [lost N] */
static void check_route(struct story *s, const struct route *happened)
{
	static struct story_text a, b;
	struct route expected = { 0 };

	if (story_take(s, "duplicate"))
		expected.is_duplicate = true;
	else if (story_take(s, "lanes") || story_take(s, "lane"))
		expected.lanes = story_lanes(s);
	else if (!story_take(s, "nowhere"))
		story_fail(s, "say where it goes: lanes N .., nowhere, or duplicate");
	expected.is_unknown_app = story_take(s, "unknown");
	if (story_take(s, "disconnects"))
		expected.slow = SLOW_DISCONNECT;
	if (story_take(s, "lost"))
		expected.publisher_lost = story_number(s, "how many");
	say_route(&a, &expected);
	say_route(&b, happened);
	story_compare(s, &a, &b);
}

/* send TARGET [id I] [pub P seq N] -> lanes N ... */
static void send(struct story *s)
{
	struct publish p = { .references = 1 };
	struct route r;

	read_target(s, &p.target);
	read_options(s, &p);
	core_route(core_of(s), &p, s->now, &r);
	story_take(s, "->");
	check_route(s, &r);
}

/* publish SESSION CHANNEL [id I] -> lanes N ...   or   refused CODE */
static void publish(struct story *s)
{
	struct session_id id = story_session(s);
	struct publish p = { .references = 1, .target = { .kind = TARGET_CHANNEL } };
	struct route r;
	int result;

	story_word(s, "a channel");
	p.target.channel = s->words[s->at - 1];
	read_options(s, &p);
	result = core_route_client(core_of(s), &id, &p, s->now, &r);
	story_take(s, "->");
	if (result == 0 && strcmp(s->words[s->at] != NULL ? s->words[s->at] : "", "refused") != 0)
		check_route(s, &r);
	check_result(s, result);
}

bool story_act(struct story *s, const char *verb)
{
	static const struct {
		const char *verb;
		void (*run)(struct story *s);
	} actions[] = {
		{ "at", at },               { "with", with },       { "rule", rule },
		{ "open", open },           { "close", close },     { "login", login },
		{ "logout", logout },       { "state", state },     { "subscribe", subscribe },
		{ "unsubscribe", unsubscribe }, { "crowd", crowd }, { "send", send },
		{ "publish", publish },
	};

	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		if (strcmp(actions[i].verb, verb) != 0)
			continue;
		actions[i].run(s);
		return true;
	}
	return false;
}
