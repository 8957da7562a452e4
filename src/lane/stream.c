#include "lane/stream.h"

#include "base/xalloc.h"
#include "protocol/push.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct gap {
	struct gap *next;
	char *channel;   /* NULL: messages of no channel */
	uint64_t lost;
	uint64_t offset; /* of the last one dropped, where the channel has positions */
	char epoch[EPOCH_SIZE];
};

enum { KEPT_CAPACITY = 16 }; /* a ring this small is kept when it runs empty */

void stream_init(struct stream *s)
{
	memset(s, 0, sizeof(*s));
	ring_init(&s->window);
	ring_init(&s->outbox);
	ring_init(&s->late);
}

static void gap_free(struct gap *g)
{
	free(g->channel);
	free(g);
}

static void ring_unref_all(struct ring *r)
{
	for (struct frame *f; (f = ring_pop_front(r));)
		frame_unref(f);
	ring_fini(r);
}

static void forget_late(struct stream *s);

void stream_fini(struct stream *s)
{
	ring_unref_all(&s->window);
	ring_unref_all(&s->outbox);
	while (s->late.count)
		forget_late(s);
	ring_fini(&s->late);
	while (s->gaps) {
		struct gap *g = s->gaps;

		s->gaps = g->next;
		gap_free(g);
	}
	while (s->drops) {
		struct stream_drops *d = s->drops;

		s->drops = d->next;
		free(d->channel);
		free(d);
	}
}

