/* What is true of every store: the same facts, run on each implementation. */
#include "rig.h"
#include "suites.h"

#include "base/random.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void a_channel_nobody_wrote_to(struct rig *r)
{
	struct told t = rig_channel(r, "news", 10);

	CHECK_INT(t.result, 0);
	CHECK(!t.known);
	CHECK_INT(t.last, 0);
	CHECK_INT(t.count, 0);
}

static void messages_come_back(struct rig *r)
{
	struct told t = {0};

	rig_append(r, "news", "k3v9", 1, "one", 10, &t);
	CHECK_INT(t.order, 0);
	CHECK(rig_wait(r, &t));
	CHECK_INT(t.result, 0);
	rig_append(r, "news", "k3v9", 2, "", 10, NULL);
	rig_append(r, "news", "k3v9", 3, "three", 10, NULL);
	t = rig_channel(r, "news", 10);
	CHECK_INT(t.result, 0);
	CHECK_TEXT(t.epoch, "k3v9");
	CHECK_INT(t.last, 3);
	CHECK_TEXT(t.texts, "1:one 2: 3:three");
}

static void check_fields(void *context, const struct store_outcome *o)
{
	REQUIRE_INT(o->count, 2);
	CHECK_INT(o->messages[0].time, 1234567);
	CHECK(o->messages[0].expires == rig_now() + 1000);
	CHECK_BYTES(o->messages[0].text, o->messages[0].size, "a\0b", 3);
	CHECK(o->messages[1].expires == UINT64_MAX);
	rig_note(context, o);
}

static void fields_come_back(struct rig *r)
{
	struct stored_message m = {.position = 1, .time = 1234567, .expires = rig_now() + 1000, .text = "a\0b", .size = 3};
	struct told t = {0};

	r->store->ops->append(r->store, "news", "e", &m, 10, NULL, NULL, NULL);
	rig_append(r, "news", "e", 2, "x", 10, NULL);
	r->store->ops->load_channel(r->store, "news", 10, rig_now(), check_fields, &t);
	CHECK(rig_wait(r, &t));
}

static void large_texts(struct rig *r)
{
	static char text[200001];
	struct told t;

	memset(text, 'x', sizeof text - 1);
	for (uint64_t i = 1; i <= 5; i++)
		rig_append(r, "news", "e", i, text, 10, NULL);
	t = rig_channel(r, "news", 10);
	CHECK_INT(t.count, 5);
	CHECK_INT(t.size, 5 * (sizeof text - 1));
}

static void the_newest_are_loaded(struct rig *r)
{
	struct told t;

	for (uint64_t i = 1; i <= 9; i++)
		rig_append(r, "news", "e", i, "m", 10, NULL);
	t = rig_channel(r, "news", 3);
	CHECK_TEXT(t.texts, "7:m 8:m 9:m");
	CHECK_INT(t.last, 9);
	CHECK_INT(rig_channel(r, "news", 0).count, 0);
	CHECK_INT(rig_channel(r, "news", 0).last, 9);
}

static void the_oldest_go(struct rig *r)
{
	struct told t;

	for (uint64_t i = 1; i <= 1000; i++)
		rig_append(r, "news", "e", i, "m", 3, NULL);
	t = rig_channel(r, "news", 3);
	CHECK_TEXT(t.texts, "998:m 999:m 1000:m");
	t = rig_channel(r, "news", 1000);
	CHECK(t.count >= 3 && t.count <= 3 + 64);
}

static void expired_messages(struct rig *r)
{
	struct told t;

	rig_append_until(r, "news", 1, "old", rig_now(), NULL);
	rig_append_until(r, "news", 2, "stays", NEVER, NULL);
	rig_append_until(r, "news", 3, "also", rig_now() + 100000, NULL);
	rig_append_until(r, "news", 4, "gone", rig_now() - 1, NULL);
	t = rig_channel(r, "news", 10);
	CHECK_TEXT(t.texts, "2:stays 3:also");
	CHECK_INT(t.last, 4);
	CHECK_TEXT(rig_channel(r, "news", 1).texts, "3:also");
}

