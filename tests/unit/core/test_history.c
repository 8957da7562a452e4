/* Positions, bounds, age, and who lets go of what. */
#include "core/history.h"

#include "suites.h"

#include <stdio.h>
#include <string.h>

enum { MESSAGES = 1000 };

/* The message at an offset is &released[offset]: how often it was let go. */
static int released[MESSAGES];

static void release(void *message)
{
	++*(int *)message;
}

static struct history empty(unsigned limit)
{
	struct history h;

	memset(released, 0, sizeof(released));
	history_init(&h, limit, "k3v9", release);
	return h;
}

static void add(struct history *h, uint64_t offset)
{
	history_add(h, offset, UINT64_MAX, &released[offset]);
}

/* Offsets 1 to count. */
static struct history filled(unsigned limit, unsigned count)
{
	struct history h = empty(limit);

	for (unsigned i = 1; i <= count; i++)
		add(&h, i);
	return h;
}

static struct history_answer since(const struct history *h, const char *epoch, uint64_t offset)
{
	struct since s = {.kind = SINCE_POSITION, .offset = offset};

	snprintf(s.epoch, sizeof(s.epoch), "%s", epoch);
	return history_since(h, &s);
}

static struct history_answer last(const struct history *h, uint64_t count)
{
	return history_since(h, &(struct since){.kind = SINCE_LAST, .last = count});
}

/* The offsets of an answer as "3 4 5". */
static const char *offsets(const struct history *h, struct history_answer a)
{
	static char text[4000];
	size_t at = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < a.count; i++) {
		const struct history_item *item = history_at(h, a.from + i);

		REQUIRE(item != NULL && at < sizeof(text) - 30);
		CHECK_POINTER(item->message, &released[item->offset]);
		at += (size_t)sprintf(text + at, "%s%u", i ? " " : "", (unsigned)item->offset);
	}
	return text;
}

/* How many of the messages from first to last were let go once; the others never. */
static int released_once(unsigned first, unsigned final)
{
	int count = 0;

	for (unsigned i = 0; i < MESSAGES; i++) {
		if (i >= first && i <= final)
			count += released[i] == 1;
		else
			CHECK_INT(released[i], 0);
	}
	return count;
}

static void nothing_kept(void)
{
	struct history h = empty(10);

	CHECK(since(&h, "k3v9", 0).is_recovered);
	CHECK_INT(since(&h, "k3v9", 0).count, 0);
	CHECK(last(&h, 5).is_recovered);
	CHECK_INT(last(&h, 5).count, 0);
	CHECK_POINTER(history_at(&h, 0), NULL);
	CHECK_POINTER(h.items, NULL);
	history_fini(&h);
}

static void from_now_on(void)
{
	struct history h = filled(10, 5);
	struct history_answer a = history_since(&h, &(struct since){.kind = SINCE_NOW});

	CHECK(a.is_recovered);
	CHECK_INT(a.count + a.lost, 0);
	history_fini(&h);
}

static void since_a_position(void)
{
	struct history h = filled(10, 5);
	struct history_answer a = since(&h, "k3v9", 2);

	CHECK(a.is_recovered);
	CHECK_INT(a.lost, 0);
	CHECK_TEXT(offsets(&h, a), "3 4 5");
	CHECK_TEXT(offsets(&h, since(&h, "k3v9", 0)), "1 2 3 4 5");
	CHECK(since(&h, "k3v9", 5).is_recovered);
	CHECK_INT(since(&h, "k3v9", 5).count, 0);
	history_fini(&h);
}

static void too_far_back(void)
{
	struct history h = filled(4, 10); /* holds 7 to 10 */
	struct history_answer a = since(&h, "k3v9", 2);

	CHECK(!a.is_recovered);
	CHECK_INT(a.lost, 4); /* 3 to 6 */
	CHECK_INT(a.gap_at, 6);
	CHECK_TEXT(offsets(&h, a), "7 8 9 10");
	a = since(&h, "k3v9", 6);
	CHECK(a.is_recovered);
	CHECK_INT(a.lost, 0);
	CHECK_TEXT(offsets(&h, a), "7 8 9 10");
	CHECK(!since(&h, "k3v9", 5).is_recovered);
	CHECK_INT(since(&h, "k3v9", 5).lost, 1);
	history_fini(&h);
}

