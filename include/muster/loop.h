/* loop - the event loop of one thread, as transports see it: sockets watched,
 * timers, and a hook at the end of each turn.  Everything here belongs to the
 * loop's own thread unless said. */
#ifndef MUSTER_LOOP_H
#define MUSTER_LOOP_H

#include "base/wheel.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;

enum { WATCH_IN = 1, WATCH_OUT = 2, WATCH_HANGUP = 4 }; /* HANGUP: the peer closed, or an error */

struct watch;
typedef void watch_fn(struct watch *w, unsigned events);

/* Embedded in its owner, who frees it after loop_unwatch(). */
struct watch {
	int fd; /* -1: not watched */
	watch_fn *ready;
};

struct loop *loop_new(void);
void loop_free(struct loop *l);
/* Run until loop_stop(). */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);
/* For the end, outside loop_run(): let a library that closes its handles on
 * loop_native() finish doing so.  Does not wait; nothing of ours is told. */
void loop_settle(struct loop *l);
/* Milliseconds, monotonic, read once a turn. */
uint64_t loop_now(const struct loop *l);
/* Timers of this loop; set with loop_timer_set(), never through a wheel directly. */
void loop_timer_set(struct loop *l, struct timer *t, uint64_t deadline);
void loop_timer_clear(struct loop *l, struct timer *t);
/* Watch for reading, writing and hang-up.  Edge-triggered: each event is told
 * once, read or write until EAGAIN.  0 or -errno. */
int loop_watch(struct loop *l, struct watch *w, int fd, watch_fn *ready);
/* The same, level-triggered and for reading only (eventfds, foreign epolls). */
int loop_watch_level(struct loop *l, struct watch *w, int fd, watch_fn *ready);
/* From any callback, for any watch; nothing is told of it afterwards.  The
 * descriptor stays open and the caller's.  Not watched: nothing happens. */
void loop_unwatch(struct loop *l, struct watch *w);
/* Called once at the end of each turn, before the loop waits.  True: do not
 * wait, there is more to do.  One per loop. */
void loop_on_turn(struct loop *l, bool (*turn)(void *context), void *context);
/* The uv_loop_t, for libwebsockets' foreign_loops. */
void *loop_native(struct loop *l);

#endif
