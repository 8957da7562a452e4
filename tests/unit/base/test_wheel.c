/* Time is a number the test moves.  The timers write down when they fired. */
#include "base/wheel.h"

#include "base/random.h"
#include "base/xalloc.h"
#include "suites.h"

#include <stdlib.h>

enum { REVOLUTION = WHEEL_TICK * WHEEL_SLOTS, START = 1000003 };

static struct wheel wheel;

struct alarm {
	struct timer timer; /* first */
	unsigned fired;
	uint64_t at;
	struct alarm *other; /* for the callback to do something to */
};

static struct alarm *alarm_of(struct timer *t)
{
	return (struct alarm *)t;
}

static void note(struct timer *t, uint64_t now)
{
	alarm_of(t)->fired++;
	alarm_of(t)->at = now;
}

static void arm(struct alarm *a, timer_fn *expire, uint64_t deadline)
{
	*a = (struct alarm){0};
	timer_init(&a->timer, expire);
	wheel_set(&wheel, &a->timer, deadline);
}

static void nothing_set(void)
{
	wheel_init(&wheel, START);
	CHECK_INT(wheel_timeout(&wheel, START), -1);
	wheel_advance(&wheel, START + 10 * (uint64_t)REVOLUTION);
	CHECK_INT(wheel_timeout(&wheel, START), -1);
}

static void set_and_clear(void)
{
	struct alarm a;

	wheel_init(&wheel, START);
	arm(&a, note, START + 50);
	CHECK(timer_is_set(&a.timer));
	CHECK_INT(wheel.count, 1);
	wheel_clear(&wheel, &a.timer);
	wheel_clear(&wheel, &a.timer);
	CHECK(!timer_is_set(&a.timer));
	CHECK_INT(wheel.count, 0);
	wheel_advance(&wheel, START + 1000);
	CHECK_INT(a.fired, 0);
}

static void on_time(void)
{
	for (uint64_t start = START; start < START + WHEEL_TICK; start += 5)
		for (uint64_t delay = 0; delay < 70; delay++) {
			uint64_t now = start;
			struct alarm a;

			wheel_init(&wheel, start);
			arm(&a, note, start + delay);
			while (a.fired == 0 && now < start + 200)
				wheel_advance(&wheel, ++now);
			CHECK_INT(a.fired, 1);
			CHECK(a.at >= start + delay);
			CHECK(a.at <= start + delay + WHEEL_TICK);
			CHECK(!timer_is_set(&a.timer));
		}
}

static void next_revolutions(void)
{
	struct alarm near, far;

	wheel_init(&wheel, START);
	arm(&near, note, START + 100);
	arm(&far, note, START + 100 + 3 * (uint64_t)REVOLUTION);
	for (uint64_t now = START; now < START + 3 * (uint64_t)REVOLUTION + 99; now += 10)
		wheel_advance(&wheel, now);
	CHECK_INT(near.fired, 1);
	CHECK_INT(far.fired, 0);
	wheel_advance(&wheel, START + 3 * (uint64_t)REVOLUTION + 100 + WHEEL_TICK);
	CHECK_INT(far.fired, 1);
}

static void in_the_past(void)
{
	struct alarm a;

	wheel_init(&wheel, START);
	arm(&a, note, START - 1000);
	CHECK_INT(wheel_timeout(&wheel, START), 0);
	CHECK_INT(a.fired, 0);
	wheel_advance(&wheel, START);
	CHECK_INT(a.fired, 1);
	CHECK_INT(wheel.count, 0);
}

static void moved(void)
{
	struct alarm a;

	wheel_init(&wheel, START);
	arm(&a, note, START + 100);
	wheel_set(&wheel, &a.timer, START + 5000);
	CHECK_INT(wheel.count, 1);
	wheel_advance(&wheel, START + 4999);
	CHECK_INT(a.fired, 0);
	wheel_set(&wheel, &a.timer, START + 5100);
	wheel_advance(&wheel, START + 5200);
	CHECK_INT(a.fired, 1);
	CHECK_INT(wheel.count, 0);
}

