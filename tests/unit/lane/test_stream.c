/* Numbers, bounds, gaps, acknowledging and going back. */
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
	struct frame *f = frame_new_empty(strlen(text), channel);

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
	CHECK_INT(stream_rewind(&s, 2), 0);
	CHECK_TEXT(sent(&s, 64, &four), "3:p3 4:p4 5:p5");
	CHECK_INT(stream_rewind(&s, 5), 0);
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
	stream_acknowledge(&s, 3);
	CHECK_INT(s.window.count, 1);
	CHECK_INT(stream_rewind(&s, 1), 2); /* 2 and 3 are no longer held */
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
	CHECK_INT(stream_rewind(&s, 3), 5); /* 4 to 8 */
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
	CHECK_INT(stream_rewind(&s, UINT64_MAX), 0);
	CHECK_INT(s.sent, 1);
	stream_acknowledge(&s, 1000);
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
	CHECK_INT(stream_rewind(&s, 0), 0);
	CHECK_TEXT(sent(&s, 64, &four), "1:p1 2:{\"push\":\"gap\",\"lost\":1} 3:p3 4:p4 5:p5 6:p6");
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
		{"replies end with the connection they were for", replies_end_with_their_connection},
		{"an idle stream owns no memory", an_idle_stream_owns_nothing},
		{0},
	},
};
