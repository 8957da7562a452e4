/* subscriptions - which channels a session is in, and may be in. */
#include "core/core.h"

#include "base/utf8.h"
#include "core/channel_rules.h"
#include "core/core_state.h"
#include "muster/limits.h"

#include <string.h>

struct channel *core_add_channel(struct core *c, const char *name, const struct channel_rule *rule)
{
	struct channel *ch = channel_new(name, rule);

	map_add_text(&c->channels, ch->name, ch);
	if (ch->kind == CHANNEL_NAMED)
		c->named++;
	return ch;
}

void core_remove_channel(struct core *c, struct channel *ch)
{
	map_remove_text(&c->channels, ch->name);
	if (ch->kind == CHANNEL_NAMED)
		c->named--;
	channel_free(ch, &c->queue);
}

bool core_session_is_in(const struct session *s, const struct channel *ch)
{
	switch (ch->kind) {
	case CHANNEL_ALL:
		return true;
	case CHANNEL_APP:
		return s->is.app->channel == ch;
	case CHANNEL_NAMED:
		break;
	}
	return session_find_subscription(s, ch) != NULL;
}

static bool name_is_valid(const char *name)
{
	size_t size = strlen(name);

	return size > 0 && size <= MAX_CHANNEL && strchr(name, ' ') == NULL && utf8_is_printable(name, size);
}

/* ch NULL: nobody is in it. */
static int check_right(const struct session *s, const struct channel *ch, const char *name,
	const struct channel_rule *rule)
{
	if (rule->subscribe == SUBSCRIBE_USERS && s->is.user == NULL)
		return -CODE_NOT_LOGGED_IN;
	if (channel_kind_of(name) == CHANNEL_APP && (ch == NULL || !core_session_is_in(s, ch)))
		return -CODE_NOT_AUTHORISED; /* of another app */
	return 0;
}

static int check_limits(const struct core *c, const struct session *s, const struct channel *ch)
{
	uint64_t own = c->settings->limits.subscriptions;
	uint64_t all = c->settings->limits.channels;

	if (own == 0 || own > MAX_SUBSCRIPTIONS)
		own = MAX_SUBSCRIPTIONS;
	if (s->subscription_count >= own)
		return -CODE_OVER_LIMIT;
	if (ch == NULL && all > 0 && c->named >= all)
		return -CODE_OVER_LIMIT;
	return 0;
}

static struct subscription *add_subscription(struct core *c, struct session *s, struct channel *ch, uint64_t now)
{
	if (ch->kind == CHANNEL_NAMED)
		channel_enter(ch, &c->queue, s->lane, &s->is, now);
	return session_add_subscription(s, ch);
}

static void set_mode(struct core *c, const struct session *s, struct subscription *sub, enum presence_mode mode)
{
	presence_change_mode(&sub->channel->presence, &c->queue, s->lane, sub->presence, mode);
	sub->presence = mode;
}

int core_subscribe(struct core *c, const struct session_id *id, const char *channel, enum presence_mode presence,
	uint64_t now, struct membership *out)
{
	struct session *s = session_registry_find(&c->registry, id);
	struct channel *ch = map_find_text(&c->channels, channel);
	struct subscription *sub = s != NULL && ch != NULL ? session_find_subscription(s, ch) : NULL;
	const struct channel_rule *rule;
	bool was_in;
	int result;

	if (s == NULL)
		return -CODE_NO_DATA;
	if (!name_is_valid(channel))
		return -CODE_INVALID;
	rule = ch != NULL ? ch->rule : channel_rules_find(c->settings, channel);
	result = check_right(s, ch, channel, rule);
	if (result == 0 && sub == NULL)
		result = check_limits(c, s, ch);
	if (result < 0)
		return result;
	was_in = ch != NULL && core_session_is_in(s, ch);
	if (ch == NULL)
		ch = core_add_channel(c, channel, rule);
	if (sub == NULL)
		sub = add_subscription(c, s, ch, now);
	set_mode(c, s, sub, rule->presence ? presence : PRESENCE_MODE_NONE);
	*out = (struct membership){
		.counts = ch->presence.counts,
		.is_new = !was_in,
		.has_presence = rule->presence,
		.slow = rule->slow,
	};
	return 0;
}

void core_drop_subscription(struct core *c, struct session *s, struct subscription *sub, uint64_t now)
{
	struct channel *ch = sub->channel;

	set_mode(c, s, sub, PRESENCE_MODE_NONE);
	session_remove_subscription(s, sub);
	if (ch->kind != CHANNEL_NAMED)
		return;
	channel_leave(ch, &c->queue, s->lane, &s->is, now);
	if (channel_is_empty(ch))
		core_remove_channel(c, ch);
}

int core_unsubscribe(struct core *c, const struct session_id *id, const char *channel, uint64_t now)
{
	struct session *s = session_registry_find(&c->registry, id);
	const struct channel *ch = map_find_text(&c->channels, channel);
	struct subscription *sub;

	if (s == NULL || ch == NULL)
		return -CODE_NO_DATA;
	sub = session_find_subscription(s, ch);
	if (sub == NULL)
		return -CODE_NO_DATA;
	core_drop_subscription(c, s, sub, now);
	return 0;
}

bool core_is_member(const struct core *c, const struct session_id *id, const char *channel)
{
	const struct session *s = session_registry_find(&c->registry, id);
	const struct channel *ch = map_find_text(&c->channels, channel);

	return s != NULL && ch != NULL && core_session_is_in(s, ch);
}

bool core_has_presence(const struct core *c, const char *channel)
{
	return channel_rules_find(c->settings, channel)->presence;
}
