/* lane_state - what the files of this folder share about one lane.  Everything
 * here is touched on the lane's own thread only, but for the marked atomics. */
#ifndef LANE_LANE_STATE_H
#define LANE_LANE_STATE_H

#include "base/map.h"
#include "base/ring.h"
#include "lane/audience.h"
#include "lane/session.h"
#include "lane/tombstones.h"
#include "muster/codes.h"
#include "muster/hub.h"
#include "muster/lane.h"

#include <stdatomic.h>

enum {
	POSTS_A_TURN = 256,          /* as many frames go out in one write */
	RECEIVERS_A_TURN = 65536,    /* of pushes, about */
	FLUSHES_A_TURN = 4096,
	CROWDED_PART = 16,
	TRIM_INTERVAL = 1000, /* ms between looks at who holds too much */
};

struct lane {
	struct lane_options options;
	struct loop *loop;
	struct inbox *inbox;
	struct watch inbox_watch;
	atomic_uint connections;         /* any thread */
	atomic_bool is_drained;          /* any thread */
	bool has_posts;
	unsigned receivers;              /* in this turn */
	bool is_draining;
	void (*on_drain)(void *context);
	void *drain_context;
	struct map sessions;             /* by id */
	struct audience_index audiences;
	struct tombstones tombstones;
	struct ring verdicts;            /* opened() and refused() to be told */
	struct map sends;                /* struct send_batch by number */
	struct ring sends_done;
	uint64_t last_send;
	struct session *dirty_first;
	struct session *dirty_last;
	uint64_t dirty_since;            /* for coalesce */
	struct ring loan;                /* between lane_take() and lane_taken() */
	struct timer coalesce_timer;
	uint64_t trimmed_at;
};

/* lane.c */
static inline uint64_t lane_now(const struct lane *lane)
{
	return loop_now(lane->loop);
}

/* Is more held for all sessions together than outbox_total? */
static inline bool lane_is_over_total(const struct lane *lane)
{
	return (uint64_t)counter_get(lane->options.counters, COUNTER_OUTBOX_BYTES) > lane->options.settings->outbox_total;
}

/* Of one stream; over the total everybody has to do with a part of it. */
static inline struct stream_bounds lane_bounds(const struct lane *lane)
{
	const struct settings *s = lane->options.settings;
	size_t part = lane_is_over_total(lane) ? CROWDED_PART : 1;
	size_t messages = (size_t)s->outbox_messages / part;

	return (struct stream_bounds){messages ? messages : 1, (size_t)s->outbox_bytes / part};
}

struct session *lane_find(const struct lane *lane, const struct session_id *id);

/* flush.c: the end of a turn. */
void lane_mark(struct session *s);                /* something waits, or it is doomed */
void lane_unmark(struct session *s);
bool lane_flush(struct lane *lane);               /* true: not everybody had a turn */
void lane_say(struct session *s, struct frame *f); /* append; dooms the session when it is full */
void lane_doom(struct session *s, int code);

void lane_trim(struct lane *lane);                /* when all hold too much together */
void session_acknowledged(void *session, const struct frame *f); /* a stream_done_fn */

/* attach.c */
void lane_opened(struct lane *lane, const struct lane_post *p);
void lane_tell_verdicts(struct lane *lane);
void lane_forget_verdict(struct conn *conn);
void lane_apply(struct session *s, const struct lane_post *p); /* memberships and identity */
void lane_say_all(struct session *s, const struct lane_post *p); /* the frames of a post */
void lane_refuse_ended(struct lane *lane, const struct session_id *id, struct attach_refusal *why);

/* life.c: how sessions end. */
void session_detach(struct session *s, uint64_t keep);
void session_leave(struct session *s);              /* cleanly, as if its connection had closed */
void session_end(struct session *s, int code, const char *reason, bool reconnect);
void session_attach_timer(struct session *s);
void session_on_timer(struct timer *t, uint64_t now);
void session_drain(struct session *s);
void lane_drain(struct lane *lane);

/* deliver.c */
void lane_deliver(struct lane *lane, const struct lane_post *p);

/* commands.c */
void lane_reply(struct lane *lane, const struct lane_post *p);
void lane_answer_sends(struct lane *lane);
void lane_free_sends(struct lane *lane);

#endif
