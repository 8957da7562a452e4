/* Numbers, bounds, gaps, conflation, acknowledging and going back. */
#include "lane/stream.h"

#include "suites.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct stream_bounds four = {4, 1000000};
static struct ring loan;
static struct outgoing out[64];

static struct frame *make(const char *text, const char *channel, bool is_numbered)
{
	struct frame *f = frame_new_empty(strlen(text), channel, NULL);

	memcpy(f->bytes + f->header_size, text, strlen(text));
	f->is_numbered = is_numbered;
	return f;
}

/* A push "p<i>" of a channel (NULL: none). */
static int push(struct stream *s, int i, const char *channel, const struct stream_bounds *bounds)
{
	char text[16];
	struct frame *f;
	int dropped;

	snprintf(text, sizeof(text), "p%d", i);
	f = make(text, channel, true);
	dropped = stream_append(s, f, bounds);
	frame_unref(f);
	return dropped;
}

static void say(struct stream *s, const char *text)
{
	struct frame *f = make(text, NULL, false);

	CHECK_INT(stream_append(s, f, &four), 0);
	frame_unref(f);
}

/* The same with what a test sets before; f's only reference is taken. */
static int append(struct stream *s, struct frame *f, const struct stream_bounds *bounds)
{
	int dropped = stream_append(s, f, bounds);

	frame_unref(f);
	return dropped;
}

static struct frame *make_keyed(const char *text, uint64_t key)
{
	struct frame *f = make(text, "a", true);

	f->conflate = key;
	return f;
}

static struct frame *make_slow(const char *text, const char *channel, enum slow_policy slow)
{
	struct frame *f = make(text, channel, true);

	f->slow = slow;
	return f;
}

static struct frame *make_positioned(const char *text, const char *epoch, uint64_t offset)
{
	struct frame *f = make(text, "a", true);

	snprintf(f->epoch, sizeof(f->epoch), "%s", epoch);
	f->offset = offset;
	return f;
}

/* For acknowledgements that nobody listens to. */
static void ignore(void *context, const struct frame *f)
{
	(void)context;
	(void)f;
}

/* What was told as acknowledged, as "p1 p2 ". */
static void note(void *context, const struct frame *f)
{
	strcat(context, frame_text(f));
	strcat(context, " ");
}

/* What is sent now, as "1:p0 2:p1 -:welcome". */
static const char *sent(struct stream *s, size_t max, const struct stream_bounds *bounds)
{
	static char text[2000];
	size_t count = stream_take(s, out, max, 1000000, &loan), at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		if (out[i].n)
			at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%d:", i ? " " : "", (int)out[i].n);
		else
			at += (size_t)snprintf(text + at, sizeof(text) - at, "%s-:", i ? " " : "");
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s", frame_text(out[i].frame));
	}
	stream_settle(s, bounds, &loan);
	return text;
}

static void numbers(void)
{
	struct stream s;

	stream_init(&s);
	say(&s, "welcome");
	push(&s, 1, NULL, &four);
	push(&s, 2, NULL, &four);
	CHECK_TEXT(sent(&s, 64, &four), "-:welcome 1:p1 2:p2");
	CHECK_INT(s.sent, 2);
	CHECK(!stream_has_waiting(&s));
	stream_fini(&s);
}

static void takes_no_more_than_asked(void)
{
	struct stream s;

	stream_init(&s);
	for (int i = 1; i <= 4; i++)
		push(&s, i, NULL, &four);
	CHECK_TEXT(sent(&s, 3, &four), "1:p1 2:p2 3:p3");
	CHECK_INT(stream_take(&s, out, 64, 1, &loan), 1); /* larger than the bytes asked for, yet one */
	stream_settle(&s, &four, &loan);
	stream_fini(&s);
}

