/* flush - the last step of a turn: every session with something waiting hands it
 * to its transport, and those whose end was decided meanwhile end. */
#include "lane/lane_state.h"

#include "base/xalloc.h"

#include <errno.h>

void lane_mark(struct session *s)
{
	struct lane *lane = s->lane;

	if (s->is_dirty)
		return;
	s->is_dirty = true;
	s->next_dirty = NULL;
	s->previous_dirty = lane->dirty_last;
	if (lane->dirty_last)
		lane->dirty_last->next_dirty = s;
	else
		lane->dirty_first = s;
	if (lane->dirty_first == s)
		lane->dirty_since = lane_now(lane);
	lane->dirty_last = s;
}

void lane_unmark(struct session *s)
{
	struct lane *lane = s->lane;

	if (!s->is_dirty)
		return;
	s->is_dirty = false;
	if (s->previous_dirty)
		s->previous_dirty->next_dirty = s->next_dirty;
	else
		lane->dirty_first = s->next_dirty;
	if (s->next_dirty)
		s->next_dirty->previous_dirty = s->previous_dirty;
	else
		lane->dirty_last = s->previous_dirty;
}

void lane_doom(struct session *s, int code)
{
	if (!s->doom)
		s->doom = code;
	lane_mark(s);
}

static void note_dropped(struct session *s, int count)
{
	struct lane *lane = s->lane;
	bool is_crowded = count > 0 && lane_is_over_total(lane);

	if (count > 0)
		counter_add(lane->options.counters, is_crowded ? COUNTER_DROPPED_TOTAL : COUNTER_DROPPED_OLDEST, count);
	if (is_crowded)
		s->dropped_crowded += (uint32_t)count;
}

void lane_say(struct session *s, struct frame *f)
{
	struct stream_bounds bounds = lane_bounds(s->lane);
	uint32_t conflated = s->stream.conflated;
	int dropped = stream_append(&s->stream, f, &bounds);

	if (dropped == -ENOBUFS) {
		counter_add(s->lane->options.counters, COUNTER_DROPPED_SLOW, 1);
		lane_doom(s, CLOSE_SLOW);
		return;
	}
	note_dropped(s, dropped);
	counter_add(s->lane->options.counters, COUNTER_CONFLATED, s->stream.conflated - conflated);
	lane_mark(s);
}

void lane_say_all(struct session *s, const struct lane_post *p)
{
	if (!p->frame_count)
		return;
	if (stream_promise(&s->stream, p->frames, p->frame_count))
		lane_mark(s);
	else
		for (size_t i = 0; i < p->frame_count; i++)
			lane_say(s, p->frames[i]);
}

/* Streams that get nothing new are not looked at otherwise. */
void lane_trim(struct lane *lane)
{
	struct stream_bounds bounds;
	struct session *s;
	size_t at = 0;

	if (!lane_is_over_total(lane) || lane_now(lane) - lane->trimmed_at < TRIM_INTERVAL)
		return;
	lane->trimmed_at = lane_now(lane);
	bounds = lane_bounds(lane);
	while ((s = map_next(&lane->sessions, &at)))
		note_dropped(s, stream_trim(&s->stream, &bounds));
}

/* A message of a mailbox has arrived for good. */
void session_acknowledged(void *context, const struct frame *f)
{
	struct session *s = context;
	struct hub_post *p;

	if (!f->mail)
		return;
	p = hub_post_new(HUB_ACKNOWLEDGED, &s->id);
	p->mail = f->mail;
	p->mail_user = xstrdup(f->mail_user);
	hub_post(s->lane->options.hub, p);
}

static const char *doom_reason(int code)
{
	return code == CLOSE_SLOW ? "slow consumer" : code == CLOSE_POLICY ? "too many malformed commands" : NULL;
}

static void flush_session(struct session *s)
{
	if (s->doom) {
		session_end(s, s->doom, doom_reason(s->doom), s->doom != CLOSE_POLICY);
		return;
	}
	if (session_is_live(s) && stream_has_waiting(&s->stream))
		s->conn->transport->flush(s->conn);
	if (s->is_leaving)
		session_leave(s);
}

static bool is_too_early(struct lane *lane)
{
	uint64_t coalesce = lane->options.settings->coalesce;

	if (!coalesce || !lane->dirty_first || lane_now(lane) - lane->dirty_since >= coalesce)
		return false;
	loop_timer_set(lane->loop, &lane->coalesce_timer, lane->dirty_since + coalesce);
	return true;
}

bool lane_flush(struct lane *lane)
{
	if (is_too_early(lane))
		return false;
	for (int i = 0; i < FLUSHES_A_TURN; i++) {
		struct session *s = lane->dirty_first;

		if (!s)
			return false;
		lane_unmark(s);
		flush_session(s);
	}
	return lane->dirty_first != NULL;
}

size_t lane_take(struct conn *conn, struct outgoing *out, size_t max_frames, size_t max_bytes)
{
	struct session *s = conn->session;
	size_t count, pushes = 0;

	if (!s || s->state != SESSION_ATTACHED)
		return 0;
	count = stream_take(&s->stream, out, max_frames, max_bytes, &s->lane->loan);
	for (size_t i = 0; i < count; i++)
		pushes += out[i].n != 0;
	counter_add(s->lane->options.counters, COUNTER_DELIVERIES, (int64_t)pushes);
	s->was_welcomed = true;
	return count;
}

void lane_taken(struct conn *conn)
{
	struct session *s = conn->session;
	struct stream_bounds bounds = lane_bounds(conn->lane);

	if (s)
		stream_settle(&s->stream, &bounds, &conn->lane->loan);
}

bool lane_has_waiting(const struct conn *conn)
{
	return conn->session && stream_has_waiting(&conn->session->stream);
}

const struct session_sid *lane_sid(const struct conn *conn)
{
	return &conn->session->sid;
}

uint64_t lane_sent(const struct conn *conn)
{
	return conn->session->stream.sent;
}

uint64_t lane_lost(const struct conn *conn)
{
	return conn->session->lost;
}

bool lane_was_resumed(const struct conn *conn)
{
	return conn->session->was_resumed;
}

const char *lane_new_device(const struct conn *conn)
{
	const struct session *s = conn->session;

	return s && s->is_new_device ? s->who.device : NULL;
}
