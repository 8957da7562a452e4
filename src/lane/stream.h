/* stream - everything pushed to one session, in order.
 *
 *        window                 gaps      outbox
 *   [n-2][n-1][ n ]            {lost}   [ ][ ][ ][ ]
 *    sent, may be asked again            not yet sent
 *
 * Numbers are given at sending: the k-th push sent has n = k.  When the outbox is
 * full, what is dropped never had a number, and one gap per channel stands in
 * its place.  The window has the same bounds and forgets silently.  Frames that
 * are not numbered (welcome, replies) travel in the outbox in their order, are
 * never dropped, and end with the connection they were meant for. */
#ifndef LANE_STREAM_H
#define LANE_STREAM_H

#include "base/ring.h"
#include "muster/frame.h"
#include "muster/lane.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gap;

/* What became of a channel's pushes that were never sent. */
struct stream_drops {
	struct stream_drops *next;
	char *channel;      /* NULL: pushes of no channel, and of channels beyond MAX_DROPS */
	uint32_t dropped;
	uint32_t conflated;
};

enum { MAX_DROPS = 128 };

struct stream {
	struct ring window;
	struct ring outbox;
	struct ring late;        /* struct late_mail: evicted from the window, not acknowledged */
	size_t window_bytes;
	size_t outbox_bytes;
	unsigned promised;       /* frames of the outbox that its bounds leave out, the first ones */
	size_t promised_bytes;
	struct gap *gaps; /* in the order of their first drop */
	uint64_t sent;    /* the number of the last push sent */
	uint32_t dropped;   /* from the outbox, ever */
	uint32_t conflated;
	struct stream_drops *drops; /* the same by channel */
};

struct stream_bounds {
	size_t messages;
	size_t bytes;
};

/* Told of each frame that the client has acknowledged. */
typedef void stream_done_fn(void *context, const struct frame *f);

enum { MAX_PROMISED = 100000 };

void stream_init(struct stream *s);
void stream_fini(struct stream *s);
/* Take a reference and let it wait; it takes the place of an earlier one that it
 * conflates with.  How many pushes had to be dropped for it, or -ENOBUFS: full, by
 * the frame's policy or of frames that may not be dropped; it does not wait then.
 * With SLOW_CONFLATE the channel's own oldest goes first. */
int stream_append(struct stream *s, struct frame *f, const struct stream_bounds *bounds);
/* Take a reference to each of these, which are for this session alone (a history, a
 * mailbox): they wait beyond the bounds, and newer pushes have their own room behind
 * them.  False, and nothing is taken: there are too many, or others wait so. */
bool stream_promise(struct stream *s, struct frame *const *frames, size_t count);
/* The same without bounds: the last word on a connection, and (in front) the first. */
void stream_push(struct stream *s, struct frame *f);
void stream_prepend(struct stream *s, struct frame *f);
bool stream_has_waiting(const struct stream *s);
/* Frames to send now, numbered; at least one when any waits.  They stay valid
 * until stream_settle() with the same loan, which holds those that the window
 * does not. */
size_t stream_take(struct stream *s, struct outgoing *out, size_t max_frames, size_t max_bytes, struct ring *loan);
void stream_settle(struct stream *s, const struct stream_bounds *bounds, struct ring *loan);
/* Drop and forget until it fits; how many pushes were dropped. */
int stream_trim(struct stream *s, const struct stream_bounds *bounds);
/* The client has everything up to n; beyond what was sent counts as all of it. */
void stream_acknowledge(struct stream *s, uint64_t n, stream_done_fn *done, void *context);
/* Go on after n: what was sent since waits again.  Returns how many of those are
 * no longer held; the next number is then n + lost + 1. */
uint64_t stream_rewind(struct stream *s, uint64_t n, stream_done_fn *done, void *context);
/* The connection is gone: what was for it alone goes too. */
void stream_detach(struct stream *s);

#endif