static void drops_oldest_with_one_gap_per_channel(void)
{
	struct stream s;

	stream_init(&s);
	push(&s, 1, "a", &four);
	push(&s, 2, "b", &four);
	push(&s, 3, "a", &four);
	push(&s, 4, NULL, &four);
	for (int i = 5; i <= 8; i++)
		CHECK_INT(push(&s, i, "a", &four), 1);
	CHECK_TEXT(sent(&s, 64, &four),
		"1:{\"push\":\"gap\",\"lost\":2,\"channel\":\"a\"} 2:{\"push\":\"gap\",\"lost\":1,\"channel\":\"b\"} "
		"3:{\"push\":\"gap\",\"lost\":1} 4:p5 5:p6 6:p7 7:p8");
	stream_fini(&s);
}

static void bytes_bound_the_outbox(void)
{
	const struct stream_bounds five_bytes = {100, 5};
	struct stream s;

	stream_init(&s);
	push(&s, 1, NULL, &five_bytes);
	push(&s, 2, NULL, &five_bytes);
	CHECK_INT(push(&s, 3, NULL, &five_bytes), 1);
	CHECK_TEXT(sent(&s, 64, &five_bytes), "1:{\"push\":\"gap\",\"lost\":1} 2:p2 3:p3");
	stream_fini(&s);
}

static void a_disconnect_policy_drops_nothing(void)
{
	struct frame *f = make("x", NULL, true);
	struct stream s;

	f->slow = SLOW_DISCONNECT;
	stream_init(&s);
	for (int i = 1; i <= 4; i++)
		push(&s, i, NULL, &four);
	CHECK_INT(stream_append(&s, f, &four), -ENOBUFS);
	CHECK_TEXT(sent(&s, 64, &four), "1:p1 2:p2 3:p3 4:p4");
	frame_unref(f);
	stream_fini(&s);
}

static void replies_are_never_dropped(void)
{
	struct frame *f = make("r5", NULL, false);
	struct stream s;

	stream_init(&s);
	for (int i = 1; i <= 4; i++)
		say(&s, "r");
	CHECK_INT(push(&s, 1, NULL, &four), -ENOBUFS);
	CHECK_INT(stream_append(&s, f, &four), -ENOBUFS);
	frame_unref(f);
	stream_fini(&s);
}

static void a_reply_makes_room_among_pushes(void)
{
	struct stream s;
	struct frame *f = make("reply", NULL, false);

	stream_init(&s);
	say(&s, "welcome");
	for (int i = 1; i <= 3; i++)
		push(&s, i, NULL, &four);
	CHECK_INT(stream_append(&s, f, &four), 1);
	CHECK_TEXT(sent(&s, 64, &four), "-:welcome 1:{\"push\":\"gap\",\"lost\":1} 2:p2 3:p3 -:reply");
	frame_unref(f);
	stream_fini(&s);
}

static void sends_again_what_was_not_acknowledged(void)
{
	struct stream s;

	stream_init(&s);
	for (int i = 1; i <= 4; i++)
		push(&s, i, NULL, &four);
	sent(&s, 64, &four);
	push(&s, 5, NULL, &four);
	CHECK_INT(stream_rewind(&s, 2, ignore, NULL), 0);
	CHECK_TEXT(sent(&s, 64, &four), "3:p3 4:p4 5:p5");
	CHECK_INT(stream_rewind(&s, 5, ignore, NULL), 0);
	CHECK_TEXT(sent(&s, 64, &four), "");
	stream_fini(&s);
}

static void an_acknowledged_push_is_forgotten(void)
{
	struct stream s;

	stream_init(&s);
	for (int i = 1; i <= 4; i++)
		push(&s, i, NULL, &four);
	sent(&s, 64, &four);
	stream_acknowledge(&s, 3, ignore, NULL);
	CHECK_INT(s.window.count, 1);
	CHECK_INT(stream_rewind(&s, 1, ignore, NULL), 2); /* 2 and 3 are no longer held */
	CHECK_TEXT(sent(&s, 64, &four), "4:p4");
	stream_fini(&s);
}