static void positions_go_up(struct rig *r)
{
	struct told same = {0}, behind = {0}, none = {0}, good = {0};

	rig_append(r, "news", "e", 5, "five", 10, NULL);
	rig_append(r, "news", "e", 5, "again", 10, &same);
	rig_append(r, "news", "e", 4, "four", 10, &behind);
	rig_append(r, "other", "e", 0, "none", 10, &none);
	rig_append(r, "news", "e", 8, "eight", 10, &good);
	CHECK(rig_wait(r, &good));
	CHECK_INT(same.result, -EINVAL);
	CHECK(strstr(same.sentence, "position 5 does not come behind 5") != NULL);
	CHECK_INT(behind.result, -EINVAL);
	CHECK_INT(none.result, -EINVAL);
	CHECK_INT(good.result, 0);
	CHECK_TEXT(rig_channel(r, "news", 10).texts, "5:five 8:eight");
	CHECK(!rig_channel(r, "other", 10).known);
}

static void another_epoch(struct rig *r)
{
	struct told t = {0};

	rig_append(r, "news", "first", 7, "old", 10, NULL);
	rig_append(r, "news", "second", 1, "new", 10, &t);
	CHECK(rig_wait(r, &t));
	CHECK_INT(t.result, 0);
	t = rig_channel(r, "news", 10);
	CHECK_TEXT(t.epoch, "second");
	CHECK_INT(t.last, 1);
	CHECK_TEXT(t.texts, "1:new");
}

static void a_load_sees_what_came_before(struct rig *r)
{
	struct told one = {0}, two = {0};

	rig_append(r, "news", "e", 1, "a", 10, NULL);
	rig_load(r, "news", 10, &one);
	rig_append(r, "news", "e", 2, "b", 10, NULL);
	rig_load(r, "news", 10, &two);
	rig_append(r, "news", "e", 3, "c", 10, NULL);
	CHECK(rig_wait(r, &two));
	CHECK_TEXT(one.texts, "1:a");
	CHECK_TEXT(two.texts, "1:a 2:b");
}

static void outcomes_keep_the_order(struct rig *r)
{
	enum { CALLS = 6000 };
	static struct told told[CALLS];
	unsigned wrong = 0;

	memset(told, 0, sizeof told);
	for (unsigned i = 0; i < CALLS; i++) {
		switch (i % 5) {
		case 0: rig_append(r, "news", "e", i + 1, "m", 10, &told[i]); break;
		case 1: rig_load(r, "news", 1, &told[i]); break;
		case 2: rig_put(r, "hans", i + 1, "m", 10, NEVER, &told[i]); break;
		case 3: rig_drop(r, "hans", i, &told[i]); break;
		case 4: rig_append(r, "news", "e", 1, "refused", 10, &told[i]); break;
		}
	}
	CHECK(rig_wait(r, &told[CALLS - 1]));
	for (unsigned i = 1; i < CALLS; i++)
		wrong += told[i].order != told[0].order + i;
	CHECK_INT(wrong, 0);
	CHECK_INT(told[4].result, -EINVAL);
}

static void nothing_is_told_unasked(struct rig *r)
{
	struct told t = {0}, last = {0};

	for (uint64_t i = 1; i <= 100; i++)
		rig_append(r, "news", "e", i, "m", 10, &t);
	rig_load(r, "news", 10, &last);
	CHECK_INT(t.order, 0);
	CHECK(rig_wait(r, &last));
	CHECK(t.order > 0);
	CHECK_INT(r->store->poll(r->store, 10), 0);
}

static bool is_readable(const struct rig *r, int timeout)
{
	struct pollfd in = {.fd = r->store->fd, .events = POLLIN};

	return in.fd < 0 || poll(&in, 1, timeout) == 1;
}

