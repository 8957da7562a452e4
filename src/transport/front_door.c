/* front_door - see front_door.h.
 *
 *   accept --head whole--> lane or files      (often at once, without waiting)
 *          --part of it--> pending, oldest first: by head_timeout, or when there
 *                          are too many of them, the oldest is turned away
 *
 * Pending connections are counted here; who gets one counts it from then on. */
#include "transport/front_door.h"

#include "base/inbox.h"
#include "base/listener.h"
#include "base/log.h"
#include "base/random.h"
#include "base/xalloc.h"
#include "muster/lane.h"
#include "transport/files.h"
#include "transport/http_refusal.h"
#include "transport/request_peek.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	ACCEPTS_A_TURN = 64, /* of one listener */
	PAUSE = 100,         /* ms without accepting, when there is no descriptor left */
	LOG_LINES = 5,       /* a second */
	SOCKET_MODE = 0777,  /* of a unix socket: the umask says who may come in */
};

/* A connection whose first head is not whole yet. */
struct pending {
	struct watch watch;
	struct front_door *door;
	struct pending *next; /* younger */
	struct pending *prev;
	uint64_t deadline;
	uint32_t seen;
	struct sockaddr_storage peer;
};

struct listener {
	struct watch watch;
	struct front_door *door;
	struct socket_address address;
	int fd;
};

struct front_door {
	struct front_door_options options;
	struct loop *loop;
	struct listener *listeners;
	size_t listener_count;
	struct pending *oldest;
	struct pending *youngest;
	size_t pending_count;
	struct timer deadline;  /* the oldest's */
	struct timer pause;
	struct log_limit limit;
	struct inbox *inbox;    /* holds one thing: stop */
	struct watch inbox_watch;
	struct inbox_node stop;
	atomic_flag is_stopped;
	struct request_peek peek;
};

static unsigned retry_after(void)
{
	return 1 + (unsigned)random_below(5);
}

static void count_open(struct front_door *f, int change)
{
	counter_add(f->options.counters, COUNTER_CONNECTIONS, change);
}

/* -- handing on ----------------------------------------------------------------- */

static struct lane *least_loaded(const struct front_door *f)
{
	struct lane *best = f->options.lanes[0];

	for (unsigned i = 1; i < f->options.lane_count; i++)
		if (lane_load(f->options.lanes[i]) < lane_load(best))
			best = f->options.lanes[i];
	return best;
}

/* Counted for the lane from here on, so that a burst is spread evenly. */
static void hand_to_lane(struct front_door *f, int fd, const struct sockaddr_storage *peer)
{
	const struct request_peek *peek = &f->peek;
	bool is_known = peek->names_lane && peek->lane < f->options.lane_count;
	struct lane *lane = is_known ? f->options.lanes[peek->lane] : least_loaded(f);
	struct lane_post *post = lane_post_new(LANE_SOCKET);

	post->fd = fd;
	post->peer = *peer;
	lane_count_connection(lane, 1);
	lane_post(lane, post);
}

static void refuse(struct front_door *f, int fd, int status, const char *sentence, enum counter counter)
{
	const struct attach_refusal why = {.status = status, .sentence = sentence,
		.retry_after = status == 503 ? retry_after() : 0};

	counter_add(f->options.counters, counter, 1);
	http_refuse(fd, &why, NULL, f->options.counters);
}

/* With the result of request_peek(), not PEEK_MORE: fd has found its place. */
static void settle(struct front_door *f, int fd, const struct sockaddr_storage *peer, int result)
{
	count_open(f, -1);
	if (result == PEEK_GONE)
		close(fd);
	else if (result < 0)
		refuse(f, fd, -result, NULL, COUNTER_REFUSED_HEAD);
	else if (f->peek.route == ROUTE_FILES)
		files_take(f->options.files, fd, peer);
	else
		hand_to_lane(f, fd, peer);
}

/* -- pending heads ---------------------------------------------------------------- */

static void set_deadline(struct front_door *f)
{
	if (f->oldest)
		loop_timer_set(f->loop, &f->deadline, f->oldest->deadline);
	else
		loop_timer_clear(f->loop, &f->deadline);
}

static void link_youngest(struct front_door *f, struct pending *p)
{
	p->prev = f->youngest;
	if (p->prev)
		p->prev->next = p;
	else
		f->oldest = p;
	f->youngest = p;
	f->pending_count++;
	if (f->oldest == p)
		set_deadline(f);
}

