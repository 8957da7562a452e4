/* hub - the control plane's thread.  A turn takes a bounded batch of posts from
 * lanes and of messages from the bus, asks the core, and posts what follows to
 * the lanes. */
#include "hub/hub_state.h"
#include "hub/mailboxes.h"
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

/* -- sessions ------------------------------------------------------------------ */

static void post_opened(struct hub *hub, const struct hub_post *p, struct lane_post *answer, int code, const char *text)
{
	answer->session = p->session;
	answer->code = code;
	answer->text = xstrdup(text);
	lane_post(hub->lanes[p->lane], answer);
}

/* The channels of the attach, each with its outcome for the welcome. */
static char *join_channels(struct hub *hub, const struct hub_post *p, struct lane_post *answer)
{
	struct buffer outcomes;

	buffer_init(&outcomes, 0);
	for (size_t i = 0; i < p->channel_count; i++) {
		struct command_channel channel = {.name = p->channels[i]};
		struct joined joined = {0};
		const char *sentence = NULL;
		int code = 0;

		if (core_is_member(hub->core, &p->session, channel.name))
			joined.topic = hub_find_ready(hub, channel.name);
		else
			code = hub_join(hub, &p->session, &channel, answer, &joined, &sentence);
		struct push_position at = joined.topic ? topic_position(joined.topic) : (struct push_position){0};

		push_channel_outcome(&outcomes, p->channels[i], code ? code : CODE_OK, sentence, joined.topic ? &at : NULL);
	}
	return buffer_steal(&outcomes, NULL);
}

static void answer_open(struct hub *hub, const struct hub_post *p, const struct store_outcome *mail)
{
	struct lane_post *answer = lane_post_new(LANE_OPENED);
	char *channels = p->channel_count ? join_channels(hub, p, answer) : NULL;

	if (p->who.user)
		mailboxes_hand(hub, &p->session, &p->who, mail, answer);
	post_opened(hub, p, answer, 0, channels);
	free(channels);
}

/* -- posts that wait ------------------------------------------------------------- */

/* What a session posted while something was loaded for its post before: its turn
 * comes behind that one. */
struct row {
	struct session_id session;
	struct ring posts;
};

static struct row *find_row(const struct hub *hub, const struct session_id *session)
{
	return map_find(&hub->rows, session->bytes, sizeof(session->bytes));
}

static void begin_row(struct hub *hub, const struct session_id *session)
{
	struct row *row;

	if (find_row(hub, session))
		return;
	row = xcalloc(1, sizeof(*row));
	row->session = *session;
	ring_init(&row->posts);
	map_add(&hub->rows, row->session.bytes, sizeof(row->session.bytes), row);
}

static void row_free(struct hub *hub, struct row *row)
{
	map_remove(&hub->rows, row->session.bytes, sizeof(row->session.bytes));
	ring_fini(&row->posts);
	free(row);
}

static bool go_on(struct hub *hub, struct hub_post *p);

/* The post that was waited for is done. */
static void call_next(struct hub *hub, const struct session_id *session)
{
	struct row *row = find_row(hub, session);
	struct hub_post *p;

	while (row && (p = ring_pop_front(&row->posts)))
		if (!go_on(hub, p))
			return;
	if (row)
		row_free(hub, row);
}

static void run_post(struct hub *hub, void *arg)
{
	struct hub_post *p = arg;
	struct session_id session = p->session;

	if (go_on(hub, p))
		call_next(hub, &session);
}

static void drop_post(void *arg)
{
	hub_post_free(arg);
}

static struct topic *loading_topic(struct hub *hub, const struct hub_post *p)
{
	if (p->kind == HUB_COMMAND)
		return hub_first_loading(hub, p->command->channels, p->command->channel_count);
	for (size_t i = 0; i < p->channel_count; i++) {
		struct command_channel channel = {.name = p->channels[i]};
		struct topic *t = hub_first_loading(hub, &channel, 1);

		if (t)
			return t;
	}
	return NULL;
}