static void poll_is_bounded(struct rig *r)
{
	enum { CALLS = 500 };
	unsigned told = 0, polls = 0;

	for (uint64_t i = 1; i <= CALLS; i++)
		rig_append(r, "news", "e", i, "m", 10, NULL);
	while (told < CALLS && polls++ < 10000) {
		size_t n;

		REQUIRE(is_readable(r, 10000));
		n = r->store->poll(r->store, 7);
		CHECK(n <= 7);
		told += (unsigned)n;
	}
	CHECK_INT(told, CALLS);
}

struct chain {
	struct rig *rig;
	unsigned left;
	bool inside;
	unsigned nested;
	struct told end;
};

static void append_next(void *context, const struct store_outcome *outcome)
{
	struct chain *c = context;

	c->nested += c->inside;
	c->inside = true;
	if (c->left > 0) {
		struct stored_message m = {.position = 100 - c->left--, .text = "m", .size = 1, .expires = UINT64_MAX};

		c->rig->store->ops->append(c->rig->store, "news", "e", &m, 100, NULL, append_next, c);
	} else {
		rig_note(&c->end, outcome);
	}
	c->inside = false;
}

static void calls_from_an_outcome(struct rig *r)
{
	struct chain c = {.rig = r, .left = 50};
	struct store_outcome none = {0};

	append_next(&c, &none);
	CHECK(rig_wait(r, &c.end));
	CHECK_INT(c.nested, 0);
	CHECK_INT(rig_channel(r, "news", 100).count, 50);
}

static void a_mailbox(struct rig *r)
{
	struct told t = rig_mailbox(r, "hans");

	CHECK_INT(t.result, 0);
	CHECK_INT(t.count, 0);
	CHECK_INT(t.last, 0);
	rig_put(r, "hans", 1, "a", 10, NEVER, NULL);
	rig_put(r, "hans", 2, "b", 10, NEVER, NULL);
	rig_put(r, "hans", 3, "c", 10, NEVER, NULL);
	rig_put(r, "greta", 1, "g", 10, NEVER, NULL);
	rig_append(r, "hans", "e", 1, "channel", 10, NULL);
	rig_drop(r, "hans", 2, NULL);
	t = rig_mailbox(r, "hans");
	CHECK_TEXT(t.texts, "1:a 3:c");
	CHECK_INT(t.last, 3);
	CHECK_TEXT(rig_mailbox(r, "greta").texts, "1:g");
	CHECK_TEXT(rig_channel(r, "hans", 10).texts, "1:channel");
}

static void dropping_what_is_not_there(struct rig *r)
{
	struct told one = {0}, two = {0}, three = {0};

	rig_drop(r, "nobody", 1, &one);
	rig_put(r, "hans", 1, "a", 10, NEVER, NULL);
	rig_drop(r, "hans", 1, NULL);
	rig_drop(r, "hans", 1, &two);
	rig_drop(r, "hans", 99, &three);
	CHECK(rig_wait(r, &three));
	CHECK_INT(one.result, 0);
	CHECK_INT(two.result, 0);
	CHECK_INT(three.result, 0);
	rig_put(r, "hans", 2, "b", 1, NEVER, &three);
	CHECK_TEXT(rig_mailbox(r, "hans").texts, "2:b");
	CHECK_INT(three.dropped, 0);
}

static void a_full_mailbox(struct rig *r)
{
	struct told t[6] = {{0}};

	for (unsigned i = 1; i <= 5; i++)
		rig_put(r, "hans", i, "m", 3, NEVER, &t[i]);
	t[0] = rig_mailbox(r, "hans");
	CHECK_INT(t[3].dropped, 0);
	CHECK_INT(t[4].dropped, 1);
	CHECK_INT(t[5].dropped, 1);
	CHECK_TEXT(t[0].texts, "3:m 4:m 5:m");
	CHECK_INT(t[0].dropped, 2);
	CHECK_INT(rig_mailbox(r, "hans").dropped, 0);
	rig_put(r, "hans", 6, "m", 1, NEVER, &t[1]);
	CHECK_TEXT(rig_mailbox(r, "hans").texts, "6:m");
	CHECK_INT(t[1].dropped, 3);
}