/* Freed; its descriptor is the caller's. */
static int pending_remove(struct pending *p)
{
	struct front_door *f = p->door;
	int fd = p->watch.fd;
	bool was_oldest = f->oldest == p;

	loop_unwatch(f->loop, &p->watch);
	if (p->prev)
		p->prev->next = p->next;
	else
		f->oldest = p->next;
	if (p->next)
		p->next->prev = p->prev;
	else
		f->youngest = p->prev;
	f->pending_count--;
	free(p);
	if (was_oldest)
		set_deadline(f);
	return fd;
}

static void turn_away(struct front_door *f, int status, const char *sentence, enum counter counter)
{
	int fd = pending_remove(f->oldest);

	count_open(f, -1);
	refuse(f, fd, status, sentence, counter);
}

static void on_pending(struct watch *w, unsigned events)
{
	struct pending *p = (struct pending *)((char *)w - offsetof(struct pending, watch));
	struct front_door *f = p->door;
	struct sockaddr_storage peer = p->peer;
	int result;

	if (!(events & (WATCH_IN | WATCH_HANGUP)))
		return;
	result = request_peek(&f->peek, w->fd, &p->seen);
	if (result == PEEK_MORE && events & WATCH_HANGUP)
		result = PEEK_GONE;
	if (result != PEEK_MORE)
		settle(f, pending_remove(p), &peer, result);
}

static void on_deadline(struct timer *t, uint64_t now)
{
	struct front_door *f = (struct front_door *)((char *)t - offsetof(struct front_door, deadline));

	while (f->oldest && f->oldest->deadline <= now)
		turn_away(f, 408, "the head of the request did not come in time", COUNTER_REFUSED_SLOW_HEAD);
	set_deadline(f);
}

static void pending_add(struct front_door *f, int fd, const struct sockaddr_storage *peer, uint32_t seen)
{
	uint64_t max = f->options.settings->limits.pending_heads;
	struct pending *p = xcalloc(1, sizeof *p);

	p->door = f;
	p->seen = seen;
	p->peer = *peer;
	p->deadline = loop_now(f->loop) + f->options.settings->head_timeout;
	if (loop_watch(f->loop, &p->watch, fd, on_pending) < 0) {
		free(p);
		settle(f, fd, peer, PEEK_GONE);
		return;
	}
	link_youngest(f, p);
	if (max && f->pending_count > max)
		turn_away(f, 503, "too many requests are still coming in", COUNTER_REFUSED_SLOW_HEAD);
}

/* -- accepting ---------------------------------------------------------------------- */

static bool is_full(struct front_door *f)
{
	uint64_t max = f->options.settings->limits.connections;

	return max && counter_get(f->options.counters, COUNTER_CONNECTIONS) >= (int64_t)max;
}

static void welcome(struct front_door *f, int fd, const struct sockaddr_storage *peer)
{
	uint32_t seen = 0;
	int on = 1, result;

	if (is_full(f)) {
		refuse(f, fd, 503, "too many connections, try again later", COUNTER_REFUSED_FULL);
		return;
	}
	if (peer->ss_family != AF_UNIX)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	count_open(f, 1);
	result = request_peek(&f->peek, fd, &seen);
	if (result == PEEK_MORE)
		pending_add(f, fd, peer, seen);
	else
		settle(f, fd, peer, result);
}

static void watch_listeners(struct front_door *f);
static void on_listener(struct watch *w, unsigned events);

/* Without a descriptor the queue would stay readable and the loop spin. */
static void pause_accepting(struct front_door *f, int error)
{
	unsigned suppressed = 0;

	for (size_t i = 0; i < f->listener_count; i++)
		loop_unwatch(f->loop, &f->listeners[i].watch);
	loop_timer_set(f->loop, &f->pause, loop_now(f->loop) + PAUSE);
	if (log_allow(&f->limit, LOG_LINES, loop_now(f->loop), &suppressed))
		log_error("event=accept_failed error=\"%s\" pause=%d suppressed=%u", strerror(error), PAUSE, suppressed);
}

static void on_pause(struct timer *t, uint64_t now)
{
	(void)now;
	watch_listeners((struct front_door *)((char *)t - offsetof(struct front_door, pause)));
}

/* What the peer of one connection did wrong, and the next may not have. */
static bool is_passing(int error)
{
	return error == EINTR || error == ECONNABORTED || error == EPROTO || error == ENETDOWN || error == EHOSTDOWN ||
		error == ENETUNREACH || error == EHOSTUNREACH || error == ENONET || error == ENOPROTOOPT || error == EPERM;
}

