/* wheel - a hashed timer wheel: setting, clearing and expiring a timer is
 * O(1) whatever their number.  Timers are embedded in their owners.  Time is
 * milliseconds on any clock that does not go back, given by the caller.
 * Resolution is WHEEL_TICK ms; a timer never fires early. */
#ifndef BASE_WHEEL_H
#define BASE_WHEEL_H

#include <stdbool.h>
#include <stdint.h>

enum { WHEEL_TICK = 16, WHEEL_SLOTS = 4096 };

struct timer;
typedef void timer_fn(struct timer *t, uint64_t now);

struct timer {
	struct timer *next; /* NULL: not set */
	struct timer *prev;
	uint64_t deadline;
	timer_fn *expire;
};

/* Not to be copied or moved after wheel_init(). */
struct wheel {
	struct timer slots[WHEEL_SLOTS]; /* list heads */
	struct timer due;                /* list head: what was set for a time already over */
	uint64_t tick;                   /* last one expired */
	unsigned count;
};

void wheel_init(struct wheel *w, uint64_t now);
void timer_init(struct timer *t, timer_fn *expire);
bool timer_is_set(const struct timer *t);
/* Set or move.  A deadline whose tick is over expires at the next advance, never
 * within the one under way. */
void wheel_set(struct wheel *w, struct timer *t, uint64_t deadline);
void wheel_clear(struct wheel *w, struct timer *t); /* unset is fine */
/* Call expire() of each timer due at now.  From inside, any timer may be set
 * or cleared, the owner freed. */
void wheel_advance(struct wheel *w, uint64_t now);
/* Milliseconds until it is worth calling wheel_advance() again; -1: no timer set. */
int wheel_timeout(const struct wheel *w, uint64_t now);

#endif