static bool is_same_channel(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void count_gap(struct stream *s, const struct frame *f)
{
	struct gap **at = &s->gaps;

	while (*at && !is_same_channel((*at)->channel, f->channel))
		at = &(*at)->next;
	if (!*at) {
		*at = xcalloc(1, sizeof(**at));
		(*at)->channel = xstrdup(f->channel);
	}
	(*at)->lost += f->lost ? f->lost : 1; /* a gap stands for more than itself */
	if (f->offset) {
		(*at)->offset = f->offset;
		memcpy((*at)->epoch, f->epoch, sizeof(f->epoch));
	}
}

/* The row of a channel; when there are too many, of none. */
static struct stream_drops *find_drops(struct stream *s, const char *channel)
{
	struct stream_drops **at = &s->drops;
	unsigned count = 0;

	for (; *at && !is_same_channel((*at)->channel, channel); at = &(*at)->next)
		count++;
	if (*at)
		return *at;
	if (count >= MAX_DROPS && channel)
		return find_drops(s, NULL);
	*at = xcalloc(1, sizeof(**at));
	(*at)->channel = xstrdup(channel);
	return *at;
}

static void keep_promise(struct stream *s, unsigned index, const struct frame *f);

/* Take the frame at the index out of the outbox; its reference is the caller's. */
static struct frame *take_out(struct stream *s, unsigned index)
{
	struct frame *f = ring_remove(&s->outbox, index);

	s->outbox_bytes -= f->size;
	keep_promise(s, index, f);
	return f;
}

static void drop(struct stream *s, unsigned index)
{
	struct frame *f = take_out(s, index);

	count_gap(s, f);
	find_drops(s, f->channel)->dropped++;
	s->dropped++;
	frame_unref(f);
}

/* The oldest numbered frame, of one channel or (NULL) of any; -1: none. */
static int find_oldest(const struct stream *s, const char *channel)
{
	struct frame *f;

	for (unsigned i = s->promised; (f = ring_get(&s->outbox, i)); i++)
		if (f->is_numbered && (!channel || is_same_channel(f->channel, channel)))
			return (int)i;
	return -1;
}

/* For a newcomer (or NULL): what it makes needless goes before what is merely old. */
static bool drop_oldest(struct stream *s, const struct frame *f)
{
	int index = f && f->slow == SLOW_CONFLATE && f->channel ? find_oldest(s, f->channel) : -1;

	if (index < 0)
		index = find_oldest(s, NULL);
	if (index >= 0)
		drop(s, (unsigned)index);
	return index >= 0;
}

static bool is_full(const struct stream *s, size_t more, const struct stream_bounds *bounds)
{
	unsigned count = s->outbox.count - s->promised;
	size_t bytes = s->outbox_bytes - s->promised_bytes;

	return count > 0 && (count >= bounds->messages || bytes + more > bounds->bytes);
}

/* A frame that stood at the index is gone from the outbox. */
static void keep_promise(struct stream *s, unsigned index, const struct frame *f)
{
	if (index >= s->promised)
		return;
	s->promised--;
	s->promised_bytes -= f->size < s->promised_bytes ? f->size : s->promised_bytes;
	if (!s->promised)
		s->promised_bytes = 0;
}

bool stream_promise(struct stream *s, struct frame *const *frames, size_t count)
{
	if (s->promised || count > MAX_PROMISED)
		return false;
	for (size_t i = 0; i < count; i++)
		stream_push(s, frames[i]);
	s->promised = s->outbox.count;
	s->promised_bytes = s->outbox_bytes;
	return true;
}

/* What waits under the same key is replaced; it was never sent, so nothing is lost. */
static void conflate(struct stream *s, const struct frame *with)
{
	struct frame *f;

	for (unsigned i = 0; (f = ring_get(&s->outbox, i)); i++) {
		if (f->conflate != with->conflate || f->mail) /* mail waits for its acknowledgement */
			continue;
		frame_unref(take_out(s, i));
		find_drops(s, with->channel)->conflated++;
		s->conflated++;
		return;
	}
}

void stream_push(struct stream *s, struct frame *f)
{
	ring_push_back(&s->outbox, frame_ref(f));
	s->outbox_bytes += f->size;
}

int stream_append(struct stream *s, struct frame *f, const struct stream_bounds *bounds)
{
	int dropped = 0;

	if (f->conflate)
		conflate(s, f);
	while (is_full(s, f->size, bounds)) {
		if ((f->is_numbered && f->slow == SLOW_DISCONNECT) || !drop_oldest(s, f))
			return -ENOBUFS;
		dropped++;
	}
	stream_push(s, f);
	return dropped;
}

void stream_prepend(struct stream *s, struct frame *f)
{
	ring_push_front(&s->outbox, frame_ref(f));
	s->outbox_bytes += f->size;
	if (s->promised) { /* what stands before a promise goes before it */
		s->promised++;
		s->promised_bytes += f->size;
	}
}

bool stream_has_waiting(const struct stream *s)
{
	return s->outbox.count > 0 || s->gaps;
}

/* The gaps become pushes like any other, in front of the outbox. */
static void materialise_gaps(struct stream *s)
{
	struct gap *last_first = NULL;

	for (struct gap *g = s->gaps, *next; g; g = next) {
		next = g->next;
		g->next = last_first;
		last_first = g;
	}
	s->gaps = NULL;
	for (struct gap *g = last_first, *next; g; g = next) {
		struct push_position at = {g->epoch, g->offset};
		struct frame *f = push_gap(g->lost, g->channel, g->offset ? &at : NULL);

		next = g->next;
		stream_prepend(s, f);
		frame_unref(f);
		gap_free(g);
	}
}

static struct frame *next_frame(struct stream *s)
{
	struct frame *front = ring_get(&s->outbox, 0);

	if (s->gaps && !s->promised && (!front || front->is_numbered))
		materialise_gaps(s);
	return ring_get(&s->outbox, 0);
}

size_t stream_take(struct stream *s, struct outgoing *out, size_t max_frames, size_t max_bytes, struct ring *loan)
{
	size_t count = 0, bytes = 0;
	struct frame *f;

	while (count < max_frames && (f = next_frame(s))) {
		if (count && bytes + f->size > max_bytes)
			break;
		ring_pop_front(&s->outbox);
		s->outbox_bytes -= f->size;
		keep_promise(s, 0, f);
		bytes += f->size;
		if (f->is_numbered) {
			ring_push_back(&s->window, f);
			s->window_bytes += f->size;
			s->sent++;
		} else {
			ring_push_back(loan, f);
		}
		out[count++] = (struct outgoing){f, f->is_numbered ? s->sent : 0};
	}
	return count;
}

/* A message of a mailbox that the window had to forget: its acknowledgement still counts. */
struct late_mail {
	struct frame *frame;
	uint64_t n;
};

enum { MAX_LATE = 1000 };

static void forget_late(struct stream *s)
{
	struct late_mail *m = ring_pop_front(&s->late);

	frame_unref(m->frame);
	free(m);
}

static void remember_late(struct stream *s, struct frame *f, uint64_t n)
{
	struct late_mail *m = xmalloc(sizeof(*m));

	*m = (struct late_mail){frame_ref(f), n};
	ring_push_back(&s->late, m);
	if (s->late.count > MAX_LATE)
		forget_late(s);
}

static void window_forget_first(struct stream *s)
{
	struct frame *f = ring_pop_front(&s->window);

	s->window_bytes -= f->size;
	frame_unref(f);
}

/* Without an acknowledgement. */
static void window_evict_first(struct stream *s)
{
	struct frame *f = ring_get(&s->window, 0);

	if (f->mail)
		remember_late(s, f, s->sent - s->window.count + 1);
	window_forget_first(s);
}

static void acknowledge_late(struct stream *s, uint64_t n, stream_done_fn *done, void *context)
{
	struct late_mail *m;

	while ((m = ring_get(&s->late, 0)) && m->n <= n) {
		done(context, m->frame);
		forget_late(s);
	}
	if (!s->late.count)
		ring_release(&s->late);
}

static void shrink(struct ring *r)
{
	if (r->count == 0 && r->capacity > KEPT_CAPACITY)
		ring_release(r);
}

void stream_settle(struct stream *s, const struct stream_bounds *bounds, struct ring *loan)
{
	for (struct frame *f; (f = ring_pop_front(loan));)
		frame_unref(f);
	while (s->window.count > bounds->messages || s->window_bytes > bounds->bytes)
		window_evict_first(s);
	shrink(&s->outbox);
}

int stream_trim(struct stream *s, const struct stream_bounds *bounds)
{
	int dropped = 0;

	while ((s->outbox.count - s->promised > bounds->messages || s->outbox_bytes - s->promised_bytes > bounds->bytes) &&
	       drop_oldest(s, NULL))
		dropped++;
	while (s->window.count > bounds->messages || s->window_bytes > bounds->bytes)
		window_evict_first(s);
	shrink(&s->outbox);
	shrink(&s->window);
	return dropped;
}

void stream_acknowledge(struct stream *s, uint64_t n, stream_done_fn *done, void *context)
{
	acknowledge_late(s, n < s->sent ? n : s->sent, done, context);
	while (s->window.count && s->sent - s->window.count < n) {
		done(context, ring_get(&s->window, 0));
		window_forget_first(s);
	}
	shrink(&s->window);
}

uint64_t stream_rewind(struct stream *s, uint64_t n, stream_done_fn *done, void *context)
{
	uint64_t held_from, lost;

	if (n > s->sent)
		n = s->sent;
	stream_acknowledge(s, n, done, context);
	held_from = s->sent - s->window.count;
	lost = held_from - n;
	if (s->window.count)
		materialise_gaps(s); /* they come after what is sent again */
	for (struct frame *f; (f = ring_pop_back(&s->window));) {
		stream_prepend(s, f);
		frame_unref(f);
	}
	s->window_bytes = 0;
	s->sent = held_from;
	return lost;
}

void stream_detach(struct stream *s)
{
	unsigned count = s->outbox.count, promised = s->promised;

	for (unsigned i = 0; i < count; i++) {
		struct frame *f = ring_pop_front(&s->outbox);

		if (f->is_numbered) {
			ring_push_back(&s->outbox, f);
			continue;
		}
		s->outbox_bytes -= f->size;
		if (i < promised)
			keep_promise(s, 0, f);
		frame_unref(f);
	}
}
