/* The core against a model that counts everything anew each time: sessions at
 * random come, go, log in and out, subscribe and watch, and after each step
 * counts, lanes and what a watcher was told must agree. */
#include "core/core.h"

#include "suites.h"

#include <stdlib.h>
#include <string.h>

enum { SESSIONS = 14, USERS = 4, APPS = 3, DEVICES = 5, CHANNELS = 3, LANES = 3, STEPS = 8000, INTERVAL = 50, SEEDS = 6 };

static const char *const user_names[USERS] = { NULL, "ann", "bob", "zoe" };
static const char *const app_names[APPS] = { "0", "web", "ios" };
static const char *const device_names[DEVICES] = { "d0", "d1", "d2", "d3", "d4" };
static const char *const channel_names[CHANNELS] = { "red", "green", "blue" };

struct model_session {
	bool is_open;
	unsigned lane, user, app, device;
	bool is_in[CHANNELS];
	enum presence_mode mode[CHANNELS];
};

struct model {
	struct core *core;
	struct model_session sessions[SESSIONS];
	/* what somebody who watches each channel by list thinks */
	bool view[CHANNELS][USERS][APPS];
	uint64_t now;
	uint64_t dice; /* a run can be played again */
	unsigned wrong;
};

/* xorshift64 (Marsaglia 2003) */
static unsigned pick(struct model *m, unsigned count)
{
	m->dice ^= m->dice << 13;
	m->dice ^= m->dice >> 7;
	m->dice ^= m->dice << 17;
	return (unsigned)((m->dice >> 32) % count);
}

static const struct identity *who_is(const struct model_session *s)
{
	return test_identity(user_names[s->user], app_names[s->app], device_names[s->device]);
}

/* channel CHANNELS: everybody; app APPS: any */
static bool counts_here(const struct model_session *s, unsigned channel, unsigned app)
{
	return s->is_open && (channel == CHANNELS || s->is_in[channel]) && (app == APPS || s->app == app);
}

static struct presence_counts model_counts(const struct model *m, unsigned channel, unsigned app)
{
	bool users[USERS] = { true }, devices[DEVICES] = { false };
	struct presence_counts n = { 0 };

	for (unsigned i = 0; i < SESSIONS; i++) {
		const struct model_session *s = &m->sessions[i];

		if (!counts_here(s, channel, app))
			continue;
		n.sessions++;
		n.users += !users[s->user];
		users[s->user] = true;
		n.devices += !devices[s->device];
		devices[s->device] = true;
	}
	return n;
}

