/* loop - libuv underneath, for the sake of libwebsockets, which runs on a
 * foreign uv loop; sockets of our own sit in one epoll set that libuv sees as a
 * single descriptor, so that a watched socket costs two words and no handle to
 * close.  One uv timer stands for the whole timer wheel. */
#include "muster/loop.h"

#include "base/xalloc.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <uv.h>

enum { BATCH = 256, SETTLE_TURNS = 10000 };

struct loop {
	uv_loop_t uv;
	uv_poll_t poll;       /* the epoll set */
	uv_timer_t timer;     /* the wheel */
	uv_prepare_t prepare; /* the end of a turn */
	uv_check_t check;     /* the start of one */
	uv_idle_t idle;       /* active while a turn left work behind */
	int epoll;
	struct wheel wheel;
	bool (*turn)(void *context);
	void *turn_context;
	struct epoll_event batch[BATCH]; /* being told; unwatched ones are blanked */
	int batch_count;
	int batch_at;
};

static void on_timer(uv_timer_t *t)
{
	(void)t; /* the wheel is advanced in on_check */
}

static void on_idle(uv_idle_t *i)
{
	(void)i; /* its being active keeps the loop from waiting */
}

static void tell(const struct epoll_event *e)
{
	struct watch *w = e->data.ptr;
	unsigned events = 0;

	if (!w)
		return;
	if (e->events & EPOLLIN)
		events |= WATCH_IN;
	if (e->events & EPOLLOUT)
		events |= WATCH_OUT;
	if (e->events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
		events |= WATCH_HANGUP;
	w->ready(w, events);
}

static void on_epoll(uv_poll_t *p, int status, int events)
{
	struct loop *l = p->data;

	(void)status;
	(void)events;
	l->batch_count = epoll_wait(l->epoll, l->batch, BATCH, 0);
	for (l->batch_at = 0; l->batch_at < l->batch_count; l->batch_at++)
		tell(&l->batch[l->batch_at]);
	l->batch_count = 0;
}

static void on_check(uv_check_t *c)
{
	struct loop *l = c->data;

	wheel_advance(&l->wheel, loop_now(l));
}

static void arm_timer(struct loop *l)
{
	int timeout = wheel_timeout(&l->wheel, loop_now(l));

	if (timeout < 0)
		uv_timer_stop(&l->timer);
	else
		uv_timer_start(&l->timer, on_timer, (uint64_t)timeout, 0);
}

static void on_prepare(uv_prepare_t *p)
{
	struct loop *l = p->data;
	bool more = l->turn && l->turn(l->turn_context);

	if (more)
		uv_idle_start(&l->idle, on_idle);
	else
		uv_idle_stop(&l->idle);
	arm_timer(l);
}

struct loop *loop_new(void)
{
	struct loop *l = xcalloc(1, sizeof(*l));

	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	assert(l->epoll >= 0);
	uv_loop_init(&l->uv);
	uv_poll_init(&l->uv, &l->poll, l->epoll);
	uv_timer_init(&l->uv, &l->timer);
	uv_prepare_init(&l->uv, &l->prepare);
	uv_check_init(&l->uv, &l->check);
	uv_idle_init(&l->uv, &l->idle);
	l->poll.data = l->timer.data = l->prepare.data = l->check.data = l->idle.data = l;
	uv_poll_start(&l->poll, UV_READABLE, on_epoll);
	uv_prepare_start(&l->prepare, on_prepare);
	uv_check_start(&l->check, on_check);
	wheel_init(&l->wheel, loop_now(l));
	return l;
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	uv_close((uv_handle_t *)&l->poll, NULL);
	uv_close((uv_handle_t *)&l->timer, NULL);
	uv_close((uv_handle_t *)&l->prepare, NULL);
	uv_close((uv_handle_t *)&l->check, NULL);
	uv_close((uv_handle_t *)&l->idle, NULL);
	while (uv_run(&l->uv, UV_RUN_DEFAULT))
		;
	uv_loop_close(&l->uv);
	close(l->epoll);
	free(l);
}

void loop_run(struct loop *l)
{
	uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *l)
{
	uv_stop(&l->uv);
}

struct foreign_count {
	const struct loop *loop;
	unsigned count;
};

static void count_foreign(uv_handle_t *h, void *context)
{
	struct foreign_count *c = context;

	c->count += h->data != c->loop;
}

/* Handles of others, with those that are closing. */
static unsigned foreign_handles(struct loop *l)
{
	struct foreign_count c = {.loop = l};

	uv_walk(&l->uv, count_foreign, &c);
	return c.count;
}

void loop_settle(struct loop *l)
{
	uv_poll_stop(&l->poll);
	uv_timer_stop(&l->timer);
	uv_prepare_stop(&l->prepare);
	uv_check_stop(&l->check);
	for (int i = 0; i < SETTLE_TURNS && foreign_handles(l) > 0; i++)
		uv_run(&l->uv, UV_RUN_NOWAIT);
	uv_poll_start(&l->poll, UV_READABLE, on_epoll);
	uv_prepare_start(&l->prepare, on_prepare);
	uv_check_start(&l->check, on_check);
}

uint64_t loop_now(const struct loop *l)
{
	return uv_now(&l->uv); /* read anew when the poll returns, before any callback */
}

void loop_timer_set(struct loop *l, struct timer *t, uint64_t deadline)
{
	wheel_set(&l->wheel, t, deadline <= loop_now(l) ? 0 : deadline); /* "now" need not wait for a tick */
}

void loop_timer_clear(struct loop *l, struct timer *t)
{
	wheel_clear(&l->wheel, t);
}

static int watch(struct loop *l, struct watch *w, int fd, watch_fn *ready, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = w};

	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) < 0)
		return -errno;
	w->fd = fd;
	w->ready = ready;
	return 0;
}

int loop_watch(struct loop *l, struct watch *w, int fd, watch_fn *ready)
{
	return watch(l, w, fd, ready, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

int loop_watch_level(struct loop *l, struct watch *w, int fd, watch_fn *ready)
{
	return watch(l, w, fd, ready, EPOLLIN);
}

void loop_unwatch(struct loop *l, struct watch *w)
{
	if (w->fd < 0)
		return;
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	w->fd = -1;
	for (int i = l->batch_at; i < l->batch_count; i++)
		if (l->batch[i].data.ptr == w)
			l->batch[i].data.ptr = NULL;
}

void loop_on_turn(struct loop *l, bool (*turn)(void *context), void *context)
{
	l->turn = turn;
	l->turn_context = context;
}

void *loop_native(struct loop *l)
{
	return &l->uv;
}
