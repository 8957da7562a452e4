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

/* Nobody leaves an audience meanwhile: a full session is doomed, not ended. */
static void deliver_to_audience(const struct audience *a, const struct publish *m, struct frame *f)
{
	bool is_plain = !m || (m->target.kind != TARGET_USER && !m->match && !m->except_count);

	if (a)
		a->members[0].session->lane->receivers += a->count;
	for (unsigned i = 0; a && i < a->count; i++)
		if (is_plain || publish_concerns(m, &a->members[i].session->id, &a->members[i].session->who))
			lane_say(a->members[i].session, f);
}

void lane_deliver(struct lane *lane, const struct lane_post *p)
{
	const struct publish *m = p->message;

	if (!m) {
		deliver_to_audience(audience_find(&lane->audiences, p->audience, ""), NULL, p->frame);
	} else if (m->target.kind == TARGET_SESSION) {
		struct session *s = lane_find(lane, &m->target.session);

		if (s && s->state != SESSION_OPENING && publish_concerns(m, &s->id, &s->who))
			lane_say(s, p->frame);
	} else {
		deliver_to_audience(find_audience(lane, &m->target), m, p->frame);
	}
}