static void the_newest(void)
{
	struct history h = filled(4, 10);

	CHECK_TEXT(offsets(&h, last(&h, 2)), "9 10");
	CHECK_TEXT(offsets(&h, last(&h, 4)), "7 8 9 10");
	CHECK_TEXT(offsets(&h, last(&h, UINT64_MAX)), "7 8 9 10");
	CHECK_INT(last(&h, 0).count, 0);
	CHECK(last(&h, 100).is_recovered);
	CHECK_INT(last(&h, 100).lost, 0);
	history_fini(&h);
}

static void another_epoch(void)
{
	struct history h = filled(4, 6); /* holds 3 to 6 */
	struct history_answer a = since(&h, "old", 5);

	CHECK(!a.is_recovered);
	CHECK_INT(a.lost, 2);
	CHECK_INT(a.gap_at, 2);
	CHECK_TEXT(offsets(&h, a), "3 4 5 6");
	CHECK(!since(&h, "", 0).is_recovered);
	CHECK(!since(&h, "k3v9longer", 6).is_recovered);
	history_fini(&h);
}

static void another_epoch_with_nothing_lost(void)
{
	struct history h = filled(10, 2);
	struct history_answer a = since(&h, "old", 77);

	CHECK(!a.is_recovered);
	CHECK_INT(a.lost, 0);
	CHECK_INT(a.gap_at, 0);
	CHECK_TEXT(offsets(&h, a), "1 2");
	history_fini(&h);
}

static void ahead(void)
{
	struct history h = filled(10, 5);
	struct history_answer a = since(&h, "k3v9", 6);

	CHECK(!a.is_recovered);
	CHECK_INT(a.count, 0);
	CHECK_INT(a.lost, 0);
	CHECK_INT(a.gap_at, 5);
	CHECK(!since(&h, "k3v9", UINT64_MAX).is_recovered);
	CHECK_INT(since(&h, "k3v9", UINT64_MAX).count, 0);
	history_fini(&h);
}

static void only_one(void)
{
	struct history h = filled(1, 3);

	CHECK_INT(h.count, 1);
	CHECK_TEXT(offsets(&h, last(&h, 9)), "3");
	CHECK_TEXT(offsets(&h, since(&h, "k3v9", 2)), "3");
	CHECK_INT(since(&h, "k3v9", 1).lost, 1);
	CHECK_INT(released_once(1, 2), 2);
	history_fini(&h);
}

/* The array doubles up to the limit and is a ring from there on. */
static void odd_limit(void)
{
	struct history h = empty(21);

	for (unsigned i = 1; i <= 100; i++) {
		unsigned oldest = i > 21 ? i - 20 : 1;

		add(&h, i);
		CHECK_INT(h.count, i < 21 ? i : 21);
		CHECK(h.capacity <= 21);
		CHECK_INT(history_at(&h, 0)->offset, oldest);
		CHECK_INT(history_at(&h, h.count - 1)->offset, i);
		CHECK_INT(since(&h, "k3v9", oldest).from, 1);
	}
	CHECK_POINTER(history_at(&h, 21), NULL);
	CHECK_TEXT(offsets(&h, since(&h, "k3v9", 97)), "98 99 100");
	CHECK_INT(released_once(1, 79), 79);
	history_fini(&h);
}

static void age(void)
{
	struct history h = empty(10);

	for (unsigned i = 1; i <= 4; i++)
		history_add(&h, i, 1000 * i, &released[i]);
	history_expire(&h, 999);
	CHECK_INT(h.count, 4);
	history_expire(&h, 2000);
	CHECK_TEXT(offsets(&h, last(&h, 9)), "3 4");
	CHECK_INT(released_once(1, 2), 2);
	CHECK_INT(since(&h, "k3v9", 0).lost, 2);
	history_fini(&h);
}

