/* wheel - see wheel.h.  Slot i holds the timers whose tick is i modulo the
 * number of slots; one whose tick lies in a later revolution is looked at and
 * left.  A deadline is rounded up to its tick and the time down, so nothing
 * fires early. */
#include "base/wheel.h"

#include <assert.h>
#include <stddef.h>

/* How far wheel_timeout() looks ahead, about a second. */
enum { LOOK_AHEAD = 64 };

static void list_init(struct timer *head)
{
	head->next = head->prev = head;
}

static bool list_is_empty(const struct timer *head)
{
	return head->next == head;
}

static void list_append(struct timer *head, struct timer *t)
{
	t->prev = head->prev;
	t->next = head;
	head->prev->next = t;
	head->prev = t;
}

static void list_remove(struct timer *t)
{
	t->prev->next = t->next;
	t->next->prev = t->prev;
	t->next = t->prev = NULL;
}

static uint64_t tick_of_deadline(uint64_t deadline)
{
	return deadline / WHEEL_TICK + (deadline % WHEEL_TICK != 0);
}

void wheel_init(struct wheel *w, uint64_t now)
{
	for (int i = 0; i < WHEEL_SLOTS; i++) {
		w->slots[i] = (struct timer){0};
		list_init(&w->slots[i]);
	}
	w->due = (struct timer){0};
	list_init(&w->due);
	w->tick = now / WHEEL_TICK;
	w->count = 0;
}

void timer_init(struct timer *t, timer_fn *expire)
{
	*t = (struct timer){.expire = expire};
}

bool timer_is_set(const struct timer *t)
{
	return t->next != NULL;
}

void wheel_set(struct wheel *w, struct timer *t, uint64_t deadline)
{
	uint64_t tick = tick_of_deadline(deadline);

	assert(t->expire);
	wheel_clear(w, t);
	t->deadline = deadline;
	list_append(tick <= w->tick ? &w->due : &w->slots[tick % WHEEL_SLOTS], t);
	w->count++;
}

void wheel_clear(struct wheel *w, struct timer *t)
{
	if (!timer_is_set(t))
		return;
	assert(w->count > 0);
	list_remove(t);
	w->count--;
}

/* Move the timers of a slot that are due into the list. */
static void collect(struct timer *slot, uint64_t tick, struct timer *due)
{
	for (struct timer *t = slot->next, *next; t != slot; t = next) {
		next = t->next;
		if (tick_of_deadline(t->deadline) > tick)
			continue;
		list_remove(t);
		list_append(due, t);
	}
}

/* All that is due is gathered before the first callback runs: a timer that a
 * callback sets cannot get in, one that it clears or moves is taken out like
 * from any list, and no position has to survive a callback. */
void wheel_advance(struct wheel *w, uint64_t now)
{
	uint64_t target = now / WHEEL_TICK;
	uint64_t steps = target > w->tick ? target - w->tick : 0;
	struct timer due;

	list_init(&due);
	collect(&w->due, UINT64_MAX, &due);
	if (w->count == 0)
		steps = steps ? 1 : 0;
	else if (steps > WHEEL_SLOTS)
		steps = WHEEL_SLOTS;
	for (uint64_t i = 1; i <= steps; i++)
		collect(&w->slots[(w->tick + i) % WHEEL_SLOTS], target, &due);
	if (steps)
		w->tick = target;
	while (!list_is_empty(&due)) {
		struct timer *t = due.next;

		wheel_clear(w, t);
		t->expire(t, now);
	}
}

int wheel_timeout(const struct wheel *w, uint64_t now)
{
	uint64_t tick = w->tick + 1, end = w->tick + LOOK_AHEAD;

	if (w->count == 0)
		return -1;
	if (!list_is_empty(&w->due))
		return 0;
	while (tick < end && list_is_empty(&w->slots[tick % WHEEL_SLOTS]))
		tick++;
	return tick * WHEEL_TICK > now ? (int)(tick * WHEEL_TICK - now) : 0;
}
