/* presence - who is in one scope (a channel, an app, everybody): three counts
 * and, for channels, the list of users per app.
 *
 * Somebody may watch a scope.  Then what changes is gathered, net, and is due
 * one interval after the first change that was not told yet: a burst is one
 * push, who came and went again is in none.  Without watchers nothing is
 * gathered. */
#ifndef CORE_PRESENCE_H
#define CORE_PRESENCE_H

#include "core/core.h"
#include "core/people.h"
#include "core/presence_watch.h"
#include "core/tally.h"

#include <stdbool.h>

struct presence {
	struct presence_counts counts;
	struct tally users;   /* struct user, all apps together */
	struct tally devices; /* struct device */
	struct tally list;    /* pairs of struct user and struct app */
	struct presence_watch *watch; /* NULL: nobody watches */
	const char *name;     /* of the channel, borrowed */
	bool has_list;
};

void presence_init(struct presence *p, const char *name, bool has_list);
void presence_fini(struct presence *p, struct presence_queue *q);

/* One more session of a person, one less. */
void presence_enter(struct presence *p, struct presence_queue *q, const struct person *who, uint64_t now);
void presence_leave(struct presence *p, struct presence_queue *q, const struct person *who, uint64_t now);
/* A session in the scope is somebody else now. */
void presence_move(struct presence *p, struct presence_queue *q, const struct person *from,
	const struct person *to, uint64_t now);
/* For a scope counted elsewhere, instead of the three above. */
void presence_set_counts(struct presence *p, struct presence_queue *q, const struct presence_counts *counts,
	uint64_t now);
/* A session of a lane watches in another way: from one mode to the other. */
void presence_change_mode(struct presence *p, struct presence_queue *q, unsigned lane,
	enum presence_mode from, enum presence_mode to);
/* core_presence() */
void presence_list(const struct presence *p, size_t limit, presence_each_fn *each, void *context);

#endif