static void all_expired(void)
{
	struct history h = empty(10);

	for (unsigned i = 1; i <= 9; i++)
		history_add(&h, i, 1000, &released[i]);
	history_expire(&h, 1000);
	CHECK_INT(released_once(1, 9), 9);
	CHECK_POINTER(h.items, NULL);
	CHECK_INT(h.last, 9);
	CHECK(since(&h, "k3v9", 9).is_recovered);
	CHECK(!since(&h, "k3v9", 8).is_recovered);
	CHECK_INT(since(&h, "k3v9", 8).lost, 1);
	CHECK_INT(since(&h, "k3v9", 8).gap_at, 9);
	add(&h, 10);
	CHECK_TEXT(offsets(&h, since(&h, "k3v9", 9)), "10");
	history_fini(&h);
}

/* One that lasts holds back those behind it: they leave in their order. */
static void an_old_one_that_lasts(void)
{
	struct history h = empty(10);

	add(&h, 1);
	history_add(&h, 2, 1000, &released[2]);
	history_expire(&h, 5000);
	CHECK_TEXT(offsets(&h, last(&h, 9)), "1 2");
	history_fini(&h);
}

static void holes(void)
{
	struct history h = empty(4);

	add(&h, 1);
	add(&h, 2);
	add(&h, 5);
	add(&h, 9);
	CHECK_TEXT(offsets(&h, since(&h, "k3v9", 2)), "5 9");
	CHECK_TEXT(offsets(&h, since(&h, "k3v9", 3)), "5 9");
	CHECK_TEXT(offsets(&h, since(&h, "k3v9", 5)), "9");
	CHECK(since(&h, "k3v9", 7).is_recovered);
	CHECK_TEXT(offsets(&h, since(&h, "k3v9", 7)), "9");
	CHECK_TEXT(offsets(&h, last(&h, 3)), "2 5 9");
	CHECK(!since(&h, "k3v9", 10).is_recovered);
	history_fini(&h);
}

/* What is loaded need not begin with 1. */
static void first_offset(void)
{
	struct history h = empty(10);

	add(&h, 500);
	CHECK(since(&h, "k3v9", 499).is_recovered);
	CHECK(!since(&h, "k3v9", 498).is_recovered);
	CHECK_INT(since(&h, "k3v9", 0).lost, 499);
	CHECK_INT(since(&h, "k3v9", 0).gap_at, 499);
	history_fini(&h);
}

static void every_release_once(void)
{
	struct history h = empty(7);

	for (unsigned i = 1; i < MESSAGES; i++) {
		history_add(&h, i, i + 5, &released[i]);
		if (i % 13 == 0)
			history_expire(&h, i);
	}
	history_fini(&h);
	CHECK_INT(released_once(1, MESSAGES - 1), MESSAGES - 1);
	history_fini(&h);
	CHECK_INT(released_once(1, MESSAGES - 1), MESSAGES - 1);
}

static const struct test tests[] = {
	{ "an empty history has nothing and lacks nothing", nothing_kept },
	{ "who wants only what is to come gets nothing", from_now_on },
	{ "since a position comes everything behind it", since_a_position },
	{ "what is no longer held is counted, and where to go on is said", too_far_back },
	{ "the newest so many are as many as there are at most", the_newest },
	{ "a position of another epoch recovers nothing, but what is held comes", another_epoch },
	{ "another epoch is no recovery even when nothing of this one is lost", another_epoch_with_nothing_lost },
	{ "a position ahead recovers nothing", ahead },
	{ "a history of one holds the newest", only_one },
	{ "it grows up to a limit that is no power of two, and not beyond", odd_limit },
	{ "a message leaves when its time is over", age },
	{ "a history that expired whole remembers its position and owns no memory", all_expired },
	{ "a message that lasts keeps those behind it", an_old_one_that_lasts },
	{ "offsets may have holes", holes },
	{ "a history need not begin with offset 1", first_offset },
	{ "every message is let go exactly once", every_release_once },
	{ NULL, NULL },
};
const struct suite history_suite = { "history", tests };