static void expired_mail_goes_first(struct rig *r)
{
	struct told t = {0};

	rig_put(r, "hans", 1, "keep", 3, NEVER, NULL);
	rig_put(r, "hans", 2, "old", 3, rig_now() - 5, NULL);
	rig_put(r, "hans", 3, "old", 3, rig_now() - 5, NULL);
	CHECK_TEXT(rig_mailbox(r, "hans").texts, "1:keep");
	rig_put(r, "hans", 4, "new", 3, NEVER, &t);
	CHECK_TEXT(rig_mailbox(r, "hans").texts, "1:keep 4:new");
	CHECK_INT(t.dropped, 0);
}

static void mail_positions_go_up(struct rig *r)
{
	struct told t = {0};

	rig_put(r, "hans", 4, "m", 3, NEVER, NULL);
	rig_drop(r, "hans", 4, NULL);
	CHECK_INT(rig_mailbox(r, "hans").last, 4);
	rig_put(r, "hans", 4, "m", 3, NEVER, &t);
	CHECK(rig_wait(r, &t));
	CHECK_INT(t.result, -EINVAL);
	CHECK_INT(rig_mailbox(r, "hans").count, 0);
}

static void ids_come_to_an_end(struct rig *r)
{
	struct stored_id id = {.id = "x", .size = 1, .expires = rig_now() + 100000};

	r->store->ops->put_id(r->store, &id, NULL, NULL);
	free(rig_ids(r, rig_now(), NULL, NULL));
}

static void free_with_calls_queued(struct rig *r)
{
	struct told t = {0};

	for (uint64_t i = 1; i <= 200; i++) {
		rig_append(r, "news", "e", i, "m", 10, &t);
		rig_load(r, "news", 10, &t);
		t.order = 0;
	}
	r->store->ops->load_ids(r->store, rig_now(), rig_note, &t);
	r->store->ops->free(r->store);
	r->store = NULL;
	CHECK_INT(t.order, 0);
}

static bool are_alike(const struct told *a, const struct told *b)
{
	return a->result == b->result && a->known == b->known && a->last == b->last && a->dropped == b->dropped &&
		a->count == b->count && a->size == b->size && strcmp(a->texts, b->texts) == 0 &&
		strcmp(a->epoch, b->epoch) == 0 && strcmp(a->sentence, b->sentence) == 0;
}

/* The same calls on this store and on the plainest one must be answered alike. */
static void as_the_other_store_does(struct rig *r)
{
	static const char *const names[] = {"a", "b", "c"};
	static const char *const epochs[] = {"e", "e", "e", "e", "e", "e", "e", "f"};
	struct rig other;
	unsigned wrong = 0;

	rig_memory(&other);
	for (unsigned step = 0; step < 3000; step++) {
		const char *name = names[random_below(3)], *epoch = epochs[random_below(8)];
		uint64_t position = step / 2 + random_below(3), expires = random_below(3) == 0 ? rig_now() - 1 : NEVER;
		struct told one = {0}, two = {0};
		unsigned what = (unsigned)random_below(6), back = (unsigned)random_below(10);

		for (int i = 0; i < 2; i++) {
			struct rig *on = i == 0 ? r : &other;
			struct told *t = i == 0 ? &one : &two;

			switch (what) {
			case 0: rig_append(on, name, epoch, position, "m", 10000, t); break;
			case 1: rig_append_until(on, name, position, "t", expires, t); break;
			case 2: rig_load(on, name, 20, t); break;
			case 3: rig_put(on, name, position, "p", 5, expires, t); break;
			case 4: rig_drop(on, name, position > back ? position - back : 1, t); break;
			case 5: rig_mail(on, name, t); break;
			}
			CHECK(rig_wait(on, t));
		}
		wrong += !are_alike(&one, &two);
	}
	CHECK_INT(wrong, 0);
	rig_fini(&other);
}