static void what_the_window_lost_is_told(void)
{
	struct stream s;

	stream_init(&s);
	for (int round = 0; round < 3; round++) {
		for (int i = 1; i <= 4; i++)
			push(&s, 4 * round + i, NULL, &four);
		sent(&s, 64, &four);
	}
	CHECK_INT(s.window.count, 4);
	CHECK_INT(stream_rewind(&s, 3, ignore, NULL), 5); /* 4 to 8 */
	CHECK_INT(s.sent, 8);
	CHECK_TEXT(sent(&s, 64, &four), "9:p9 10:p10 11:p11 12:p12");
	stream_fini(&s);
}

static void more_than_was_sent_counts_as_all(void)
{
	struct stream s;

	stream_init(&s);
	push(&s, 1, NULL, &four);
	sent(&s, 64, &four);
	CHECK_INT(stream_rewind(&s, UINT64_MAX, ignore, NULL), 0);
	CHECK_INT(s.sent, 1);
	stream_acknowledge(&s, 1000, ignore, NULL);
	push(&s, 2, NULL, &four);
	CHECK_TEXT(sent(&s, 64, &four), "2:p2");
	stream_fini(&s);
}

static void a_gap_comes_after_what_is_sent_again(void)
{
	struct stream s;

	stream_init(&s);
	push(&s, 1, NULL, &four);
	sent(&s, 64, &four);
	for (int i = 2; i <= 6; i++)
		push(&s, i, NULL, &four);
	CHECK_INT(stream_rewind(&s, 0, ignore, NULL), 0);
	CHECK_TEXT(sent(&s, 64, &four), "1:p1 2:{\"push\":\"gap\",\"lost\":1} 3:p3 4:p4 5:p5 6:p6");
	stream_fini(&s);
}

static void a_promise_waits_beyond_the_bounds(void)
{
	struct frame *frames[8];
	struct stream s;

	stream_init(&s);
	for (int i = 0; i < 8; i++)
		frames[i] = make("old", NULL, true);
	CHECK(stream_promise(&s, frames, 8));
	CHECK(!stream_promise(&s, frames, 8));
	for (int i = 1; i <= 5; i++)
		push(&s, i, NULL, &four);
	CHECK_INT(s.outbox.count, 8 + 4);
	CHECK_TEXT(sent(&s, 7, &four), "1:old 2:old 3:old 4:old 5:old 6:old 7:old");
	CHECK_TEXT(sent(&s, 64, &four), "8:old 9:{\"push\":\"gap\",\"lost\":1} 10:p2 11:p3 12:p4 13:p5");
	CHECK_INT(s.promised + s.promised_bytes, 0);
	for (int i = 0; i < 8; i++)
		frame_unref(frames[i]);
	stream_fini(&s);
}

static void note_mail(void *context, const struct frame *f)
{
	*(uint64_t *)context += f->mail;
}

static void mail_that_was_evicted_is_acknowledged_all_the_same(void)
{
	struct frame *mail = make("mail", NULL, true);
	uint64_t acknowledged = 0;
	struct stream s;

	stream_init(&s);
	mail->mail = 7;
	stream_push(&s, mail);
	frame_unref(mail);
	sent(&s, 64, &four);
	for (int round = 0; round < 3; round++) {
		for (int i = 1; i <= 4; i++)
			push(&s, i, NULL, &four);
		sent(&s, 64, &four);
	}
	CHECK_INT(s.late.count, 1);
	stream_acknowledge(&s, 13, note_mail, &acknowledged);
	CHECK_INT(acknowledged, 7);
	CHECK_INT(s.late.count, 0);
	stream_fini(&s);
}

static void drops_are_known_by_channel(void)
{
	struct stream s;
	int sum = 0;

	stream_init(&s);
	push(&s, 1, "a", &four);
	push(&s, 2, "b", &four);
	for (int i = 3; i <= 8; i++)
		push(&s, i, "a", &four);
	for (const struct stream_drops *d = s.drops; d; d = d->next) {
		CHECK_INT(d->dropped, d->channel[0] == 'a' ? 3 : 1);
		sum += (int)d->dropped;
	}
	CHECK_INT(sum, 4);
	stream_fini(&s);
}

