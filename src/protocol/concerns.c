/* concerns - the last word on who gets a message: of those its target reaches, whom
 * the target's app, match and except leave. */
#include "muster/publish.h"

#include <string.h>

static bool is_text(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static bool is_meant(const struct target *t, const struct session_id *id, const struct identity *who)
{
	switch (t->kind) {
	case TARGET_SESSION:
		return memcmp(&t->session, id, sizeof(*id)) == 0;
	case TARGET_USER:
		return is_text(who->user, t->user) && (!t->app || is_text(who->app, t->app));
	case TARGET_DEVICE:
		return is_text(who->device, t->device);
	default:
		return false;
	}
}

bool publish_concerns(const struct publish *p, const struct session_id *id, const struct identity *who)
{
	if (p->target.kind == TARGET_USER && !is_meant(&p->target, id, who))
		return false;
	if (p->match && !match_accepts(p->match, who))
		return false;
	for (size_t i = 0; i < p->except_count; i++)
		if (is_meant(&p->except[i], id, who))
			return false;
	return true;
}
