/* core - sessions and presence: who comes, who goes, who becomes somebody
 * else, and what there is to tell about it. */
#include "core/core.h"

#include "base/xalloc.h"
#include "core/channel_rules.h"
#include "core/core_state.h"
#include "muster/limits.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct core *core_new(const struct settings *settings, unsigned lanes)
{
	struct core *c = xcalloc(1, sizeof(*c));

	assert(lanes > 0 && lanes <= MAX_LANES);
	c->settings = settings;
	c->lanes = lanes;
	session_registry_init(&c->registry);
	c->queue = (struct presence_queue){ .people = &c->registry.people, .settings = settings, .lanes = lanes };
	map_init(&c->channels);
	dedup_init(&c->dedup, settings->dedup_max, settings->dedup_ttl);
	publisher_gaps_init(&c->gaps);
	c->all = core_add_channel(c, "$all", channel_rules_find(settings, "$all"));
	return c;
}

/* A map must not change while it is walked. */
static void close_all(struct core *c)
{
	size_t count = c->registry.sessions.count, n = 0, at = 0;
	struct session_id *ids = xcalloc(count + 1, sizeof(*ids));
	const struct session *s;

	while ((s = map_next(&c->registry.sessions, &at)) != NULL)
		ids[n++] = s->id;
	while (n > 0)
		core_close(c, &ids[--n], 0);
	free(ids);
}

void core_free(struct core *c)
{
	if (c == NULL)
		return;
	close_all(c);
	core_remove_channel(c, c->all);
	assert(c->channels.count == 0);
	publisher_gaps_fini(&c->gaps);
	dedup_fini(&c->dedup);
	map_fini(&c->channels);
	session_registry_fini(&c->registry);
	free(c);
}

static struct session *find(const struct core *c, const struct session_id *id)
{
	return session_registry_find(&c->registry, id);
}

static void count_all(struct core *c, uint64_t now)
{
	struct presence_counts counts = {
		.users = c->registry.users,
		.devices = c->registry.devices,
		.sessions = c->registry.sessions.count,
	};

	presence_set_counts(&c->all->presence, &c->queue, &counts, now);
}

static struct channel *add_app_channel(struct core *c, const char *app)
{
	size_t size = strlen("$app/") + strlen(app) + 1;
	char *name = xmalloc(size);
	struct channel *ch;

	snprintf(name, size, "$app/%s", app);
	ch = core_add_channel(c, name, channel_rules_find(c->settings, name));
	free(name);
	return ch;
}

static void enter_app(struct core *c, const struct person *who, unsigned lane, uint64_t now)
{
	struct app *a = who->app;

	if (a->channel == NULL)
		a->channel = add_app_channel(c, a->name);
	channel_enter(a->channel, &c->queue, lane, who, now);
}

static void leave_app(struct core *c, const struct person *who, unsigned lane, uint64_t now)
{
	struct app *a = who->app;

	channel_leave(a->channel, &c->queue, lane, who, now);
	if (!channel_is_empty(a->channel))
		return;
	core_remove_channel(c, a->channel);
	a->channel = NULL;
}

int core_open(struct core *c, const struct session_id *id, unsigned lane, const struct identity *who, uint64_t now)
{
	struct session *s;

	assert(lane < c->lanes);
	if (find(c, id) != NULL)
		return -CODE_FAILED;
	s = session_registry_add(&c->registry, id, lane, who, now);
	enter_app(c, &s->is, lane, now);
	channel_enter(c->all, &c->queue, lane, &s->is, now);
	count_all(c, now);
	return 0;
}

void core_close(struct core *c, const struct session_id *id, uint64_t now)
{
	struct session *s = find(c, id);

	if (s == NULL)
		return;
	while (s->subscription_count > 0)
		core_drop_subscription(c, s, &s->subscriptions[s->subscription_count - 1], now);
	leave_app(c, &s->is, s->lane, now);
	channel_leave(c->all, &c->queue, s->lane, &s->is, now);
	session_registry_remove(&c->registry, s);
	count_all(c, now);
}

/* May it stay where it is when it becomes somebody else? */
static bool may_keep(const struct session *s, const struct channel *ch, const struct identity *who)
{
	if (ch->kind == CHANNEL_APP && strcmp(s->is.app->name, who->app) != 0)
		return false;
	return who->user != NULL || ch->rule->subscribe != SUBSCRIBE_USERS;
}