static void a_dropped_gap_counts_for_what_it_stood_for(void)
{
	struct stream s;

	stream_init(&s);
	for (int i = 1; i <= 10; i++)
		push(&s, i, NULL, &four);
	CHECK_TEXT(sent(&s, 1, &four), "1:{\"push\":\"gap\",\"lost\":6}");
	CHECK_INT(stream_rewind(&s, 0, ignore, NULL), 0);
	for (int i = 11; i <= 14; i++)
		push(&s, i, NULL, &four);
	CHECK_TEXT(sent(&s, 64, &four), "1:{\"push\":\"gap\",\"lost\":10} 2:p11 3:p12 4:p13 5:p14");
	stream_fini(&s);
}

static void replies_end_with_their_connection(void)
{
	struct stream s;

	stream_init(&s);
	say(&s, "welcome");
	push(&s, 1, NULL, &four);
	say(&s, "reply");
	stream_detach(&s);
	CHECK_TEXT(sent(&s, 64, &four), "1:p1");
	stream_fini(&s);
}

static void a_gap_says_where_to_go_on(void)
{
	struct stream s;

	stream_init(&s);
	append(&s, make_positioned("p1", "old", 900), &four);
	append(&s, make_positioned("p2", "k3v9", 21), &four);
	append(&s, make_positioned("p3", "k3v9", 22), &four);
	push(&s, 4, "a", &four);
	for (int i = 5; i <= 8; i++) /* of a message without position the gap only counts */
		push(&s, i, "b", &four);
	CHECK_TEXT(sent(&s, 1, &four),
		"1:{\"push\":\"gap\",\"lost\":4,\"channel\":\"a\",\"epoch\":\"k3v9\",\"offset\":22}");
	stream_fini(&s);
}

static void conflation_keeps_one(void)
{
	struct stream s;

	stream_init(&s);
	append(&s, make_keyed("x1", 7), &four);
	append(&s, make_keyed("y1", 8), &four);
	push(&s, 1, "a", &four);
	CHECK_INT(append(&s, make_keyed("x2", 7), &four), 0);
	CHECK_INT(append(&s, make_keyed("x3", 7), &four), 0);
	CHECK_INT(s.conflated, 2);
	CHECK_INT(s.dropped, 0);
	CHECK_INT(s.outbox_bytes, 6);
	CHECK_TEXT(sent(&s, 64, &four), "1:y1 2:p1 3:x3");
	stream_fini(&s);
}

static void conflation_makes_room(void)
{
	struct stream s;

	stream_init(&s);
	append(&s, make_keyed("x1", 7), &four);
	for (int i = 1; i <= 3; i++)
		push(&s, i, "a", &four);
	CHECK_INT(append(&s, make_keyed("x2", 7), &four), 0);
	CHECK_TEXT(sent(&s, 64, &four), "1:p1 2:p2 3:p3 4:x2");
	stream_fini(&s);
}

static void what_was_sent_is_not_conflated(void)
{
	struct stream s;

	stream_init(&s);
	append(&s, make_keyed("x1", 7), &four);
	sent(&s, 64, &four);
	append(&s, make_keyed("x2", 7), &four);
	CHECK_INT(s.conflated, 0);
	CHECK_INT(stream_rewind(&s, 0, ignore, NULL), 0);
	CHECK_TEXT(sent(&s, 64, &four), "1:x1 2:x2");
	stream_fini(&s);
}

static void a_conflating_channel_drops_its_own(void)
{
	struct stream s;

	stream_init(&s);
	push(&s, 1, "b", &four);
	push(&s, 2, "a", &four);
	push(&s, 3, "b", &four);
	push(&s, 4, "a", &four);
	CHECK_INT(append(&s, make_slow("x1", "a", SLOW_CONFLATE), &four), 1);
	CHECK_INT(append(&s, make_slow("x2", "a", SLOW_CONFLATE), &four), 1);
	CHECK_INT(s.dropped, 2);
	CHECK_TEXT(sent(&s, 64, &four), "1:{\"push\":\"gap\",\"lost\":2,\"channel\":\"a\"} 2:p1 3:p3 4:x1 5:x2");
	stream_fini(&s);
}

