/* story_expect - what can be expected in a story, one function and one row
 * each.  Both sides are written out as text, lists in order, and compared. */
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PEOPLE = 1024 };

struct people_list {
	char names[MAX_PEOPLE][400];
	size_t count;
};

static void add_name(const struct story *s, struct people_list *l, const char *user, const char *app)
{
	if (l->count == MAX_PEOPLE)
		story_fail(s, "more than %d people", MAX_PEOPLE);
	snprintf(l->names[l->count++], sizeof(l->names[0]), "%s%s%s", user, app != NULL ? "@" : "", app != NULL ? app : "");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void say_people(struct story_text *t, const char *what, struct people_list *l)
{
	if (l->count == 0)
		return;
	qsort(l->names, l->count, sizeof(l->names[0]), by_name);
	story_say(t, " %s", what);
	for (size_t i = 0; i < l->count; i++)
		story_say(t, " %s", l->names[i]);
	l->count = 0;
}

static void add_people(const struct story *s, struct people_list *l, const struct presence_person *people, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_name(s, l, people[i].user, people[i].app);
}

static void say_change(const struct story *s, struct story_text *t, const struct presence_change *p)
{
	static struct people_list list;

	t->size = 0;
	if (p == NULL) {
		story_say(t, " nothing");
		return;
	}
	story_say(t, " presence %s", p->channel);
	add_people(s, &list, p->join, p->join_count);
	say_people(t, "join", &list);
	add_people(s, &list, p->leave, p->leave_count);
	say_people(t, "leave", &list);
	if (p->is_truncated)
		story_say(t, " truncated");
	story_say_counts(t, &p->counts);
}

static bool is_keyword(const char *word)
{
	static const char *const words[] = { "join", "leave", "truncated", "users", "list", "count" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static void expect_people(struct story *s, struct story_text *t, const char *what)
{
	static struct people_list list;

	if (!story_take(s, what))
		return;
	while (story_has_more(s) && !is_keyword(s->words[s->at]))
		add_name(s, &list, story_word(s, "a user"), NULL);
	say_people(t, what, &list);
}

static void expect_counts(struct story *s, struct story_text *t)
{
	struct presence_counts counts = { 0 };

	counts.users = story_take(s, "users") ? story_number(s, "users") : 0;
	counts.devices = story_take(s, "devices") ? story_number(s, "devices") : 0;
	counts.sessions = story_take(s, "sessions") ? story_number(s, "sessions") : 0;
	story_say_counts(t, &counts);
}

/* Lanes are compared only where the story names them. */
static void expect_lanes(struct story *s, const char *what, struct story_text *expected,
	uint64_t lanes, struct story_text *happened)
{
	if (!story_take(s, what))
		return;
	if (!story_take(s, "lanes") && !story_take(s, "lane"))
		story_fail(s, "'%s lanes N ..'", what);
	story_say_lanes(expected, what, story_take(s, "none") ? 0 : story_lanes(s));
	story_say_lanes(happened, what, lanes);
}

/* expect presence CHANNEL [join U@A ..] [leave U@A ..] [truncated] users N devices N sessions N
 *	[list lanes N ..] [count lanes N ..] */
static void presence(struct story *s)
{
	static struct story_text expected, happened;
	struct presence_change *p = core_take_change(s->core, s->now);

	say_change(s, &happened, p);
	expected.size = 0;
	story_say(&expected, " presence %s", story_word(s, "a channel"));
	expect_people(s, &expected, "join");
	expect_people(s, &expected, "leave");
	if (story_take(s, "truncated"))
		story_say(&expected, " truncated");
	expect_counts(s, &expected);
	expect_lanes(s, "list", &expected, p != NULL ? p->list_lanes : 0, &happened);
	expect_lanes(s, "count", &expected, p != NULL ? p->count_lanes : 0, &happened);
	story_compare(s, &expected, &happened);
	presence_change_free(p);
}

void story_expect_silence(struct story *s)
{
	static struct story_text happened;
	struct presence_change *p = s->core != NULL ? core_take_change(s->core, s->now) : NULL;

	if (p == NULL)
		return;
	say_change(s, &happened, p);
	story_fail(s, "at %ums there was, and nobody expected it:%s", (unsigned)s->now, happened.bytes);
}

struct roll {
	struct story *story;
	struct people_list list;
};

static void on_person(void *context, const char *user, const char *app, uint64_t since, enum client_state state)
{
	static const char *const states[] = { "active", "idle", "hidden" };
	struct roll *roll = context;
	char text[400];

	snprintf(text, sizeof(text), "%s@%s:%s:%ums", user, app, states[state], (unsigned)since);
	add_name(roll->story, &roll->list, text, NULL);
}

/* expect in CHANNEL [limit N] U@A:STATE:SINCE .. users N devices N sessions N, or refused CODE */
static void in(struct story *s)
{
	static struct roll roll;
	static struct people_list list;
	static struct story_text expected, happened;
	const char *channel = story_word(s, "a channel");
	size_t limit = story_take(s, "limit") ? story_number(s, "a limit") : MAX_PEOPLE;
	struct presence_counts counts = { 0 };
	int result;

	roll.story = s;
	result = core_presence(s->core, channel, limit, on_person, &roll, &counts);
	expected.size = happened.size = 0;
	if (story_take(s, "refused")) {
		story_say(&expected, " refused %u", (unsigned)story_number(s, "a code"));
	} else {
		while (story_has_more(s) && !is_keyword(s->words[s->at]))
			add_name(s, &list, story_word(s, "a user"), NULL);
		say_people(&expected, "has", &list);
		expect_counts(s, &expected);
	}
	if (result < 0) {
		story_say(&happened, " refused %d", -result);
	} else {
		say_people(&happened, "has", &roll.list);
		story_say_counts(&happened, &counts);
	}
	story_compare(s, &expected, &happened);
}

/* expect online USER STATE since TIME */
static void online(struct story *s)
{
	const char *user = story_word(s, "a user");
	enum client_state expected = story_state(s), state;
	uint64_t since;

	if (!core_online(s->core, user, &state, &since))
		story_fail(s, "%s is offline", user);
	if (state != expected)
		story_fail(s, "the state of %s is %d", user, (int)state);
	if (story_take(s, "since") && since != story_time(s))
		story_fail(s, "%s is online since %ums", user, (unsigned)since);
}

/* expect offline USER */
static void offline(struct story *s)
{
	const char *user = story_word(s, "a user");
	enum client_state state;
	uint64_t since;

	if (core_online(s->core, user, &state, &since))
		story_fail(s, "%s is online", user);
}

/* expect counts [app NAME] users N devices N sessions N */
static void counts(struct story *s)
{
	static struct story_text expected, happened;
	struct presence_counts now;

	core_counts(s->core, story_take(s, "app") ? story_word(s, "an app") : NULL, &now);
	expected.size = happened.size = 0;
	expect_counts(s, &expected);
	story_say_counts(&happened, &now);
	story_compare(s, &expected, &happened);
}

/* expect member SESSION CHANNEL; expect stranger SESSION CHANNEL */
static void check_member(struct story *s, bool expected)
{
	struct session_id id = story_session(s);

	if (core_is_member(s->core, &id, story_word(s, "a channel")) != expected)
		story_fail(s, expected ? "it is no member" : "it is a member");
}

static void member(struct story *s)
{
	check_member(s, true);
}

static void stranger(struct story *s)
{
	check_member(s, false);
}

/* expect nothing */
static void nothing(struct story *s)
{
	story_expect_silence(s);
}

/* expect wait TIME, or expect wait forever */
static void wait_for(struct story *s)
{
	int expected = story_take(s, "forever") ? -1 : (int)story_time(s);
	int timeout = core_timeout(s->core, s->now);

	if (timeout != expected)
		story_fail(s, "the core waits %d ms (-1: forever)", timeout);
}

void story_expect(struct story *s)
{
	static const struct {
		const char *what;
		void (*run)(struct story *s);
	} expectations[] = {
		{ "presence", presence }, { "nothing", nothing }, { "in", in },
		{ "online", online },     { "offline", offline }, { "counts", counts },
		{ "member", member },     { "stranger", stranger }, { "wait", wait_for },
	};
	const char *what = story_word(s, "what to expect");

	if (s->core == NULL)
		story_fail(s, "nothing has happened yet");
	for (size_t i = 0; i < sizeof(expectations) / sizeof(*expectations); i++) {
		if (strcmp(expectations[i].what, what) != 0)
			continue;
		expectations[i].run(s);
		return;
	}
	story_fail(s, "'%s' is nothing that can be expected", what);
}
