/* lane - the thread: posts in, a bounded batch a turn; then verdicts, answers
 * and flushes. */
#include "lane/lane_state.h"

#include "base/xalloc.h"
#include "protocol/json_write.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct lane_post *lane_post_new(enum lane_post_kind kind)
{
	struct lane_post *p = xcalloc(1, sizeof(*p));

	p->kind = kind;
	p->fd = -1;
	return p;
}

void lane_post_free(struct lane_post *p)
{
	if (!p)
		return;
	if (p->fd >= 0)
		close(p->fd);
	for (size_t i = 0; i < p->membership_count; i++)
		free(p->memberships[i].channel);
	free(p->memberships);
	if (p->who)
		identity_fini(p->who);
	free(p->who);
	for (size_t i = 0; i < p->frame_count; i++)
		frame_unref(p->frames[i]);
	free(p->frames);
	free(p->text);
	free(p->audience);
	frame_unref(p->frame);
	publish_unref(p->message);
	free(p);
}

void lane_post(struct lane *lane, struct lane_post *p)
{
	inbox_put(lane->inbox, &p->node);
}

struct session *lane_find(const struct lane *lane, const struct session_id *id)
{
	return map_find(&lane->sessions, id->bytes, sizeof(id->bytes));
}

static void take_socket(struct lane *lane, struct lane_post *p)
{
	int fd = p->fd;

	p->fd = -1;
	lane->options.take_socket(lane->options.take_context, fd, &p->peer);
}

static void kick(struct lane *lane, const struct lane_post *p)
{
	struct session *s = lane_find(lane, &p->session);

	if (s)
		session_end(s, p->code, p->text, p->reconnect);
}

/* [{"channel":"news","dropped":3,"conflated":1}], by channel; the caller's. */
static char *write_drops(const struct stream *s)
{
	struct buffer out;

	buffer_init(&out, 0);
	buffer_append_char(&out, '[');
	for (const struct stream_drops *d = s->drops; d; d = d->next) {
		buffer_append_text(&out, d == s->drops ? "{" : ",{");
		if (d->channel) {
			buffer_append_text(&out, "\"channel\":");
			json_write_text(&out, d->channel);
			buffer_append_char(&out, ',');
		}
		buffer_printf(&out, "\"dropped\":%u,\"conflated\":%u}", d->dropped, d->conflated);
	}
	buffer_append_char(&out, ']');
	return buffer_steal(&out, NULL);
}

static void view(struct lane *lane, const struct lane_post *p)
{
	const struct session *s = lane_find(lane, &p->session);
	struct hub_post *answer = hub_post_new(HUB_VIEW, &p->session);

	answer->asked = p->asked;
	answer->has_view = s != NULL;
	if (s)
		answer->view = (struct session_view){
			.transport = s->state == SESSION_ATTACHED ? s->kind : TRANSPORT_NONE,
			.waiting = s->stream.outbox.count,
			.waiting_bytes = s->stream.outbox_bytes,
			.unacknowledged = s->stream.window.count,
			.sent = s->stream.sent,
			.dropped = s->stream.dropped,
			.dropped_crowded = s->dropped_crowded,
			.drops = write_drops(&s->stream),
			.conflated = s->stream.conflated,
			.commands = s->command_count,
			.idle = lane_now(lane) - s->heard,
		};
	hub_post(lane->options.hub, answer);
}

static void handle(struct lane *lane, struct lane_post *p)
{
	switch (p->kind) {
	case LANE_SOCKET:
		take_socket(lane, p);
		break;
	case LANE_OPENED:
		lane_opened(lane, p);
		break;
	case LANE_REPLY:
		lane_reply(lane, p);
		break;
	case LANE_DELIVER:
		lane_deliver(lane, p);
		break;
	case LANE_KICK:
		kick(lane, p);
		break;
	case LANE_VIEW:
		view(lane, p);
		break;
	case LANE_DRAIN:
		lane_drain(lane);
		break;
	case LANE_STOP:
		loop_stop(lane->loop);
		break;
	}
	lane_post_free(p);
}

static void take_posts(struct lane *lane)
{
	lane->receivers = 0;
	for (int i = 0; i < POSTS_A_TURN && lane->receivers < RECEIVERS_A_TURN; i++) {
		struct inbox_node *node = inbox_take(lane->inbox);

		if (!node) {
			lane->has_posts = false;
			return;
		}
		handle(lane, (struct lane_post *)node);
	}
}

