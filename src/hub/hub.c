/* hub - the control plane's thread.  A turn takes a bounded batch of posts from
 * lanes and of messages from the bus, asks the core, and posts what follows to
 * the lanes. */
#include "hub/hub_state.h"
#include "hub/mailboxes.h"
#include "hub/sessions.h"
#include "hub/topics.h"

#include "base/clock.h"
#include "base/xalloc.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	POSTS_A_TURN = 1024,
	MESSAGES_A_TURN = 1024,
	OUTCOMES_A_TURN = 4096,
	STORE_LINES = 5,        /* a second in the log */
	CLOSING_TIME = 5000,    /* ms for the store to answer at the end */
	MAX_BACKLOG = 4096,     /* posts that may wait for a lane ... */
	MIN_BACKLOG = 64,
	BACKLOG_WORK = 2000000, /* ... and about so many receivers of theirs */
	CHOKED_WAIT = 1,        /* ms before another look */
	MAX_IN_FLIGHT = 8192,   /* calls that may wait for the store */
	MAX_BYTES_IN_FLIGHT = 64 << 20,
};

struct hub_post *hub_post_new(enum hub_post_kind kind, const struct session_id *session)
{
	struct hub_post *p = xcalloc(1, sizeof(*p));

	p->kind = kind;
	if (session)
		p->session = *session;
	return p;
}

void hub_post_free(struct hub_post *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->channel_count; i++)
		free(p->channels[i]);
	free(p->channels);
	identity_fini(&p->who);
	command_free(p->command);
	free(p->mail_user);
	free(p->view.drops);
	free(p);
}

void hub_post(struct hub *hub, struct hub_post *p)
{
	inbox_put(hub->inbox, &p->node);
}

/* -- ids of an earlier process ------------------------------------------------- */

struct id_wait {
	void (*run)(struct hub *hub, void *arg);
	void (*drop)(void *arg);
	void *arg;
};

void hub_wait_for_ids(struct hub *hub, void (*run)(struct hub *hub, void *arg), void (*drop)(void *arg), void *arg)
{
	struct id_wait *w = xmalloc(sizeof(*w));

	*w = (struct id_wait){run, drop, arg};
	ring_push_back(&hub->waiting_for_ids, w);
}

static void ids_are_loaded(struct hub *hub)
{
	struct id_wait *w;

	hub->is_loading_ids = false;
	while ((w = ring_pop_front(&hub->waiting_for_ids))) {
		w->run(hub, w->arg);
		free(w);
	}
	ring_release(&hub->waiting_for_ids);
}

static void on_ids(void *context, const struct store_outcome *outcome)
{
	struct hub *hub = context;

	if (outcome->result < 0)
		hub_log_store(hub, "load_ids", outcome);
	for (size_t i = 0; i < outcome->id_count; i++) {
		const struct stored_id *id = &outcome->ids[i];

		if (id->expires > hub->now_wall)
			core_remember_id(hub->core, id->id, id->size, hub->now + (id->expires - hub->now_wall));
	}
	if (!outcome->id_count)
		ids_are_loaded(hub);
}

void hub_log_store(struct hub *hub, const char *what, const struct store_outcome *outcome)
{
	unsigned suppressed;

	if (log_allow(&hub->store_log, STORE_LINES, hub->now, &suppressed))
		log_error("event=store_failed call=%s reason=\"%s\" suppressed=%u", what,
			outcome->sentence ? outcome->sentence : strerror(-outcome->result), suppressed);
}

/* -- posts to lanes ------------------------------------------------------------ */

void hub_add_membership(struct lane_post *post, const char *channel, bool is_member, enum presence_mode presence)
{
	post->memberships = xrealloc(post->memberships, (post->membership_count + 1) * sizeof(*post->memberships));
	post->memberships[post->membership_count++] = (struct lane_membership){xstrdup(channel), is_member, presence};
}

void hub_add_frame(struct lane_post *post, struct frame *frame)
{
	post->frames = xrealloc(post->frames, (post->frame_count + 1) * sizeof(struct frame *));
	post->frames[post->frame_count++] = frame;
}

/* -- life ---------------------------------------------------------------------- */

static void read_clocks(struct hub *hub)
{
	hub->now = clock_monotonic();
	hub->now_wall = clock_wall();
}

struct hub *hub_new(const struct hub_options *options)
{
	struct hub *hub = xcalloc(1, sizeof(*hub));

	hub->options = *options;
	hub->core = core_new(options->settings, options->lane_count);
	hub->inbox = inbox_new();
	map_init(&hub->topics);
	map_init(&hub->flying);
	map_init(&hub->mailboxes);
	map_init(&hub->rows);
	ring_init(&hub->waiting_for_ids);
	read_clocks(hub);
	hub->started = hub->now_wall;
	bus_on_message(options->bus, hub_publish, hub);
	bus_on_request(options->bus, hub_request, hub);
	hub->is_loading_ids = true;
	options->store->ops->load_ids(options->store, hub->now_wall, on_ids, hub);
	return hub;
}

void hub_set_lanes(struct hub *hub, struct lane *const *lanes)
{
	hub->lanes = lanes;
}

/* -- posts ----------------------------------------------------------------------- */

