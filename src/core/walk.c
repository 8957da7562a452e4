/* walk - the sessions behind a target, one by one or as numbers. */
#include "core/core.h"

#include "core/core_state.h"

#include <string.h>

struct walk {
	const struct target *target;
	const struct app *app;       /* of the target, when it names one */
	const struct channel *channel;
	core_each_fn *each;
	void *context;
};

static void tell(const struct walk *w, const struct session *s)
{
	w->each(w->context, &s->id, s->lane, &s->who);
}

static void walk_user(const struct core *c, const struct walk *w)
{
	const struct user *u = people_find_user(&c->registry.people, w->target->user);

	for (struct session_link *l = u != NULL ? u->sessions : NULL; l != NULL; l = l->next) {
		const struct session *s = session_of_user_link(l);

		if (w->target->app == NULL || s->is.app == w->app)
			tell(w, s);
	}
}

static void walk_device(const struct core *c, const struct walk *w)
{
	const struct device *d = people_find_device(&c->registry.people, w->target->device);

	for (struct session_link *l = d != NULL ? d->sessions : NULL; l != NULL; l = l->next)
		tell(w, session_of_device_link(l));
}

static bool is_in(const struct walk *w, const struct session *s)
{
	if (w->target->kind == TARGET_APP)
		return w->app != NULL && s->is.app == w->app;
	return w->target->kind == TARGET_ALL || (w->channel != NULL && core_session_is_in(s, w->channel));
}

static void walk_everybody(const struct core *c, const struct walk *w)
{
	const struct session *s;
	size_t at = 0;

	while ((s = map_next(&c->registry.sessions, &at)) != NULL)
		if (is_in(w, s))
			tell(w, s);
}

void core_each(const struct core *c, const struct target *target, core_each_fn *each, void *context)
{
	const struct session *s;
	struct walk w = {
		.target = target,
		.app = target->app != NULL ? people_find_app(&c->registry.people, target->app) : NULL,
		.channel = target->channel != NULL ? map_find_text(&c->channels, target->channel) : NULL,
		.each = each,
		.context = context,
	};

	switch (target->kind) {
	case TARGET_USER:
		walk_user(c, &w);
		break;
	case TARGET_DEVICE:
		walk_device(c, &w);
		break;
	case TARGET_SESSION:
		if ((s = session_registry_find(&c->registry, &target->session)) != NULL)
			tell(&w, s);
		break;
	default:
		walk_everybody(c, &w);
		break;
	}
}

static void count_one(void *context, const struct session_id *id, unsigned lane, const struct identity *who)
{
	struct presence_counts *counts = context;

	(void)id;
	(void)lane;
	counts->sessions++;
	counts->users |= who->user != NULL; /* all of one user, or of one device */
}

static struct presence_counts count_few(const struct core *c, const struct target *target)
{
	struct presence_counts counts = {0};

	core_each(c, target, count_one, &counts);
	counts.devices = counts.sessions > 0;
	return counts;
}

struct presence_counts core_count(const struct core *c, const struct target *target)
{
	struct presence_counts counts = {0};

	switch (target->kind) {
	case TARGET_ALL:
		core_counts(c, NULL, &counts);
		break;
	case TARGET_APP:
		core_counts(c, target->app, &counts);
		break;
	case TARGET_CHANNEL:
		core_channel_counts(c, target->channel, &counts);
		break;
	default:
		counts = count_few(c, target);
		break;
	}
	return counts;
}