/* Polls come back on the connections they have for as long as there is a session. */
static void finish_drain(struct lane *lane)
{
	if (lane->on_drain)
		lane->on_drain(lane->drain_context);
	atomic_store(&lane->is_drained, true);
}

static bool turn(void *context)
{
	struct lane *lane = context;
	bool more;

	if (lane->has_posts)
		take_posts(lane);
	lane_tell_verdicts(lane);
	lane_answer_sends(lane);
	more = lane_flush(lane);
	lane_trim(lane);
	if (lane->is_draining && lane->sessions.count == 0 && !atomic_load(&lane->is_drained))
		finish_drain(lane);
	return more || lane->has_posts || lane->verdicts.count || lane->sends_done.count;
}

static void on_inbox(struct watch *w, unsigned events)
{
	struct lane *lane = (struct lane *)((char *)w - offsetof(struct lane, inbox_watch));

	(void)events;
	inbox_clear(lane->inbox);
	lane->has_posts = true;
}

static void on_coalesced(struct timer *t, uint64_t now)
{
	(void)t;
	(void)now; /* waking up for the turn is all */
}

struct lane *lane_new(const struct lane_options *options)
{
	struct lane *lane = xcalloc(1, sizeof(*lane));

	lane->options = *options;
	lane->loop = loop_new();
	lane->inbox = inbox_new();
	lane->inbox_watch.fd = -1;
	map_init(&lane->sessions);
	map_init(&lane->sends);
	audience_index_init(&lane->audiences);
	tombstones_init(&lane->tombstones);
	ring_init(&lane->verdicts);
	ring_init(&lane->sends_done);
	ring_init(&lane->loan);
	timer_init(&lane->coalesce_timer, on_coalesced);
	loop_watch_level(lane->loop, &lane->inbox_watch, inbox_fd(lane->inbox), on_inbox);
	loop_on_turn(lane->loop, turn, lane);
	return lane;
}

void lane_set_socket_taker(struct lane *lane, void (*take)(void *context, int fd, const struct sockaddr_storage *peer),
	void *context)
{
	lane->options.take_socket = take;
	lane->options.take_context = context;
}

void lane_on_drain(struct lane *lane, void (*drained)(void *context), void *context)
{
	lane->on_drain = drained;
	lane->drain_context = context;
}

void lane_run(struct lane *lane)
{
	loop_run(lane->loop);
}

/* The process ends: nobody is told, memory is given back. */
static void free_sessions(struct lane *lane)
{
	size_t at = 0;
	struct session *s;

	while (at = 0, (s = map_next(&lane->sessions, &at)))
		session_end(s, CLOSE_RESTARTING, NULL, true);
}

void lane_free(struct lane *lane)
{
	struct inbox_node *node;

	if (!lane)
		return;
	free_sessions(lane);
	lane_free_sends(lane);
	inbox_clear(lane->inbox);
	while ((node = inbox_take(lane->inbox)))
		lane_post_free((struct lane_post *)node);
	loop_timer_clear(lane->loop, &lane->coalesce_timer);
	loop_unwatch(lane->loop, &lane->inbox_watch);
	tombstones_fini(&lane->tombstones);
	audience_index_fini(&lane->audiences);
	map_fini(&lane->sessions);
	ring_fini(&lane->verdicts);
	ring_fini(&lane->loan);
	inbox_free(lane->inbox);
	loop_free(lane->loop);
	free(lane);
}

struct loop *lane_loop(struct lane *lane)
{
	return lane->loop;
}

unsigned lane_number(const struct lane *lane)
{
	return lane->options.number;
}

unsigned lane_load(struct lane *lane)
{
	return atomic_load_explicit(&lane->connections, memory_order_relaxed);
}

size_t lane_backlog(struct lane *lane)
{
	return inbox_count(lane->inbox);
}

bool lane_is_drained(struct lane *lane)
{
	return atomic_load(&lane->is_drained) && lane_load(lane) == 0;
}

void lane_count_connection(struct lane *lane, int change)
{
	atomic_fetch_add_explicit(&lane->connections, (unsigned)change, memory_order_relaxed);
	counter_add(lane->options.counters, COUNTER_CONNECTIONS, change);
}
