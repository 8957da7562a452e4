/* deliver - one push for many: find the audience, pass over those whom match and
 * except leave out, and let it wait in the stream of each of the others. */
#include "lane/lane_state.h"

#include <string.h>

/* What a message's target is called in the index; NULL for one session. */
static struct audience *find_audience(struct lane *lane, const struct target *t)
{
	switch (t->kind) {
	case TARGET_ALL:
		return audience_find(&lane->audiences, "all", "");
	case TARGET_APP:
		return audience_find(&lane->audiences, "app/", t->app);
	case TARGET_USER:
		return audience_find(&lane->audiences, "user/", t->user);
	case TARGET_DEVICE:
		return audience_find(&lane->audiences, "device/", t->device);
	case TARGET_CHANNEL:
		if (strcmp(t->channel, "$all") == 0)
			return audience_find(&lane->audiences, "all", "");
		if (strncmp(t->channel, "$app/", 5) == 0)
			return audience_find(&lane->audiences, "app/", t->channel + 5);
		return audience_find(&lane->audiences, "channel/", t->channel);
	case TARGET_SESSION:
		break;
	}
	return NULL;
}

static bool is_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static bool is_meant(const struct target *t, const struct session *s)
{
	switch (t->kind) {
	case TARGET_SESSION:
		return memcmp(&t->session, &s->id, sizeof(s->id)) == 0;
	case TARGET_USER:
		return is_text(s->who.user, t->user) && (!t->app || is_text(s->who.app, t->app));
	case TARGET_DEVICE:
		return is_text(s->who.device, t->device);
	default:
		return false;
	}
}

static bool is_receiver(const struct publish *m, const struct session *s)
{
	if (m->target.kind == TARGET_USER && !is_meant(&m->target, s))
		return false;
	if (m->match && !match_accepts(m->match, &s->who))
		return false;
	for (size_t i = 0; i < m->except_count; i++)
		if (is_meant(&m->except[i], s))
			return false;
	return true;
}

/* Nobody leaves an audience meanwhile: a full session is doomed, not ended. */
static void deliver_to_audience(const struct audience *a, const struct publish *m, struct frame *f)
{
	bool is_plain = !m || (m->target.kind != TARGET_USER && !m->match && !m->except_count);

	for (unsigned i = 0; a && i < a->count; i++)
		if (is_plain || is_receiver(m, a->members[i].session))
			lane_say(a->members[i].session, f);
}

void lane_deliver(struct lane *lane, const struct lane_post *p)
{
	const struct publish *m = p->message;

	if (!m) {
		deliver_to_audience(audience_find(&lane->audiences, p->audience, ""), NULL, p->frame);
	} else if (m->target.kind == TARGET_SESSION) {
		struct session *s = lane_find(lane, &m->target.session);

		if (s && s->state != SESSION_OPENING && is_receiver(m, s))
			lane_say(s, p->frame);
	} else {
		deliver_to_audience(find_audience(lane, &m->target), m, p->frame);
	}
}
