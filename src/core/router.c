/* router - where a message must go: the lanes on which its target has
 * sessions.  Cost does not grow with the members of a channel or an app. */
#include "core/core.h"

#include "base/xalloc.h"
#include "core/channel_rules.h"
#include "core/core_state.h"

#include <stdlib.h>
#include <string.h>

static uint64_t bit(unsigned lane)
{
	return UINT64_C(1) << lane;
}

static uint64_t lanes_of_app(const struct core *c, const char *name)
{
	const struct app *a = people_find_app(&c->registry.people, name);

	return a != NULL && a->channel != NULL ? a->channel->members.bits : 0;
}

/* Walks the user's sessions until no lane can be added. */
static uint64_t lanes_of_user(const struct core *c, const char *name, const char *app)
{
	const struct user *u = people_find_user(&c->registry.people, name);
	const struct app *a = app != NULL ? people_find_app(&c->registry.people, app) : NULL;
	uint64_t lanes = 0, most = app != NULL ? lanes_of_app(c, app) : c->all->members.bits;

	for (struct session_link *l = u != NULL ? u->sessions : NULL; l != NULL && lanes != most; l = l->next) {
		const struct session *s = session_of_user_link(l);

		if (app == NULL || s->is.app == a)
			lanes |= bit(s->lane);
	}
	return lanes;
}

static uint64_t lanes_of_device(const struct core *c, const char *name)
{
	const struct device *d = people_find_device(&c->registry.people, name);
	uint64_t lanes = 0;

	for (struct session_link *l = d != NULL ? d->sessions : NULL; l != NULL && lanes != c->all->members.bits; l = l->next)
		lanes |= bit(session_of_device_link(l)->lane);
	return lanes;
}

static uint64_t lanes_of_session(const struct core *c, const struct session_id *id)
{
	int lane = core_lane(c, id);

	return lane >= 0 ? bit((unsigned)lane) : 0;
}

static void route_channel(const struct core *c, const char *name, struct route *out)
{
	const struct channel *ch = map_find_text(&c->channels, name);

	if (ch != NULL) {
		out->lanes = ch->members.bits;
		out->slow = ch->rule->slow;
	} else {
		out->slow = channel_rules_find(c->settings, name)->slow;
	}
}

static void route_target(const struct core *c, const struct target *t, struct route *out)
{
	switch (t->kind) {
	case TARGET_ALL:
		out->lanes = c->all->members.bits;
		break;
	case TARGET_APP:
		out->lanes = lanes_of_app(c, t->app);
		break;
	case TARGET_USER:
		out->lanes = lanes_of_user(c, t->user, t->app);
		break;
	case TARGET_DEVICE:
		out->lanes = lanes_of_device(c, t->device);
		break;
	case TARGET_SESSION:
		out->lanes = lanes_of_session(c, &t->session);
		break;
	case TARGET_CHANNEL:
		route_channel(c, t->channel, out);
		break;
	}
}

/* The app a target names, or NULL. */
static const char *app_of(const struct target *t)
{
	if (t->kind == TARGET_APP || t->kind == TARGET_USER)
		return t->app;
	if (t->kind == TARGET_CHANNEL && channel_kind_of(t->channel) == CHANNEL_APP)
		return t->channel + strlen("$app/");
	return NULL;
}

uint64_t core_lanes(const struct core *c, const struct target *target)
{
	struct route route = { .slow = SLOW_DROP_OLDEST };

	route_target(c, target, &route);
	return route.lanes;
}

void core_route(struct core *c, const struct publish *message, uint64_t now, struct route *out)
{
	const char *app = app_of(&message->target);

	*out = (struct route){ .slow = SLOW_DROP_OLDEST };
	out->is_unknown_app = app != NULL && !people_knows_app(&c->registry.people, app);
	if (message->id != NULL)
		out->is_duplicate = dedup_seen(&c->dedup, message->id, strlen(message->id), now);
	if (message->publisher != NULL && message->has_seq)
		out->publisher_lost = publisher_gaps_note(&c->gaps, message->publisher, message->seq, out->is_duplicate);
	if (!out->is_duplicate)
		route_target(c, &message->target, out);
}

/* $all and $app/.. have everybody as members: there only a rule written for
 * such names, not one that happens to match them, lets clients publish. */
static bool may_publish(const struct core *c, const struct session *s, const struct target *t)
{
	const struct channel *ch;

	if (t->kind != TARGET_CHANNEL)
		return false;
	ch = map_find_text(&c->channels, t->channel);
	if (ch == NULL || ch->rule->client_publish != PUBLISH_MEMBERS || !core_session_is_in(s, ch))
		return false;
	return ch->kind == CHANNEL_NAMED || ch->rule->pattern[0] == '$';
}

static char *append(char *at, const void *data, size_t size)
{
	memcpy(at, data, size);
	return at + size;
}

/* Ids of clients are "user:<name>\0<id>" or "session:<id of the session>\0<id>":
 * the NUL keeps them apart from the id of any backend. */
char *core_message_key(const struct core *c, const struct session_id *sender, const char *id, size_t *size)
{
	const struct session *s = sender != NULL ? session_registry_find(&c->registry, sender) : NULL;
	const char *kind = s == NULL ? "" : s->is.user != NULL ? "user:" : "session:";
	const void *name = s == NULL ? "" : s->is.user != NULL ? (const void *)s->is.user->name : (const void *)s->id.bytes;
	size_t name_size = s == NULL ? 0 : s->is.user != NULL ? strlen(s->is.user->name) : sizeof(s->id.bytes);
	char *key = xmalloc(strlen(kind) + name_size + 1 + strlen(id) + 1);
	char *at = key;

	at = append(at, kind, strlen(kind));
	at = append(at, name, name_size);
	at = append(at, "", s != NULL);
	at = append(at, id, strlen(id) + 1);
	*size = (size_t)(at - key) - 1;
	return key;
}

void core_forget_id(struct core *c, const char *key, size_t size)
{
	dedup_forget(&c->dedup, key, size);
}

void core_remember_id(struct core *c, const char *key, size_t size, uint64_t expires)
{
	dedup_add(&c->dedup, key, size, expires);
}

static bool client_id_seen(struct core *c, const struct session_id *sender, const char *id, uint64_t now)
{
	size_t size;
	char *key = core_message_key(c, sender, id, &size);
	bool seen = dedup_seen(&c->dedup, key, size, now);

	free(key);
	return seen;
}

int core_route_client(struct core *c, const struct session_id *sender, const struct publish *message,
	uint64_t now, struct route *out)
{
	const struct session *s = session_registry_find(&c->registry, sender);

	if (s == NULL || !may_publish(c, s, &message->target))
		return -CODE_NOT_AUTHORISED;
	*out = (struct route){ .slow = SLOW_DROP_OLDEST };
	if (message->id != NULL)
		out->is_duplicate = client_id_seen(c, sender, message->id, now);
	if (!out->is_duplicate)
		route_target(c, &message->target, out);
	return 0;
}
