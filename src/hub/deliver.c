/* deliver - to the lanes: each that has a receiver gets a post with the one encoded
 * push. */
#include "hub/hub_state.h"
#include "hub/job.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* Of one gap in a publisher's numbers: beyond it the publisher counts wrong. */
enum { MAX_LOST = 1000000000 };

void hub_post_to_lanes(struct hub *hub, uint64_t lanes, struct frame *frame, struct publish *message,
	const char *audience)
{
	for (unsigned i = 0; i < hub->options.lane_count; i++) {
		struct lane_post *p;

		if (!(lanes >> i & 1))
			continue;
		p = lane_post_new(LANE_DELIVER);
		p->frame = frame_ref(frame);
		p->message = message ? publish_ref(message) : NULL;
		p->audience = audience ? xstrdup(audience) : NULL;
		lane_post(hub->lanes[i], p);
	}
}

static void note_unknown_app(struct hub *hub, const struct publish *message)
{
	char quoted[128];
	unsigned suppressed;
	const char *app = message->target.app;

	counter_add(hub->options.counters, COUNTER_UNKNOWN_APP, 1);
	if (app && log_allow(&hub->unknown_app_log, 1, hub->now / 60, &suppressed)) /* once a minute */
		log_warning("event=unknown_app app=%s suppressed=%u", log_quote(quoted, sizeof(quoted), app, strlen(app)),
			suppressed);
}

static void note_lost(struct hub *hub, const struct publish *message, uint64_t lost)
{
	char quoted[128];
	unsigned suppressed;

	if (lost > MAX_LOST)
		lost = MAX_LOST;
	counter_add(hub->options.counters, COUNTER_PUBLISHER_GAPS, (int64_t)lost);
	if (log_allow(&hub->publisher_log, 10, hub->now, &suppressed))
		log_warning("event=publisher_gap publisher=%s lost=%llu before=%llu suppressed=%u",
			log_quote(quoted, sizeof(quoted), message->publisher, strlen(message->publisher)),
			(unsigned long long)lost, (unsigned long long)message->seq, suppressed);
}

void hub_charge(struct hub *hub, struct frame *frame, bool is_kept)
{
	_Atomic int64_t *account = &hub->options.counters->values[COUNTER_OUTBOX_BYTES];

	frame->later = account;
	if (!is_kept)
		frame_charge(frame, account);
}

void hub_note_route(struct hub *hub, const struct publish *message, const struct route *route)
{
	if (route->publisher_lost)
		note_lost(hub, message, route->publisher_lost);
	if (route->is_unknown_app)
		note_unknown_app(hub, message);
}

void hub_publish(void *context, struct publish *message)
{
	job_start(context, message, NULL, NULL, NULL);
}

/* -- presence ---------------------------------------------------------------- */

static void post_push(struct hub *hub, uint64_t lanes, struct frame *frame, const char *kind, const char *channel)
{
	struct buffer audience;
	char *text;

	buffer_init(&audience, 0);
	buffer_append_text(&audience, kind);
	buffer_append_text(&audience, channel);
	text = buffer_steal(&audience, NULL);
	hub_post_to_lanes(hub, lanes, frame, NULL, text);
	free(text);
}

static struct presence_entry *entries_of(const struct presence_person *people, size_t count)
{
	struct presence_entry *entries = count ? xcalloc(count, sizeof(*entries)) : NULL;

	for (size_t i = 0; i < count; i++)
		entries[i] = (struct presence_entry){people[i].user, people[i].app};
	return entries;
}

static void tell_change(struct hub *hub, const struct presence_change *p)
{
	struct counts counts = {p->counts.users, p->counts.devices, p->counts.sessions};
	size_t joins = p->is_truncated ? 0 : p->join_count, leaves = p->is_truncated ? 0 : p->leave_count;
	struct presence_entry *join = entries_of(p->join, joins), *leave = entries_of(p->leave, leaves);

	if (p->list_lanes) {
		struct frame *f = push_presence(p->channel, join, joins, leave, leaves, &counts);

		post_push(hub, p->list_lanes, f, "presence/", p->channel);
		frame_unref(f);
	}
	if (p->count_lanes) {
		struct frame *f = push_count(&counts);

		post_push(hub, p->count_lanes, f, "count/", p->channel);
		frame_unref(f);
	}
	free(join);
	free(leave);
}

void hub_tell_presence(struct hub *hub)
{
	struct presence_change *p;

	while ((p = core_take_change(hub->core, hub->now))) {
		tell_change(hub, p);
		presence_change_free(p);
	}
}