static void without_its_own_any_oldest_goes(void)
{
	struct stream s;

	stream_init(&s);
	for (int i = 1; i <= 4; i++)
		push(&s, i, i % 2 ? "b" : NULL, &four);
	CHECK_INT(append(&s, make_slow("x", "a", SLOW_CONFLATE), &four), 1);
	CHECK_TEXT(sent(&s, 64, &four), "1:{\"push\":\"gap\",\"lost\":1,\"channel\":\"b\"} 2:p2 3:p3 4:p4 5:x");
	stream_fini(&s);
}

static void trimming_drops_and_forgets(void)
{
	const struct stream_bounds one = {1, 1000000};
	struct stream s;

	stream_init(&s);
	for (int i = 1; i <= 3; i++)
		push(&s, i, NULL, &four);
	sent(&s, 64, &four);
	for (int i = 4; i <= 6; i++)
		push(&s, i, "a", &four);
	CHECK_INT(stream_trim(&s, &four), 0);
	CHECK_INT(stream_trim(&s, &one), 2);
	CHECK_INT(s.dropped, 2);
	CHECK_INT(s.window.count, 1);
	CHECK_INT(s.outbox.count, 1);
	CHECK_INT(stream_rewind(&s, 0, ignore, NULL), 2);
	CHECK_TEXT(sent(&s, 64, &four), "3:p3 4:{\"push\":\"gap\",\"lost\":2,\"channel\":\"a\"} 5:p6");
	stream_fini(&s);
}

static void trimming_keeps_replies(void)
{
	const struct stream_bounds nothing = {0, 0};
	struct stream s;

	stream_init(&s);
	say(&s, "welcome");
	push(&s, 1, NULL, &four);
	say(&s, "reply");
	CHECK_INT(stream_trim(&s, &nothing), 1);
	CHECK_TEXT(sent(&s, 64, &four), "-:welcome -:reply 1:{\"push\":\"gap\",\"lost\":1}");
	stream_fini(&s);
}

static void each_acknowledged_is_told_once(void)
{
	char told[100] = "";
	struct stream s;

	stream_init(&s);
	for (int i = 1; i <= 4; i++)
		push(&s, i, NULL, &four);
	stream_acknowledge(&s, 4, note, told); /* nothing is sent yet */
	CHECK_TEXT(told, "");
	sent(&s, 3, &four);
	stream_acknowledge(&s, 2, note, told);
	CHECK_TEXT(told, "p1 p2 ");
	stream_acknowledge(&s, 2, note, told);
	stream_acknowledge(&s, 1, note, told);
	CHECK_TEXT(told, "p1 p2 ");
	CHECK_INT(stream_rewind(&s, 3, note, told), 0);
	CHECK_TEXT(told, "p1 p2 p3 ");
	stream_fini(&s);
}

static void nothing_else_counts_as_acknowledged(void)
{
	const struct stream_bounds one = {1, 1000000};
	char told[100] = "";
	struct stream s;

	stream_init(&s);
	for (int i = 1; i <= 3; i++) {
		push(&s, i, NULL, &four);
		sent(&s, 64, &one); /* evicts what was sent before */
	}
	push(&s, 4, NULL, &four);
	push(&s, 5, NULL, &four);
	stream_trim(&s, &one); /* drops p4 */
	CHECK_INT(stream_rewind(&s, 0, note, told), 2);
	CHECK_TEXT(told, "");
	sent(&s, 64, &four);
	stream_acknowledge(&s, UINT64_MAX, note, told);
	CHECK_TEXT(told, "p3 {\"push\":\"gap\",\"lost\":1} p5 ");
	stream_fini(&s);
}

/* Mail that was sent again and acknowledged then is told of once, with its number. */
struct mail {
	int count;
	uint64_t number;
};

