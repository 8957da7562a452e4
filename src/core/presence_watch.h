/* presence_watch - what those who watch a scope have not been told yet: the
 * lanes they are on, the counts they know, and the journal of net joins and
 * leaves.  Scopes with something to tell wait in one queue, in the order in
 * which they are due. */
#ifndef CORE_PRESENCE_WATCH_H
#define CORE_PRESENCE_WATCH_H

#include "core/core.h"
#include "core/people.h"

#include <stdbool.h>

struct presence;
struct presence_watch;

struct presence_queue {
	struct presence_watch *first;
	struct presence_watch *last;
	struct people *people; /* whose references the journals hold */
	const struct settings *settings;
	unsigned lanes;
};

struct presence_watch *presence_watch_new(const struct presence *scope);
void presence_watch_free(struct presence_watch *w, struct presence_queue *q); /* NULL is fine */

/* A watcher of a lane begins, ends; mode none: nothing happens. */
void presence_watch_add(struct presence_watch *w, struct presence_queue *q, unsigned lane, enum presence_mode mode);
/* True: nobody watches any more. */
bool presence_watch_remove(struct presence_watch *w, struct presence_queue *q, unsigned lane, enum presence_mode mode);

/* Something may have changed: a push is due an interval from now, unless one waits already. */
void presence_watch_touch(struct presence_watch *w, struct presence_queue *q, uint64_t now);
/* A user came with an app, or went; the opposite of what is in the journal takes it out. */
void presence_watch_note(struct presence_watch *w, struct presence_queue *q, struct user *user, struct app *app,
	bool is_join);

/* core_take_change() */
struct presence_change *presence_queue_take(struct presence_queue *q, uint64_t now);
/* When the next is due; false: none waits. */
bool presence_queue_due(const struct presence_queue *q, uint64_t *due);

#endif