static bool same(const struct presence_counts *a, const struct presence_counts *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static unsigned watchers(const struct model *m, unsigned channel, enum presence_mode mode)
{
	unsigned lanes = 0;

	for (unsigned i = 0; i < SESSIONS; i++)
		if (m->sessions[i].is_open && m->sessions[i].is_in[channel] && m->sessions[i].mode[channel] == mode)
			lanes |= 1u << m->sessions[i].lane;
	return lanes;
}

static bool is_present(const struct model *m, unsigned channel, unsigned user, unsigned app)
{
	for (unsigned i = 0; i < SESSIONS; i++)
		if (counts_here(&m->sessions[i], channel, app) && m->sessions[i].user == user)
			return true;
	return false;
}

/* -- one step, in the core and in the model ------------------------------- */

static void see(struct model *m, unsigned channel)
{
	for (unsigned user = 1; user < USERS; user++)
		for (unsigned app = 0; app < APPS; app++)
			m->view[channel][user][app] = is_present(m, channel, user, app);
}

static void step_open(struct model *m, unsigned i)
{
	struct model_session *s = &m->sessions[i];
	struct session_id id = test_id(i);

	*s = (struct model_session){ true, pick(m, LANES), pick(m, USERS), pick(m, APPS), pick(m, DEVICES), { false }, { 0 } };
	m->wrong += core_open(m->core, &id, s->lane, who_is(s), m->now) != 0;
}

static void step_close(struct model *m, unsigned i)
{
	struct session_id id = test_id(i);

	core_close(m->core, &id, m->now);
	m->sessions[i] = (struct model_session){ 0 };
}

static void step_identify(struct model *m, unsigned i)
{
	struct model_session *s = &m->sessions[i];
	struct session_id id = test_id(i);
	char **lost = NULL;
	size_t count = 0;

	s->user = pick(m, USERS);
	if (pick(m, 2) == 0)
		s->app = pick(m, APPS);
	if (pick(m, 3) == 0)
		s->device = pick(m, DEVICES);
	m->wrong += core_identify(m->core, &id, who_is(s), m->now, &lost, &count) != 0 || count != 0;
}

static void step_subscribe(struct model *m, unsigned i)
{
	struct model_session *s = &m->sessions[i];
	struct session_id id = test_id(i);
	unsigned channel = pick(m, CHANNELS);
	bool was_in = s->is_in[channel], was_watched = watchers(m, channel, PRESENCE_MODE_LIST) != 0;
	struct presence_counts counts;
	struct membership member;

	s->is_in[channel] = true;
	s->mode[channel] = (enum presence_mode)pick(m, 3);
	m->wrong += core_subscribe(m->core, &id, channel_names[channel], s->mode[channel], m->now, &member) != 0;
	counts = model_counts(m, channel, APPS);
	m->wrong += member.is_new == was_in || !same(&member.counts, &counts);
	if (!was_watched)
		see(m, channel);
}

static void step_unsubscribe(struct model *m, unsigned i)
{
	struct session_id id = test_id(i);
	unsigned channel = pick(m, CHANNELS);
	bool was_in = m->sessions[i].is_in[channel];

	m->wrong += core_unsubscribe(m->core, &id, channel_names[channel], m->now) != (was_in ? 0 : -CODE_NO_DATA);
	m->sessions[i].is_in[channel] = false;
	m->sessions[i].mode[channel] = PRESENCE_MODE_NONE;
}

static void step(struct model *m)
{
	unsigned i = pick(m, SESSIONS);

	if (!m->sessions[i].is_open) {
		step_open(m, i);
		return;
	}
	switch (pick(m, 6)) {
	case 0:
		step_close(m, i);
		break;
	case 1:
		step_identify(m, i);
		break;
	case 2:
		step_unsubscribe(m, i);
		break;
	default:
		step_subscribe(m, i);
		break;
	}
}

/* -- comparing ------------------------------------------------------------- */

static unsigned index_of(const char *const *names, unsigned count, const char *name)
{
	for (unsigned i = 0; i < count; i++)
		if (names[i] != NULL && strcmp(names[i], name) == 0)
			return i;
	return count;
}

static void see_people(struct model *m, unsigned channel, const struct presence_person *people, size_t count, bool is_there)
{
	for (size_t i = 0; i < count; i++) {
		unsigned user = index_of(user_names, USERS, people[i].user);
		unsigned app = index_of(app_names, APPS, people[i].app);

		if (user == USERS || app == APPS || m->view[channel][user][app] == is_there)
			m->wrong++;
		else
			m->view[channel][user][app] = is_there;
	}
}

/* Whatever is told must be new, and true when it is told. */
static void hear(struct model *m, const struct presence_change *p)
{
	unsigned channel = index_of(channel_names, CHANNELS, p->channel);
	struct presence_counts counts;

	if (channel == CHANNELS) {
		m->wrong++;
		return;
	}
	counts = model_counts(m, channel, APPS);
	m->wrong += !same(&counts, &p->counts);
	m->wrong += p->list_lanes != watchers(m, channel, PRESENCE_MODE_LIST);
	m->wrong += p->count_lanes != watchers(m, channel, PRESENCE_MODE_COUNT);
	m->wrong += p->list_lanes == 0 && p->join_count + p->leave_count > 0;
	see_people(m, channel, p->join, p->join_count, true);
	see_people(m, channel, p->leave, p->leave_count, false);
}

static void check_views(struct model *m)
{
	for (unsigned channel = 0; channel < CHANNELS; channel++) {
		if (watchers(m, channel, PRESENCE_MODE_LIST) == 0)
			continue;
		for (unsigned user = 1; user < USERS; user++)
			for (unsigned app = 0; app < APPS; app++)
				m->wrong += m->view[channel][user][app] != is_present(m, channel, user, app);
	}
}

static void listen_to(struct model *m)
{
	struct presence_change *p;

	while ((p = core_take_change(m->core, m->now)) != NULL) {
		hear(m, p);
		presence_change_free(p);
	}
	if (core_timeout(m->core, m->now) < 0)
		check_views(m); /* everything was told */
}

static uint64_t route(const struct model *m, const struct target *target)
{
	struct publish message = { .target = *target };
	struct route r;

	core_route(m->core, &message, m->now, &r);
	return r.lanes;
}

static void check_user_routes(struct model *m, unsigned user, unsigned app)
{
	char name[8], app_name[8];
	struct target t = { .kind = TARGET_USER, .user = strcpy(name, user_names[user]) };
	uint64_t lanes = 0;

	if (app < APPS)
		t.app = strcpy(app_name, app_names[app]);
	for (unsigned i = 0; i < SESSIONS; i++)
		if (counts_here(&m->sessions[i], CHANNELS, app) && m->sessions[i].user == user)
			lanes |= 1u << m->sessions[i].lane;
	m->wrong += route(m, &t) != lanes;
}

static void check_channel(struct model *m, unsigned channel)
{
	char name[8];
	struct target t = { .kind = TARGET_CHANNEL, .channel = strcpy(name, channel_names[channel]) };
	uint64_t lanes = 0;

	for (unsigned i = 0; i < SESSIONS; i++)
		if (counts_here(&m->sessions[i], channel, APPS))
			lanes |= 1u << m->sessions[i].lane;
	m->wrong += route(m, &t) != lanes;
}

static void check_counts(struct model *m)
{
	for (unsigned app = 0; app <= APPS; app++) {
		struct presence_counts expected = model_counts(m, CHANNELS, app), counts;

		core_counts(m->core, app < APPS ? app_names[app] : NULL, &counts);
		m->wrong += !same(&expected, &counts);
	}
}

static void play(struct model *m)
{
	for (unsigned n = 0; n < STEPS && m->wrong == 0; n++) {
		step(m);
		check_counts(m);
		check_channel(m, pick(m, CHANNELS));
		check_user_routes(m, 1 + pick(m, USERS - 1), pick(m, APPS + 1));
		m->now += pick(m, 4) == 0 ? pick(m, 2 * INTERVAL) : pick(m, 3);
		listen_to(m);
	}
	m->now += INTERVAL;
	listen_to(m);
	check_views(m);
}

static void the_core_agrees(void)
{
	static const struct settings settings = { .presence_interval = INTERVAL };

	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		struct model m = { .core = core_new(&settings, LANES), .dice = seed * UINT64_C(0x9e3779b97f4a7c15) };

		play(&m);
		CHECK_INT(m.wrong, 0);
		CHECK_INT(core_timeout(m.core, m.now), -1);
		core_free(m.core);
	}
}

const struct suite core_model_suite = {
	"core_model",
	(const struct test[]){
		{ "after any steps the core agrees with a count of everything", the_core_agrees },
		{ NULL, NULL },
	},
};
