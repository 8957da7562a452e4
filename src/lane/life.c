/* life - what happens to a session in time: pings while it is attached, the end
 * of its resume window, its end by anybody's decision, and draining. */
#include "lane/lane_state.h"

#include "base/random.h"
#include "protocol/push.h"

#include <stdlib.h>

static void set_timer(struct session *s, uint64_t deadline)
{
	loop_timer_set(s->lane->loop, &s->timer, deadline);
}

/* -- connections ---------------------------------------------------------------- */

static struct conn *unbind(struct session *s)
{
	struct conn *conn = s->conn;

	if (conn) {
		lane_forget_verdict(conn);
		conn->session = NULL;
	}
	s->conn = NULL;
	s->is_rejoining = false;
	return conn;
}

void session_detach(struct session *s, uint64_t keep)
{
	unbind(s);
	if (s->state == SESSION_OPENING)
		return; /* ends when the hub answers */
	s->state = SESSION_DETACHED;
	stream_detach(&s->stream);
	if (!s->was_welcomed || (s->is_draining && s->kind != TRANSPORT_POLL))
		session_end(s, CLOSE_ABNORMAL, NULL, true);
	else if (!s->is_draining)
		set_timer(s, lane_now(s->lane) + keep);
}

void lane_detached(struct conn *conn, int code)
{
	struct session *s = conn->session;
	const struct settings *settings = conn->lane->options.settings;
	bool is_clean = code == CLOSE_NORMAL || code == CLOSE_GOING_AWAY || code == CLOSE_NO_CODE;

	if (s)
		session_detach(s, is_clean ? settings->leave_grace : settings->resume);
	else
		lane_forget_verdict(conn);
}

void session_leave(struct session *s)
{
	struct conn *conn = s->conn;

	s->is_leaving = false;
	session_detach(s, s->lane->options.settings->leave_grace);
	if (conn)
		conn->transport->close(conn, CLOSE_NORMAL, "");
}

void lane_release(struct conn *conn)
{
	if (conn->session)
		session_detach(conn->session, conn->lane->options.settings->resume);
}

void lane_heard(struct conn *conn)
{
	if (conn->session)
		conn->session->heard = lane_now(conn->lane);
}

/* -- the timer ---------------------------------------------------------------- */

static bool expects_pongs(const struct session *s)
{
	return s->kind == TRANSPORT_WS;
}

void session_attach_timer(struct session *s)
{
	const struct settings *settings = s->lane->options.settings;
	uint64_t now = lane_now(s->lane);

	if (s->is_draining)
		return;
	s->heard = now;
	set_timer(s, now + settings->ping);
}

static void ping(struct session *s, uint64_t now)
{
	const struct settings *settings = s->lane->options.settings;
	uint64_t next = now + settings->ping;

	if (expects_pongs(s) && now - s->heard >= settings->pong_timeout) {
		struct conn *conn = s->conn;

		session_detach(s, settings->resume);
		conn->transport->close(conn, CLOSE_GOING_AWAY, "no sign of life");
		return;
	}
	if (expects_pongs(s) && s->heard + settings->pong_timeout < next)
		next = s->heard + settings->pong_timeout;
	if (s->kind != TRANSPORT_POLL && session_is_live(s))
		s->conn->transport->ping(s->conn);
	set_timer(s, next);
}

void session_on_timer(struct timer *t, uint64_t now)
{
	struct session *s = (struct session *)((char *)t - offsetof(struct session, timer));

	if (s->is_draining)
		session_end(s, CLOSE_RESTARTING, "restarting", true);
	else if (s->state == SESSION_ATTACHED)
		ping(s, now);
	else if (s->state == SESSION_DETACHED)
		session_end(s, CLOSE_ABNORMAL, NULL, true);
}

/* -- the end ------------------------------------------------------------------ */

static void session_free(struct session *s)
{
	struct lane *lane = s->lane;

	lane_unmark(s);
	loop_timer_clear(lane->loop, &s->timer);
	audience_leave_all(&lane->audiences, &s->seats);
	map_remove(&lane->sessions, s->id.bytes, sizeof(s->id.bytes));
	counter_add(lane->options.counters, COUNTER_SESSIONS, -1);
	stream_fini(&s->stream);
	identity_fini(&s->who);
	free(s);
}

/* The last word to a client that must know why. */
static void say_kick(struct session *s, int code, const char *reason, bool reconnect)
{
	struct frame *f = push_kick(code, reason ? reason : "", reconnect);

	stream_push(&s->stream, f);
	frame_unref(f);
	s->conn->transport->flush(s->conn);
}

void session_end(struct session *s, int code, const char *reason, bool reconnect)
{
	struct lane *lane = s->lane;
	struct conn *conn;

	if (session_is_live(s) && code >= CLOSE_REPLACED)
		say_kick(s, code, reason, reconnect);
	conn = unbind(s);
	if (!reconnect || code >= CLOSE_REPLACED)
		tombstones_add(&lane->tombstones, &s->id, code, reconnect);
	hub_post(lane->options.hub, hub_post_new(HUB_CLOSE, &s->id));
	session_free(s);
	if (conn)
		conn->transport->close(conn, code, reason);
}

/* -- draining ----------------------------------------------------------------- */

void session_drain(struct session *s)
{
	uint64_t in = random_below(s->lane->options.settings->drain_time + 1);
	bool comes_back = s->state == SESSION_ATTACHED || s->kind == TRANSPORT_POLL;

	if (s->state == SESSION_OPENING)
		return; /* when the hub has answered */
	s->is_draining = true;
	if (comes_back) {
		struct frame *f = push_drain(in);

		lane_say(s, f);
		frame_unref(f);
	}
	set_timer(s, lane_now(s->lane) + (comes_back ? in : 0));
}

void lane_drain(struct lane *lane)
{
	size_t at = 0;
	struct session *s;

	lane->is_draining = true;
	while ((s = map_next(&lane->sessions, &at)))
		session_drain(s);
}
