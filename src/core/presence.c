/* presence - counting people, and handing what changes to the watch. */
#include "core/presence.h"

#include <assert.h>
#include <string.h>

void presence_init(struct presence *p, const char *name, bool has_list)
{
	*p = (struct presence){ .name = name, .has_list = has_list };
	tally_init(&p->users, false);
	tally_init(&p->devices, false);
	tally_init(&p->list, true);
}

void presence_fini(struct presence *p, struct presence_queue *q)
{
	presence_watch_free(p->watch, q);
	p->watch = NULL;
	tally_fini(&p->users);
	tally_fini(&p->devices);
	tally_fini(&p->list);
}

static void changed(struct presence *p, struct presence_queue *q, uint64_t now)
{
	if (p->watch != NULL)
		presence_watch_touch(p->watch, q, now);
}

static void note(struct presence *p, struct presence_queue *q, struct user *user, struct app *app, bool is_join)
{
	if (p->watch != NULL)
		presence_watch_note(p->watch, q, user, app, is_join);
}

static void enter_user(struct presence *p, struct presence_queue *q, const struct person *who, uint64_t now)
{
	struct tally_entry *seat;

	if (who->user == NULL)
		return;
	tally_enter(&p->users, who->user, NULL);
	if (!p->has_list)
		return;
	seat = tally_enter(&p->list, who->user, who->app);
	if (seat->count == 1) {
		((struct tally_pair *)(void *)seat)->since = now;
		note(p, q, who->user, who->app, true);
	}
}

static void leave_user(struct presence *p, struct presence_queue *q, const struct person *who)
{
	if (who->user == NULL)
		return;
	tally_leave(&p->users, who->user, NULL);
	if (p->has_list && tally_leave(&p->list, who->user, who->app) == 0)
		note(p, q, who->user, who->app, false);
}

static void recount(struct presence *p)
{
	p->counts.users = p->users.count;
	p->counts.devices = p->devices.count;
}

void presence_enter(struct presence *p, struct presence_queue *q, const struct person *who, uint64_t now)
{
	enter_user(p, q, who, now);
	tally_enter(&p->devices, who->device, NULL);
	p->counts.sessions++;
	recount(p);
	changed(p, q, now);
}

void presence_leave(struct presence *p, struct presence_queue *q, const struct person *who, uint64_t now)
{
	assert(p->counts.sessions > 0);
	leave_user(p, q, who);
	tally_leave(&p->devices, who->device, NULL);
	p->counts.sessions--;
	recount(p);
	changed(p, q, now);
}

void presence_move(struct presence *p, struct presence_queue *q, const struct person *from,
	const struct person *to, uint64_t now)
{
	bool is_other_user = from->user != to->user || from->app != to->app;

	if (!is_other_user && from->device == to->device)
		return;
	if (is_other_user) {
		enter_user(p, q, to, now);
		leave_user(p, q, from);
	}
	if (from->device != to->device) {
		tally_enter(&p->devices, to->device, NULL);
		tally_leave(&p->devices, from->device, NULL);
	}
	recount(p);
	changed(p, q, now);
}

void presence_set_counts(struct presence *p, struct presence_queue *q, const struct presence_counts *counts,
	uint64_t now)
{
	if (memcmp(&p->counts, counts, sizeof(*counts)) == 0)
		return;
	p->counts = *counts;
	changed(p, q, now);
}

void presence_change_mode(struct presence *p, struct presence_queue *q, unsigned lane,
	enum presence_mode from, enum presence_mode to)
{
	if (from == to)
		return;
	if (p->watch == NULL)
		p->watch = presence_watch_new(p);
	presence_watch_add(p->watch, q, lane, to);
	if (!presence_watch_remove(p->watch, q, lane, from))
		return;
	presence_watch_free(p->watch, q);
	p->watch = NULL;
}

void presence_list(const struct presence *p, size_t limit, presence_each_fn *each, void *context)
{
	const struct tally_entry *seat;
	size_t at = 0;

	while (limit-- > 0 && (seat = tally_next(&p->list, &at)) != NULL) {
		const struct tally_pair *pair = (const struct tally_pair *)(const void *)seat;
		const struct user *user = seat->key;
		const struct app *app = pair->second;

		each(context, user->name, app->name, pair->since, user_state(user));
	}
}