/* The post is taken. */
static void handle(struct hub *hub, struct hub_post *p)
{
	switch (p->kind) {
	case HUB_OPEN:
	case HUB_JOIN:
	case HUB_COMMAND:
	case HUB_CLOSE:
		sessions_take(hub, p);
		return;
	case HUB_ACKNOWLEDGED:
		mailboxes_acknowledged(hub, p->mail_user, p->mail);
		break;
	case HUB_REQUEST:
		hub_request(hub, p->asked);
		break;
	case HUB_VIEW:
		hub_answer_view(hub, p);
		break;
	case HUB_STOP:
		hub->is_stopping = true;
		break;
	}
	hub_post_free(p);
}

static bool take_posts(struct hub *hub)
{
	inbox_clear(hub->inbox);
	for (int i = 0; i < POSTS_A_TURN; i++) {
		struct inbox_node *node = inbox_take(hub->inbox);

		if (!node)
			return false;
		handle(hub, (struct hub_post *)node);
	}
	return true;
}

/* A lane or the store has more to do than it can in a moment: then backends wait, and
 * what they send with the bus, up to its own mark. */
static bool is_choked(const struct hub *hub)
{
	uint64_t sessions = (uint64_t)counter_get(hub->options.counters, COUNTER_SESSIONS) / hub->options.lane_count;
	uint64_t most = BACKLOG_WORK / (sessions + 1);

	if (hub->in_flight > MAX_IN_FLIGHT || hub->bytes_in_flight > MAX_BYTES_IN_FLIGHT)
		return true;
	most = most < MIN_BACKLOG ? MIN_BACKLOG : most > MAX_BACKLOG ? MAX_BACKLOG : most;
	for (unsigned i = 0; i < hub->options.lane_count; i++)
		if (lane_backlog(hub->lanes[i]) > most)
			return true;
	return false;
}

/* Between two looks at the lanes no more than fits. */
static bool take_messages(struct hub *hub)
{
	for (int taken = 0; taken < MESSAGES_A_TURN; taken += MIN_BACKLOG) {
		if (is_choked(hub))
			return false;
		if (bus_drain(hub->options.bus, MIN_BACKLOG, hub->now) < MIN_BACKLOG)
			return false;
	}
	return true;
}

static bool turn(struct hub *hub)
{
	const struct hub_options *o = &hub->options;
	bool more;

	read_clocks(hub);
	more = take_posts(hub);
	more |= take_messages(hub);
	more |= o->store->poll(o->store, OUTCOMES_A_TURN) > 0; /* what they led to may be told at once */
	hub_tell_presence(hub);
	topics_sweep(hub);
	bus_tick(o->bus, hub->now, hub->now_wall);
	return more;
}

static int timeout(const struct hub *hub)
{
	int timeout = core_timeout(hub->core, hub->now);

	return timeout < 0 || timeout > 1000 ? 1000 : timeout; /* sweeps and syncs */
}

/* Not for the bus, which has something. */
static void wait_choked(const int *fds)
{
	struct pollfd polled[] = {{.fd = fds[0], .events = POLLIN}, {.fd = fds[1], .events = POLLIN}};

	poll(polled, 2, CHOKED_WAIT);
}

static void wait_for_work(struct hub *hub, bool more)
{
	int fds[] = {inbox_fd(hub->inbox), hub->options.store->fd};

	if (!more && is_choked(hub))
		wait_choked(fds);
	else
		bus_wait(hub->options.bus, fds, 2, more ? 0 : timeout(hub));
}

/* What is with the store is waited for, so that whoever asked still hears of it. */
static void settle(struct hub *hub)
{
	uint64_t end = clock_monotonic() + CLOSING_TIME;

	while (hub->in_flight && clock_monotonic() < end) {
		read_clocks(hub);
		if (!hub->options.store->poll(hub->options.store, OUTCOMES_A_TURN))
			bus_wait(hub->options.bus, &hub->options.store->fd, 1, 10);
	}
}

void hub_run(struct hub *hub)
{
	while (!hub->is_stopping) {
		bool more = turn(hub);

		if (!hub->is_stopping)
			wait_for_work(hub, more);
	}
	settle(hub);
}

/* Whoever asked and was not answered hears so. */
static void drop_posts(struct hub *hub)
{
	struct inbox_node *node;

	while ((node = inbox_take(hub->inbox))) {
		struct hub_post *p = (struct hub_post *)node;

		if (p->kind == HUB_REQUEST || p->kind == HUB_VIEW)
			hub_refuse_stopping(p->asked);
		hub_post_free(p);
	}
}

static void drop_waiting_for_ids(struct hub *hub)
{
	struct id_wait *w;

	while ((w = ring_pop_front(&hub->waiting_for_ids))) {
		w->drop(w->arg);
		free(w);
	}
	ring_fini(&hub->waiting_for_ids);
}

void hub_free(struct hub *hub)
{
	if (!hub)
		return;
	hub->lanes = NULL;
	drop_posts(hub);
	inbox_free(hub->inbox);
	sessions_drop(hub);
	drop_waiting_for_ids(hub);
	topics_free(hub);
	mailboxes_free(hub);
	map_fini(&hub->flying);
	core_free(hub->core);
	free(hub);
}