#define FACTS(FACT) \
	FACT("a channel that nobody wrote to is unknown", a_channel_nobody_wrote_to) \
	FACT("appended messages come back in order, with epoch and last position", messages_come_back) \
	FACT("time, expiry and every byte come back", fields_come_back) \
	FACT("large texts come back", large_texts) \
	FACT("a load is of the newest, at most its limit", the_newest_are_loaded) \
	FACT("the oldest go, a few more than the limit may stay", the_oldest_go) \
	FACT("what has expired is not told, its position is not given again", expired_messages) \
	FACT("a position that is not behind the last is refused alone", positions_go_up) \
	FACT("another epoch begins the channel anew", another_epoch) \
	FACT("a load sees what was called before it and nothing later", a_load_sees_what_came_before) \
	FACT("outcomes come in the order of the calls", outcomes_keep_the_order) \
	FACT("outcomes are told from poll alone", nothing_is_told_unasked) \
	FACT("poll tells at most max and stays ready for the rest", poll_is_bounded) \
	FACT("an outcome may make new calls", calls_from_an_outcome) \
	FACT("a mailbox keeps what was not dropped", a_mailbox) \
	FACT("dropping what is not there is fine", dropping_what_is_not_there) \
	FACT("a full mailbox drops its oldest and counts", a_full_mailbox) \
	FACT("expired mail goes before any other, uncounted", expired_mail_goes_first) \
	FACT("a mailbox's positions only grow, also when it is empty", mail_positions_go_up) \
	FACT("loading ids comes to an end", ids_come_to_an_end) \
	FACT("free tells nothing of what was queued", free_with_calls_queued) \
	FACT("random calls are answered as by the plainest store", as_the_other_store_does)

static void run_on(void (*make)(struct rig *), void (*fact)(struct rig *))
{
	struct rig r;

	make(&r);
	fact(&r);
	rig_fini(&r);
}

#define RUNNERS(sentence, fact) \
	static void fact##_memory(void) { run_on(rig_memory, fact); } \
	static void fact##_sqlite(void) { run_on(rig_sqlite, fact); }
FACTS(RUNNERS)

/* Only this store has no sweeper that the facts of a file could show. */
static void memory_forgets(void)
{
	struct stored_message m = {.position = 1, .time = rig_now() + 48 * 3600 * 1000, .text = "m", .size = 1,
		.expires = UINT64_MAX};
	struct rig r;

	rig_memory(&r);
	rig_append_until(&r, "gone", 1, "m", rig_now() + 1000, NULL);
	rig_append_until(&r, "stays", 1, "m", NEVER, NULL);
	for (; m.position < 20; m.position++)
		r.store->ops->append(r.store, "news", "e", &m, 10, NULL, NULL, NULL);
	CHECK(!rig_channel(&r, "gone", 10).known);
	CHECK(rig_channel(&r, "stays", 10).known);
	rig_fini(&r);
}

#define ROW_MEMORY(sentence, fact) {sentence, fact##_memory},
#define ROW_SQLITE(sentence, fact) {sentence, fact##_sqlite},

static const struct test memory_tests[] = {
	FACTS(ROW_MEMORY)
	{"an empty channel is forgotten after days, one with a message is not", memory_forgets},
	{NULL, NULL},
};

static const struct test sqlite_tests[] = {
	FACTS(ROW_SQLITE)
	{NULL, NULL},
};

const struct suite store_memory_suite = {"store: memory", memory_tests};
const struct suite store_sqlite_suite = {"store: sqlite", sqlite_tests};
