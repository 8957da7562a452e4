#include "hub/topics.h"

#include "hub/hub_state.h"

#include "base/base64.h"
#include "base/random.h"
#include "base/xalloc.h"
#include "core/channel_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SWEPT_A_TURN = 16,
	BROKEN_TIME = 1000, /* ms before one that could not be loaded is tried again */
	IDLE_TIME = 60000, /* ms before one that nobody needs is forgotten */
};

struct topic_wait {
	void (*run)(struct hub *hub, void *arg);
	void (*drop)(void *arg);
	void *arg;
};

/* From here on it is held for sessions alone. */
static void release(void *message)
{
	struct frame *f = message;

	frame_charge(f, f->later);
	frame_unref(f);
}

static void make_epoch(char epoch[EPOCH_SIZE])
{
	unsigned char bytes[6];

	random_bytes(bytes, sizeof(bytes));
	base64url_encode(epoch, bytes, sizeof(bytes));
}

static void run_waiting(struct hub *hub, struct topic *t)
{
	unsigned count = t->waiting.count;

	while (count--) {
		struct topic_wait *w = ring_pop_front(&t->waiting);

		w->run(hub, w->arg);
		free(w);
	}
	ring_release(&t->waiting);
}

static void take_stored(struct hub *hub, struct topic *t, const struct stored_message *m)
{
	struct push_position at = {t->history.epoch, m->position};
	struct frame *f = push_stored(m->text, m->size, t->name, &at, NULL, 0);

	hub_charge(hub, f, true);
	f->slow = (uint8_t)t->rule->slow;
	history_add(&t->history, m->position, m->expires, f);
}

/* Not to begin anew: that would give positions twice. */
static void break_off(struct hub *hub, struct topic *t, const struct store_outcome *outcome)
{
	hub_log_store(hub, "load", outcome);
	t->is_broken = true; /* for a while, so that two that wait for each other's loading end */
	t->broken_at = hub->now;
	run_waiting(hub, t);
}

static void loaded(void *context, const struct store_outcome *outcome)
{
	struct topic *t = context;
	struct hub *hub = t->hub;
	char epoch[EPOCH_SIZE];

	hub->in_flight--;
	if (outcome->result < 0) {
		break_off(hub, t, outcome);
		return;
	}
	if (outcome->epoch)
		snprintf(epoch, sizeof(epoch), "%s", outcome->epoch);
	else
		make_epoch(epoch);
	history_init(&t->history, (unsigned)t->rule->history, epoch, release);
	for (size_t i = 0; i < outcome->count; i++)
		take_stored(hub, t, &outcome->messages[i]);
	if (outcome->last > t->history.last)
		t->history.last = outcome->last;
	t->given = t->history.last;
	t->is_ready = true;
	run_waiting(hub, t);
}

static void link_topic(struct hub *hub, struct topic *t)
{
	t->previous = hub->topic_last;
	if (hub->topic_last)
		hub->topic_last->next = t;
	else
		hub->topic_first = t;
	hub->topic_last = t;
}

static void unlink_topic(struct hub *hub, struct topic *t)
{
	if (t->previous)
		t->previous->next = t->next;
	else
		hub->topic_first = t->next;
	if (t->next)
		t->next->previous = t->previous;
	else
		hub->topic_last = t->previous;
	t->next = t->previous = NULL;
}

static struct topic *topic_new(struct hub *hub, const char *channel, const struct channel_rule *rule)
{
	struct topic *t = xcalloc(1, sizeof(*t));
	char epoch[EPOCH_SIZE];

	t->hub = hub;
	t->name = xstrdup(channel);
	t->rule = rule;
	ring_init(&t->waiting);
	map_add_text(&hub->topics, t->name, t);
	link_topic(hub, t);
	if (rule->durable) {
		hub->in_flight++;
		hub->options.store->ops->load_channel(hub->options.store, channel, (size_t)rule->history, hub->now_wall, loaded, t);
		return t;
	}
	make_epoch(epoch);
	history_init(&t->history, (unsigned)rule->history, epoch, release);
	t->is_ready = true;
	return t;
}

static void topic_free(struct hub *hub, struct topic *t)
{
	map_remove_text(&hub->topics, t->name);
	unlink_topic(hub, t);
	if (t->is_ready)
		history_fini(&t->history);
	ring_fini(&t->waiting);
	free(t->name);
	free(t);
}

int topics_find(struct hub *hub, const char *channel, struct topic **out)
{
	const struct settings *settings = hub->options.settings;
	const struct channel_rule *rule;

	*out = map_find_text(&hub->topics, channel);
	if (*out && (*out)->is_broken && hub->now - (*out)->broken_at > BROKEN_TIME && !(*out)->waiting.count) {
		topic_free(hub, *out);
		*out = NULL;
	}
	if (!*out) {
		rule = channel_rules_find(settings, channel);
		if (!rule->history)
			return 0;
		if (settings->limits.channels && hub->topics.count >= settings->limits.channels)
			return -CODE_OVER_LIMIT;
		*out = topic_new(hub, channel, rule);
	}
	(*out)->touched = hub->now;
	return 0;
}

void topic_wait(struct topic *t, void (*run)(struct hub *hub, void *arg), void (*drop)(void *arg), void *arg)
{
	struct topic_wait *w = xmalloc(sizeof(*w));

	*w = (struct topic_wait){run, drop, arg};
	ring_push_back(&t->waiting, w);
}

struct push_position topic_position(const struct topic *t)
{
	return (struct push_position){t->history.epoch, t->history.last};
}

/* Nothing kept, nothing under way and nobody there: a new one, with another
 * epoch, will do as well.  A durable one is in the store. */
static bool is_idle(const struct hub *hub, const struct topic *t)
{
	struct presence_counts counts;

	core_channel_counts(hub->core, t->name, &counts);
	return (t->is_ready || t->is_broken) && !t->waiting.count && !counts.sessions && !t->in_flight &&
	       hub->now - t->touched > IDLE_TIME && (!t->history.count || t->rule->durable);
}

/* In turn: whoever was looked at goes to the end of the row. */
void topics_sweep(struct hub *hub)
{
	for (int i = 0; i < SWEPT_A_TURN && hub->topic_first; i++) {
		struct topic *t = hub->topic_first;

		if (t->is_ready)
			history_expire(&t->history, hub->now_wall);
		if (is_idle(hub, t)) {
			topic_free(hub, t);
			continue;
		}
		unlink_topic(hub, t);
		link_topic(hub, t);
	}
}

void topics_free(struct hub *hub)
{
	while (hub->topic_first) {
		struct topic_wait *w;

		while ((w = ring_pop_front(&hub->topic_first->waiting))) {
			w->drop(w->arg);
			free(w);
		}
		topic_free(hub, hub->topic_first);
	}
	map_fini(&hub->topics);
}