static void on_listener(struct watch *w, unsigned events)
{
	struct front_door *f = ((struct listener *)((char *)w - offsetof(struct listener, watch)))->door;

	(void)events;
	for (int i = 0; i < ACCEPTS_A_TURN; i++) {
		struct sockaddr_storage peer = {0};
		socklen_t size = sizeof peer;
		int fd = accept4(w->fd, (struct sockaddr *)&peer, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			if (size == 0 || peer.ss_family == AF_UNSPEC)
				peer.ss_family = AF_UNIX; /* an unnamed peer */
			welcome(f, fd, &peer);
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			return;
		} else if (!is_passing(errno)) {
			pause_accepting(f, errno);
			return;
		}
	}
}

static void watch_listeners(struct front_door *f)
{
	for (size_t i = 0; i < f->listener_count; i++) {
		struct listener *l = &f->listeners[i];
		int result = loop_watch_level(f->loop, &l->watch, l->fd, on_listener);

		if (result < 0)
			log_error("event=watch_failed error=\"%s\"", strerror(-result));
	}
}

/* -- life ------------------------------------------------------------------------- */

static void close_listeners(struct front_door *f)
{
	for (size_t i = 0; i < f->listener_count; i++) {
		loop_unwatch(f->loop, &f->listeners[i].watch);
		listener_remove(&f->listeners[i].address);
		close(f->listeners[i].fd);
	}
	f->listener_count = 0;
}

static void on_stop(struct watch *w, unsigned events)
{
	struct front_door *f = (struct front_door *)((char *)w - offsetof(struct front_door, inbox_watch));

	(void)events;
	inbox_clear(f->inbox);
	if (!inbox_take(f->inbox))
		return;
	loop_timer_clear(f->loop, &f->pause);
	close_listeners(f);
	while (f->oldest)
		turn_away(f, 503, "shutting down", COUNTER_REFUSED_DRAINING);
	loop_stop(f->loop);
}

/* 0, or -errno with a sentence. */
static int open_listeners(struct front_door *f, struct error *err)
{
	const struct text_list *addresses = &f->options.settings->listen;

	f->listeners = xcalloc(addresses->count, sizeof *f->listeners);
	for (size_t i = 0; i < addresses->count; i++) {
		struct listener *l = &f->listeners[i];
		struct error why;

		*l = (struct listener){.watch = {.fd = -1}, .door = f};
		l->fd = listener_open(addresses->items[i], SOCKET_MODE, &l->address, &why);
		if (l->fd < 0)
			return error_set(err, l->fd, "listen: %s", why.text);
		f->listener_count++;
	}
	return 0;
}

struct front_door *front_door_new(const struct front_door_options *options, struct error *err)
{
	struct front_door *f = xcalloc(1, sizeof *f);

	f->options = *options;
	f->inbox_watch.fd = -1;
	atomic_flag_clear(&f->is_stopped);
	timer_init(&f->deadline, on_deadline);
	timer_init(&f->pause, on_pause);
	f->loop = loop_new();
	f->inbox = inbox_new();
	if (!f->inbox) {
		error_set(err, -errno, "no descriptor left for the front door");
		front_door_free(f);
		return NULL;
	}
	if (open_listeners(f, err) < 0) {
		front_door_free(f);
		return NULL;
	}
	loop_watch_level(f->loop, &f->inbox_watch, inbox_fd(f->inbox), on_stop);
	watch_listeners(f);
	return f;
}

void front_door_describe(const struct front_door *f, char *out, size_t size)
{
	char address[SOCKET_ADDRESS_TEXT];
	size_t used = 0;

	if (size)
		*out = '\0';
	for (size_t i = 0; i < f->listener_count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i ? "," : "",
			socket_address_format(&f->listeners[i].address, address));
}

void front_door_run(struct front_door *f)
{
	loop_run(f->loop);
}

void front_door_stop(struct front_door *f)
{
	if (!atomic_flag_test_and_set(&f->is_stopped))
		inbox_put(f->inbox, &f->stop);
}

void front_door_free(struct front_door *f)
{
	if (!f)
		return;
	close_listeners(f);
	while (f->oldest) {
		count_open(f, -1);
		close(pending_remove(f->oldest));
	}
	loop_timer_clear(f->loop, &f->deadline);
	loop_timer_clear(f->loop, &f->pause);
	loop_unwatch(f->loop, &f->inbox_watch);
	inbox_free(f->inbox);
	loop_free(f->loop);
	free(f->listeners);
	free(f);
}