static void append_name(char ***names, size_t *count, const char *name)
{
	*names = xrealloc(*names, (*count + 1) * sizeof(**names));
	(*names)[(*count)++] = xstrdup(name);
}

/* Backwards: dropping one puts the last in its place. */
static void drop_lost(struct core *c, struct session *s, const struct identity *who, uint64_t now,
	char ***lost, size_t *lost_count)
{
	for (unsigned i = s->subscription_count; i-- > 0;) {
		struct subscription *sub = &s->subscriptions[i];

		if (may_keep(s, sub->channel, who))
			continue;
		append_name(lost, lost_count, sub->channel->name);
		core_drop_subscription(c, s, sub, now);
	}
}

static void move_presence(struct core *c, struct session *s, const struct person *was, uint64_t now)
{
	for (unsigned i = 0; i < s->subscription_count; i++)
		if (s->subscriptions[i].channel->kind == CHANNEL_NAMED)
			presence_move(&s->subscriptions[i].channel->presence, &c->queue, was, &s->is, now);
	if (s->is.app == was->app) {
		presence_move(&s->is.app->channel->presence, &c->queue, was, &s->is, now);
	} else {
		enter_app(c, &s->is, s->lane, now);
		leave_app(c, was, s->lane, now);
	}
	count_all(c, now);
}

int core_identify(struct core *c, const struct session_id *id, const struct identity *who, uint64_t now,
	char ***lost, size_t *lost_count)
{
	struct session *s = find(c, id);
	struct person was;

	if (s == NULL)
		return -CODE_NO_DATA;
	drop_lost(c, s, who, now, lost, lost_count);
	session_registry_identify(&c->registry, s, who, now, &was);
	move_presence(c, s, &was, now);
	session_registry_release(&c->registry, &was);
	return 0;
}

const struct identity *core_identity(const struct core *c, const struct session_id *id)
{
	const struct session *s = find(c, id);

	return s != NULL ? &s->who : NULL;
}

int core_lane(const struct core *c, const struct session_id *id)
{
	const struct session *s = find(c, id);

	return s != NULL ? s->lane : -1;
}

void core_set_state(struct core *c, const struct session_id *id, enum client_state state, uint64_t now)
{
	struct session *s = find(c, id);

	(void)now;
	if (s != NULL)
		session_set_state(s, state);
}

int core_presence(const struct core *c, const char *channel, size_t limit, presence_each_fn *each, void *context,
	struct presence_counts *counts)
{
	const struct channel *ch = map_find_text(&c->channels, channel);

	if (ch == NULL || !ch->rule->presence)
		return -CODE_NO_DATA;
	*counts = ch->presence.counts;
	presence_list(&ch->presence, limit, each, context);
	return 0;
}

bool core_online(const struct core *c, const char *user, enum client_state *state, uint64_t *since)
{
	const struct user *u = people_find_user(&c->registry.people, user);

	if (u == NULL || u->sessions == NULL)
		return false;
	*state = user_state(u);
	*since = u->since;
	return true;
}

void core_counts(const struct core *c, const char *app, struct presence_counts *out)
{
	const struct app *a;

	*out = (struct presence_counts){ 0 };
	if (app == NULL) {
		*out = c->all->presence.counts;
		return;
	}
	a = people_find_app(&c->registry.people, app);
	if (a != NULL && a->channel != NULL)
		*out = a->channel->presence.counts;
}

void core_channel_counts(const struct core *c, const char *channel, struct presence_counts *out)
{
	const struct channel *ch = map_find_text(&c->channels, channel);

	*out = ch != NULL ? ch->presence.counts : (struct presence_counts){ 0 };
}

struct presence_change *core_take_change(struct core *c, uint64_t now)
{
	dedup_expire(&c->dedup, now);
	return presence_queue_take(&c->queue, now);
}

int core_timeout(const struct core *c, uint64_t now)
{
	uint64_t push, expiry, due = UINT64_MAX;

	if (presence_queue_due(&c->queue, &push))
		due = push;
	if (dedup_due(&c->dedup, &expiry) && expiry < due)
		due = expiry;
	if (due == UINT64_MAX)
		return -1;
	if (due <= now)
		return 0;
	return due - now < INT_MAX ? (int)(due - now) : INT_MAX;
}