static void end_of_time(void)
{
	struct alarm a;

	wheel_init(&wheel, START);
	arm(&a, note, UINT64_MAX);
	wheel_advance(&wheel, START + 5 * (uint64_t)REVOLUTION);
	CHECK_INT(a.fired, 0);
	wheel_clear(&wheel, &a.timer);
}

static void long_pause(void)
{
	enum { ALARMS = 200 };
	struct alarm all[ALARMS];
	unsigned once = 0;

	wheel_init(&wheel, START);
	for (unsigned i = 0; i < ALARMS; i++)
		arm(&all[i], note, START + i * 1000);
	wheel_advance(&wheel, UINT64_MAX / 2);
	for (unsigned i = 0; i < ALARMS; i++)
		once += all[i].fired == 1;
	CHECK_INT(once, ALARMS);
	CHECK_INT(wheel.count, 0);
}

static void clock_stands(void)
{
	struct alarm a;

	wheel_init(&wheel, START);
	arm(&a, note, START + 100);
	wheel_advance(&wheel, START + 50);
	wheel_advance(&wheel, START - 500);
	wheel_advance(&wheel, START + 50);
	CHECK_INT(a.fired, 0);
	wheel_advance(&wheel, START + 116);
	CHECK_INT(a.fired, 1);
}

static void set_again(struct timer *t, uint64_t now)
{
	note(t, now);
	wheel_set(&wheel, t, now);
}

static void not_twice_in_one_advance(void)
{
	struct alarm a;

	wheel_init(&wheel, START);
	arm(&a, set_again, START);
	wheel_advance(&wheel, START + 3 * (uint64_t)REVOLUTION);
	CHECK_INT(a.fired, 1);
	wheel_advance(&wheel, START + 3 * (uint64_t)REVOLUTION + WHEEL_TICK);
	CHECK_INT(a.fired, 2);
	wheel_clear(&wheel, &a.timer);
}

static void clear_other(struct timer *t, uint64_t now)
{
	note(t, now);
	wheel_clear(&wheel, &alarm_of(t)->other->timer);
}

static void cleared_by_a_neighbour(void)
{
	struct alarm a, b, c;

	wheel_init(&wheel, START);
	arm(&a, clear_other, START + 100);
	arm(&b, note, START + 100);
	arm(&c, note, START + 100);
	a.other = &b;
	wheel_advance(&wheel, START + 200);
	CHECK_INT(a.fired, 1);
	CHECK_INT(b.fired, 0);
	CHECK_INT(c.fired, 1);
	CHECK_INT(wheel.count, 0);
}

static void move_other(struct timer *t, uint64_t now)
{
	note(t, now);
	wheel_set(&wheel, &alarm_of(t)->other->timer, now + 500);
}

static void moved_by_a_neighbour(void)
{
	struct alarm a, b;

	wheel_init(&wheel, START);
	arm(&a, move_other, START + 100);
	arm(&b, note, START + 100);
	a.other = &b;
	wheel_advance(&wheel, START + 200);
	CHECK_INT(b.fired, 0);
	wheel_advance(&wheel, START + 716);
	CHECK_INT(b.fired, 1);
}

static void free_both(struct timer *t, uint64_t now)
{
	struct alarm *a = alarm_of(t), *other = a->other;

	(void)now;
	other->other->fired++;
	wheel_clear(&wheel, &other->timer);
	free(other);
	free(a);
}

static void owners_freed(void)
{
	struct alarm witness = {0}, *a = xmalloc(sizeof *a), *b = xmalloc(sizeof *b);

	wheel_init(&wheel, START);
	arm(a, free_both, START + 100);
	arm(b, free_both, START + 100);
	a->other = b;
	b->other = &witness;
	wheel_advance(&wheel, START + 200);
	CHECK_INT(witness.fired, 1);
	CHECK_INT(wheel.count, 0);
}