static void sum_mail(void *context, const struct frame *f)
{
	struct mail *m = context;

	if (!f->mail)
		return;
	m->count++;
	m->number = f->mail;
	CHECK_TEXT(f->mail_user, "ann");
}

static void mail_is_told_once(void)
{
	struct frame *f = frame_new_empty(1, NULL, "ann");
	struct mail told = {0, 0};
	struct stream s;

	f->bytes[f->header_size] = 'm';
	f->is_numbered = true;
	f->mail = 17;
	stream_init(&s);
	push(&s, 1, NULL, &four);
	append(&s, f, &four);
	sent(&s, 64, &four);
	stream_acknowledge(&s, 1, sum_mail, &told);
	CHECK_INT(stream_rewind(&s, 1, sum_mail, &told), 0);
	CHECK_INT(told.count, 0);
	CHECK_TEXT(sent(&s, 64, &four), "2:m");
	stream_acknowledge(&s, 2, sum_mail, &told);
	stream_acknowledge(&s, 2, sum_mail, &told);
	CHECK_INT(stream_rewind(&s, 2, sum_mail, &told), 0);
	CHECK_INT(told.count, 1);
	CHECK_INT(told.number, 17);
	stream_fini(&s);
}

static void an_idle_stream_owns_nothing(void)
{
	struct stream s;

	stream_init(&s);
	CHECK_POINTER(s.outbox.items, NULL);
	CHECK_POINTER(s.window.items, NULL);
	CHECK_INT(s.outbox_bytes + s.window_bytes, 0);
	stream_fini(&s);
}

const struct suite stream_suite = {
	"stream",
	(const struct test[]){
		{"the k-th push sent has number k, frames outside the stream have none", numbers},
		{"no more is taken than asked for, but at least one", takes_no_more_than_asked},
		{"a full outbox drops its oldest and says so once per channel", drops_oldest_with_one_gap_per_channel},
		{"bytes bound the outbox too", bytes_bound_the_outbox},
		{"with the disconnect policy nothing is dropped", a_disconnect_policy_drops_nothing},
		{"replies are never dropped", replies_are_never_dropped},
		{"a reply makes room among the pushes", a_reply_makes_room_among_pushes},
		{"what was not acknowledged is sent again under its numbers", sends_again_what_was_not_acknowledged},
		{"an acknowledged push is forgotten", an_acknowledged_push_is_forgotten},
		{"what the window no longer holds is counted as lost", what_the_window_lost_is_told},
		{"a number beyond what was sent counts as all of it", more_than_was_sent_counts_as_all},
		{"a gap comes after what is sent again", a_gap_comes_after_what_is_sent_again},
		{"what was promised waits beyond the bounds", a_promise_waits_beyond_the_bounds},
		{"mail that the window forgot is acknowledged all the same", mail_that_was_evicted_is_acknowledged_all_the_same},
		{"what was dropped is known by channel", drops_are_known_by_channel},
		{"a gap that is dropped counts for all it stood for", a_dropped_gap_counts_for_what_it_stood_for},
		{"replies end with the connection they were for", replies_end_with_their_connection},
		{"a gap carries the last dropped position of its channel", a_gap_says_where_to_go_on},
		{"of one key only the newest waits, and the others are counted", conflation_keeps_one},
		{"what a push replaces makes room for it", conflation_makes_room},
		{"what was sent is not replaced", what_was_sent_is_not_conflated},
		{"with the conflate policy a channel drops its own oldest", a_conflating_channel_drops_its_own},
		{"where the channel has nothing waiting any oldest goes", without_its_own_any_oldest_goes},
		{"trimming drops what waits and forgets what was sent", trimming_drops_and_forgets},
		{"trimming keeps replies", trimming_keeps_replies},
		{"each acknowledged push is told of once", each_acknowledged_is_told_once},
		{"what was dropped or forgotten is not told of as acknowledged", nothing_else_counts_as_acknowledged},
		{"mail sent again is told of once, when it is acknowledged", mail_is_told_once},
		{"an idle stream owns no memory", an_idle_stream_owns_nothing},
		{0},
	},
};
