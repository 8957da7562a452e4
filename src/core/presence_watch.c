/* presence_watch - the journal is a map from (user, app) to what happened,
 * holding references so that a name that comes back meanwhile is the same
 * object.  It ends when a list gets longer than a push may be: the push then
 * has counts only, and the memory of a burst is bounded. */
#include "core/presence_watch.h"

#include "base/map.h"
#include "base/xalloc.h"
#include "core/lane_set.h"
#include "core/presence.h"
#include "muster/limits.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct journal_key {
	struct user *user;
	struct app *app;
};

struct journal_entry {
	struct journal_key key;
	bool is_join;
};

struct presence_watch {
	struct presence_watch *next;
	struct presence_watch *prev;
	const struct presence *scope;
	struct presence_counts told;
	struct lane_set list_lanes;
	struct lane_set count_lanes;
	struct map journal;
	size_t joins;
	size_t leaves;
	uint64_t due;
	bool is_waiting;   /* in the queue */
	bool is_truncated; /* the journal was given up */
};

struct presence_watch *presence_watch_new(const struct presence *scope)
{
	struct presence_watch *w = xcalloc(1, sizeof(*w));

	w->scope = scope;
	w->told = scope->counts;
	lane_set_init(&w->list_lanes);
	lane_set_init(&w->count_lanes);
	map_init(&w->journal);
	return w;
}

static void free_entry(struct journal_entry *e, struct presence_queue *q)
{
	people_unref_user(q->people, e->key.user);
	people_unref_app(q->people, e->key.app);
	free(e);
}

static void clear_journal(struct presence_watch *w, struct presence_queue *q)
{
	struct journal_entry *e;
	size_t at = 0;

	while ((e = map_next(&w->journal, &at)) != NULL)
		free_entry(e, q);
	map_fini(&w->journal);
	w->joins = 0;
	w->leaves = 0;
	w->is_truncated = false;
}

static void stop_waiting(struct presence_watch *w, struct presence_queue *q)
{
	if (w->next != NULL)
		w->next->prev = w->prev;
	else
		q->last = w->prev;
	if (w->prev != NULL)
		w->prev->next = w->next;
	else
		q->first = w->next;
	w->next = NULL;
	w->prev = NULL;
	w->is_waiting = false;
}

void presence_watch_free(struct presence_watch *w, struct presence_queue *q)
{
	if (w == NULL)
		return;
	if (w->is_waiting)
		stop_waiting(w, q);
	clear_journal(w, q);
	lane_set_fini(&w->list_lanes);
	lane_set_fini(&w->count_lanes);
	free(w);
}

/* NULL for mode none. */
static struct lane_set *watchers(struct presence_watch *w, enum presence_mode mode)
{
	switch (mode) {
	case PRESENCE_MODE_LIST:
		return &w->list_lanes;
	case PRESENCE_MODE_COUNT:
		return &w->count_lanes;
	case PRESENCE_MODE_NONE:
		break;
	}
	return NULL;
}

void presence_watch_add(struct presence_watch *w, struct presence_queue *q, unsigned lane, enum presence_mode mode)
{
	struct lane_set *set = watchers(w, mode);

	if (set != NULL)
		lane_set_add(set, lane, q->lanes);
}

bool presence_watch_remove(struct presence_watch *w, struct presence_queue *q, unsigned lane, enum presence_mode mode)
{
	struct lane_set *set = watchers(w, mode);

	if (set != NULL)
		lane_set_remove(set, lane);
	if (w->list_lanes.bits == 0)
		clear_journal(w, q);
	return w->list_lanes.bits == 0 && w->count_lanes.bits == 0;
}

void presence_watch_touch(struct presence_watch *w, struct presence_queue *q, uint64_t now)
{
	if (w->is_waiting)
		return;
	w->due = now + q->settings->presence_interval;
	w->is_waiting = true;
	w->prev = q->last;
	if (q->last != NULL)
		q->last->next = w;
	else
		q->first = w;
	q->last = w;
}

static size_t *length_of(struct presence_watch *w, bool is_join)
{
	return is_join ? &w->joins : &w->leaves;
}

static void add_entry(struct presence_watch *w, const struct journal_key *key, bool is_join)
{
	struct journal_entry *e = xmalloc(sizeof(*e));

	e->key = *key;
	e->is_join = is_join;
	e->key.user->references++;
	e->key.app->references++;
	map_add(&w->journal, &e->key, sizeof(e->key), e);
	++*length_of(w, is_join);
}

void presence_watch_note(struct presence_watch *w, struct presence_queue *q, struct user *user, struct app *app,
	bool is_join)
{
	struct journal_key key = { user, app };
	struct journal_entry *old;

	if (w->list_lanes.bits == 0 || w->is_truncated)
		return;
	old = map_remove(&w->journal, &key, sizeof(key));
	if (old != NULL) {
		assert(old->is_join != is_join);
		--*length_of(w, old->is_join);
		free_entry(old, q);
		return;
	}
	add_entry(w, &key, is_join);
	if (*length_of(w, is_join) > MAX_PRESENCE_LIST) {
		clear_journal(w, q);
		w->is_truncated = true;
	}
}

static bool has_news(const struct presence_watch *w)
{
	return w->is_truncated || w->journal.count > 0 ||
		memcmp(&w->told, &w->scope->counts, sizeof(w->told)) != 0;
}

static void fill_person(struct presence_person *to, const struct journal_key *key)
{
	to->user = xstrdup(key->user->name);
	to->app = xstrdup(key->app->name);
}

static void fill_lists(struct presence_change *p, const struct presence_watch *w)
{
	const struct journal_entry *e;
	size_t at = 0;

	p->join = w->joins > 0 ? xcalloc(w->joins, sizeof(*p->join)) : NULL;
	p->leave = w->leaves > 0 ? xcalloc(w->leaves, sizeof(*p->leave)) : NULL;
	while ((e = map_next(&w->journal, &at)) != NULL)
		fill_person(e->is_join ? &p->join[p->join_count++] : &p->leave[p->leave_count++], &e->key);
	assert(p->join_count == w->joins && p->leave_count == w->leaves);
}

/* Write down what there is to tell; from here on it counts as told. */
static struct presence_change *tell(struct presence_watch *w, struct presence_queue *q)
{
	struct presence_change *p = xcalloc(1, sizeof(*p));

	p->channel = xstrdup(w->scope->name);
	p->is_truncated = w->is_truncated;
	p->counts = w->scope->counts;
	p->list_lanes = w->list_lanes.bits;
	p->count_lanes = w->count_lanes.bits;
	fill_lists(p, w);
	w->told = p->counts;
	clear_journal(w, q);
	return p;
}

struct presence_change *presence_queue_take(struct presence_queue *q, uint64_t now)
{
	while (q->first != NULL && q->first->due <= now) {
		struct presence_watch *w = q->first;

		stop_waiting(w, q);
		if (has_news(w))
			return tell(w, q);
	}
	return NULL;
}

bool presence_queue_due(const struct presence_queue *q, uint64_t *due)
{
	if (q->first == NULL)
		return false;
	*due = q->first->due;
	return true;
}

static void free_people(struct presence_person *people, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(people[i].user);
		free(people[i].app);
	}
	free(people);
}

void presence_change_free(struct presence_change *p)
{
	if (p == NULL)
		return;
	free_people(p->join, p->join_count);
	free_people(p->leave, p->leave_count);
	free(p->channel);
	free(p);
}