static void open_session(struct hub *hub, const struct hub_post *p, const struct store_outcome *mail)
{
	int code = -core_open(hub->core, &p->session, p->lane, &p->who, hub->now);

	if (code)
		post_opened(hub, p, lane_post_new(LANE_OPENED), code, "the server is full");
	else
		answer_open(hub, p, mail);
}

static void close_session(struct hub *hub, const struct hub_post *p);

static void complete(struct hub *hub, struct hub_post *p, const struct store_outcome *mail)
{
	if (p->kind == HUB_COMMAND)
		hub_do_command(hub, p, mail);
	else if (p->kind == HUB_OPEN)
		open_session(hub, p, mail);
	else if (p->kind == HUB_JOIN)
		answer_open(hub, p, NULL);
	else
		close_session(hub, p);
	hub_post_free(p);
}

/* A post that goes on once the mail is there. */
struct waiting_post {
	struct hub *hub;
	struct hub_post *post;
};

static void mail_is_there(void *arg, const struct store_outcome *mail)
{
	struct waiting_post *w = arg;
	struct session_id session = w->post->session;

	complete(w->hub, w->post, mail);
	call_next(w->hub, &session);
	free(w);
}

/* Whoever is somebody from here on gets what waits for that user with the answer.
 * False: it waits. */
static bool go_on(struct hub *hub, struct hub_post *p)
{
	struct topic *t = loading_topic(hub, p);
	struct waiting_post *w;

	if (!t && !p->who.user) {
		complete(hub, p, NULL);
		return true;
	}
	begin_row(hub, &p->session);
	if (t) {
		topic_wait(t, run_post, drop_post, p);
		return false;
	}
	w = xmalloc(sizeof(*w));
	*w = (struct waiting_post){hub, p};
	mailboxes_load(hub, p->who.user, mail_is_there, w);
	return false;
}

static void take_in_turn(struct hub *hub, struct hub_post *p)
{
	struct row *row = find_row(hub, &p->session);

	if (row)
		ring_push_back(&row->posts, p);
	else
		go_on(hub, p);
}

static void close_session(struct hub *hub, const struct hub_post *p)
{
	const struct identity *who = core_identity(hub->core, &p->session);
	char *user = who ? xstrdup(who->user) : NULL;

	core_close(hub->core, &p->session, hub->now);
	if (user)
		mailboxes_left(hub, &p->session, user);
	free(user);
}

/* The post is taken. */
static void handle(struct hub *hub, struct hub_post *p)
{
	switch (p->kind) {
	case HUB_OPEN:
	case HUB_JOIN:
	case HUB_COMMAND:
	case HUB_CLOSE:
		take_in_turn(hub, p);
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

/* A lane has more to do than it can in a moment: then backends wait, and what they
 * send with the bus, up to its own mark. */
static bool is_choked(const struct hub *hub)
{
	uint64_t sessions = (uint64_t)counter_get(hub->options.counters, COUNTER_SESSIONS) / hub->options.lane_count;
	uint64_t most = BACKLOG_WORK / (sessions + 1);

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

static void drop_rows(struct hub *hub)
{
	struct row *row;
	size_t at;

	while (at = 0, (row = map_next(&hub->rows, &at))) {
		struct hub_post *p;

		while ((p = ring_pop_front(&row->posts)))
			hub_post_free(p);
		row_free(hub, row);
	}
	map_fini(&hub->rows);
}

void hub_free(struct hub *hub)
{
	if (!hub)
		return;
	hub->lanes = NULL;
	drop_posts(hub);
	inbox_free(hub->inbox);
	drop_rows(hub);
	drop_waiting_for_ids(hub);
	topics_free(hub);
	mailboxes_free(hub);
	map_fini(&hub->flying);
	core_free(hub->core);
	free(hub);
}
