/* channels - joining one, with what was missed, and reading back. */
#include "hub/hub_state.h"
#include "hub/topics.h"

#include "base/xalloc.h"
#include "core/channel_rules.h"

#include <string.h>

static const char *why_not(int code)
{
	switch (code) {
	case CODE_INVALID:
		return "that is not a channel name";
	case CODE_NOT_LOGGED_IN:
		return "log in first";
	case CODE_NOT_AUTHORISED:
		return "may not subscribe to this channel";
	case CODE_OVER_LIMIT:
		return "too many subscriptions";
	default:
		return "could not subscribe";
	}
}

static void add_items(struct hub *hub, const struct history *h, const struct history_answer *a, struct lane_post *post)
{
	for (unsigned i = 0; i < a->count; i++) {
		const struct history_item *item = history_at(h, a->from + i);

		if (item->expires > hub->now_wall)
			hub_add_frame(post, frame_ref(item->message));
	}
}

/* What was missed, in front of it what of that is gone. */
static bool recover(struct hub *hub, struct topic *t, const struct since *since, struct lane_post *post)
{
	struct push_position at = {.epoch = t->history.epoch};
	struct history_answer a;

	history_expire(&t->history, hub->now_wall); /* what has gone is told */
	a = history_since(&t->history, since);
	at.offset = a.gap_at;
	if (!a.is_recovered)
		hub_add_frame(post, push_gap(a.lost, t->name, &at));
	add_items(hub, &t->history, &a, post);
	return a.is_recovered;
}

struct topic *hub_find_ready(struct hub *hub, const char *channel)
{
	struct topic *t;

	return topics_find(hub, channel, &t) == 0 && t && t->is_ready ? t : NULL;
}

int hub_join(struct hub *hub, const struct session_id *session, const struct command_channel *channel,
	struct lane_post *post, struct joined *out, const char **sentence)
{
	enum presence_mode presence = channel->presence;
	int code = -core_subscribe(hub->core, session, channel->name, presence, hub->now, &out->membership);

	if (code) {
		*sentence = why_not(code);
		return code;
	}
	hub_add_membership(post, channel->name, true, out->membership.has_presence ? presence : PRESENCE_MODE_NONE);
	out->topic = hub_find_ready(hub, channel->name);
	if (out->topic)
		out->is_recovered = recover(hub, out->topic, &channel->since, post);
	else
		out->is_recovered = channel->since.kind == SINCE_NOW;
	return 0;
}

struct topic *hub_first_loading(struct hub *hub, const struct command_channel *channels, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct topic *t;

		if (topics_find(hub, channels[i].name, &t) == 0 && t && !t->is_ready && !t->is_broken)
			return t;
	}
	return NULL;
}

const char *hub_why_no_history(int code)
{
	return code == CODE_NO_DATA ? "this channel keeps no history" : "the history cannot be read now";
}

/* Without a place to begin at: from the oldest on. */
static struct history_answer first_page(const struct history *h, const struct since *since)
{
	struct since oldest = {.kind = SINCE_POSITION};

	if (since->kind != SINCE_NOW)
		return history_since(h, since);
	memcpy(oldest.epoch, h->epoch, sizeof(h->epoch));
	return history_since(h, &oldest);
}

int hub_write_history(struct hub *hub, struct buffer *out, const char *channel, const struct since *since, uint64_t limit)
{
	struct topic *t = hub_find_ready(hub, channel);
	struct history_answer a;
	bool is_first = true;
	unsigned count;

	if (!t)
		return channel_rules_find(hub->options.settings, channel)->history ? CODE_SERVER_ERROR : CODE_NO_DATA;
	history_expire(&t->history, hub->now_wall);
	a = first_page(&t->history, since);
	count = a.count < limit ? a.count : (unsigned)limit;
	buffer_append_text(out, "{\"messages\":[");
	for (unsigned i = 0; i < count; i++) {
		const struct history_item *item = history_at(&t->history, a.from + i);
		const struct frame *f = item->message;

		if (item->expires <= hub->now_wall)
			continue;
		if (!is_first)
			buffer_append_char(out, ',');
		buffer_append(out, frame_text(f), f->size);
		is_first = false;
	}
	buffer_printf(out, "],\"epoch\":\"%s\",\"offset\":%llu,\"more\":%s}", t->history.epoch,
		(unsigned long long)t->history.last, count < a.count ? "true" : "false");
	return 0;
}