static void advance_again(struct timer *t, uint64_t now)
{
	note(t, now);
	wheel_advance(&wheel, now + 1000);
}

static void advanced_from_inside(void)
{
	struct alarm a, b;

	wheel_init(&wheel, START);
	arm(&a, advance_again, START + 100);
	arm(&b, note, START + 100);
	wheel_advance(&wheel, START + 200);
	CHECK_INT(a.fired, 1);
	CHECK_INT(b.fired, 1);
}

/* Sleeping as told must not miss the deadline by more than a tick, nor wake
 * more often than about once a second. */
static void timeout_leads_there(void)
{
	for (uint64_t delay = 0; delay < 200000; delay += 1777) {
		uint64_t now = START;
		unsigned wakes = 0;
		struct alarm a;

		wheel_init(&wheel, START);
		arm(&a, note, START + delay);
		while (a.fired == 0 && wakes < 1000) {
			int wait = wheel_timeout(&wheel, now);

			CHECK(wait >= 0 && wait <= 1100);
			now += (uint64_t)wait;
			wheel_advance(&wheel, now);
			wakes++;
		}
		CHECK(now >= START + delay && now <= START + delay + WHEEL_TICK);
		CHECK(wakes <= delay / 1000 + 4);
	}
}

static void timeout_of_the_overdue(void)
{
	struct alarm a;

	wheel_init(&wheel, START);
	arm(&a, note, START + 100);
	CHECK_INT(wheel_timeout(&wheel, START + 5000), 0);
	wheel_clear(&wheel, &a.timer);
}

static void like_the_model(void)
{
	enum { ALARMS = 500 };
	static struct alarm all[ALARMS];
	uint64_t now = START;
	unsigned early = 0, late = 0;

	wheel_init(&wheel, START);
	for (unsigned i = 0; i < ALARMS; i++)
		arm(&all[i], note, START + random_below(3 * REVOLUTION));
	while (wheel.count > 0) {
		uint64_t before = now;

		now += 1 + random_below(3000);
		wheel_advance(&wheel, now);
		for (unsigned i = 0; i < ALARMS; i++) {
			early += all[i].fired && all[i].at < all[i].timer.deadline;
			late += all[i].fired && all[i].at == now &&
				all[i].timer.deadline + WHEEL_TICK < before;
			late += !all[i].fired && all[i].timer.deadline + WHEEL_TICK < now;
		}
	}
	CHECK_INT(early, 0);
	CHECK_INT(late, 0);
	for (unsigned i = 0; i < ALARMS; i++)
		CHECK_INT(all[i].fired, 1);
}

static const struct test tests[] = {
	{"without timers there is no timeout", nothing_set},
	{"a cleared timer does not fire", set_and_clear},
	{"a timer fires within a tick of its deadline, never early", on_time},
	{"a deadline beyond a revolution waits for it", next_revolutions},
	{"a deadline in the past fires at the next advance", in_the_past},
	{"setting a timer that is set moves it", moved},
	{"the end of time does not wrap around", end_of_time},
	{"after a long pause everything fires once", long_pause},
	{"a clock that stands or goes back fires nothing", clock_stands},
	{"a timer its own callback sets does not fire in the same advance", not_twice_in_one_advance},
	{"a callback may clear a timer due with it", cleared_by_a_neighbour},
	{"a callback may move a timer due with it", moved_by_a_neighbour},
	{"a callback may free its owner and another", owners_freed},
	{"a callback may advance the wheel", advanced_from_inside},
	{"sleeping as the timeout says meets the deadline", timeout_leads_there},
	{"an overdue timer makes the timeout 0", timeout_of_the_overdue},
	{"timers at random fire once, neither early nor late", like_the_model},
	{NULL, NULL},
};
const struct suite wheel_suite = {"wheel", tests};
