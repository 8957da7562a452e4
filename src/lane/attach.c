/* attach - clients that come, and come back.  A new one is authorised here and
 * then announced to the hub, whose answer opens the session; one that comes
 * back goes on where its stream stood.  Either way the transport hears of it at
 * the end of a turn, as a verdict. */
#include "lane/lane_state.h"

#include "base/base64.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "muster/limits.h"
#include "protocol/push.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a transport is to be told about a connection. */
struct verdict {
	struct conn *conn; /* NULL: it has left */
	bool is_refused;
	struct attach_refusal why;
	char sentence[200];
};

static struct verdict *decide(struct conn *conn)
{
	struct verdict *v = xcalloc(1, sizeof(*v));

	v->conn = conn;
	conn->verdict = v;
	ring_push_back(&conn->lane->verdicts, v);
	return v;
}

static void refuse(struct conn *conn, const struct attach_refusal *why)
{
	struct verdict *v = decide(conn);

	v->is_refused = true;
	v->why = *why;
	snprintf(v->sentence, sizeof(v->sentence), "%s", why->sentence);
	v->why.sentence = v->sentence;
}

void lane_forget_verdict(struct conn *conn)
{
	if (conn->verdict)
		conn->verdict->conn = NULL;
	conn->verdict = NULL;
}

static void tell(struct verdict *v)
{
	struct conn *conn = v->conn;

	if (!conn)
		return;
	conn->verdict = NULL;
	if (v->is_refused) {
		conn->transport->refused(conn, &v->why);
		return;
	}
	lane_mark(conn->session);
	conn->transport->opened(conn);
}

void lane_tell_verdicts(struct lane *lane)
{
	unsigned count = lane->verdicts.count;

	while (count--) {
		struct verdict *v = ring_pop_front(&lane->verdicts);

		tell(v);
		free(v);
	}
}

/* -- coming back ------------------------------------------------------------ */

void lane_refuse_ended(struct lane *lane, const struct session_id *id, struct attach_refusal *why)
{
	const struct tombstone *t = id ? tombstones_find(&lane->tombstones, id) : NULL;

	*why = (struct attach_refusal){
		.status = 410,
		.code = CODE_EXPIRED,
		.sentence = t ? "the session has ended" : "no such session",
		.close = t ? t->code : CLOSE_UNKNOWN_SESSION,
		.reconnect = t ? t->reconnect : true,
	};
}

static struct welcome welcome_of(struct session *s)
{
	const struct lane_options *o = &s->lane->options;

	return (struct welcome){
		.sid = &s->sid,
		.node = o->node,
		.who = &s->who,
		.n = s->stream.sent,
		.ping = o->settings->ping,
		.resume = o->settings->resume,
		.wall_time = clock_wall(),
	};
}

/* A poll says in its answer what others are told by a `resumed` frame. */
static void greet_again(struct session *s, const char *channels)
{
	struct welcome w = welcome_of(s);
	struct frame *f;

	if (s->kind == TRANSPORT_POLL)
		return;
	w.channels = channels;
	w.channels_size = channels ? strlen(channels) : 0;
	f = push_resumed(&w, s->lost);
	stream_prepend(&s->stream, f);
	frame_unref(f);
}

static void post_channels(struct session *s, enum hub_post_kind kind, struct attach *a)
{
	struct hub_post *p = hub_post_new(kind, &s->id);

	p->lane = s->lane->options.number;
	if (kind == HUB_OPEN)
		identity_copy(&p->who, &s->who);
	p->channels = a->channels;
	p->channel_count = a->channel_count;
	a->channels = NULL;
	a->channel_count = 0;
	hub_post(s->lane->options.hub, p);
}

static void replace_connection(struct session *s)
{
	struct conn *old = s->conn;

	if (!old)
		return;
	lane_forget_verdict(old);
	old->session = NULL;
	s->conn = NULL;
	s->is_rejoining = false;
	stream_detach(&s->stream);
	old->transport->close(old, CLOSE_REPLACED, "attached elsewhere");
}

static void resume(struct session *s, struct conn *conn, struct attach *a)
{
	replace_connection(s);
	s->lost = stream_rewind(&s->stream, a->n, session_acknowledged, s);
	s->was_resumed = true;
	s->is_new_device = false;
	s->state = SESSION_ATTACHED;
	s->conn = conn;
	s->kind = conn->transport->kind;
	conn->session = s;
	session_attach_timer(s);
	counter_add(s->lane->options.counters, COUNTER_RESUMES, 1);
	if (a->channel_count) { /* an idempotent subscribe, whose outcomes `resumed` tells */
		s->is_rejoining = true;
		post_channels(s, HUB_JOIN, a);
		return;
	}
	greet_again(s, NULL);
	decide(conn);
}

static void rejoined(struct session *s, const struct lane_post *p)
{
	lane_apply(s, p);
	lane_say_all(s, p);
	if (!s->is_rejoining)
		return; /* the connection has gone meanwhile */
	s->is_rejoining = false;
	greet_again(s, p->text);
	decide(s->conn);
}

/* The session that a client names, if it may go on with it. */
static struct session *find_resumable(struct lane *lane, const struct attach *a)
{
	struct session_id id;
	struct session *s;

	if (a->is_bad_sid)
		return NULL;
	session_id_of(&id, &a->sid);
	s = lane_find(lane, &id);
	if (!s || s->state == SESSION_OPENING || s->doom || memcmp(&s->sid, &a->sid, sizeof(s->sid)) != 0)
		return NULL;
	return s;
}

static void refuse_unknown(struct lane *lane, const struct attach *a, struct attach_refusal *why)
{
	struct session_id id;

	session_id_of(&id, &a->sid);
	lane_refuse_ended(lane, a->is_bad_sid ? NULL : &id, why);
}

static void attach_again(struct conn *conn, struct attach *a)
{
	struct session *s = find_resumable(conn->lane, a);
	struct attach_refusal why;

	if (s) {
		resume(s, conn, a);
		return;
	}
	counter_add(conn->lane->options.counters, COUNTER_REFUSED_SESSION, 1);
	refuse_unknown(conn->lane, a, &why);
	refuse(conn, &why);
}

/* -- coming for the first time ------------------------------------------------ */

static unsigned jittered_retry(void)
{
	return 1 + (unsigned)random_below(5);
}

/* 0 and *who, or the status and *why. */
static int authorise(struct lane *lane, const struct attach *a, struct identity *who, struct attach_refusal *why,
	struct error *err)
{
	const struct authorizer *auth = lane->options.authorizer;
	struct credentials shown = {.token = a->token, .ticket = a->ticket, .app = a->app, .device = a->device};
	int status;

	if (lane->is_draining) {
		error_set(err, 0, "the server is shutting down");
		*why = (struct attach_refusal){.status = 503, .code = CODE_OVER_LIMIT, .sentence = err->text,
			.retry_after = jittered_retry()};
		return 503;
	}
	status = -auth->attach(auth, &shown, who, err);
	if (status)
		*why = (struct attach_refusal){.status = status,
			.code = status == 401 ? CODE_NOT_LOGGED_IN : CODE_NOT_AUTHORISED, .sentence = err->text};
	return status;
}

int lane_check(struct lane *lane, const struct attach *a, struct attach_refusal *why, struct error *err)
{
	struct identity who = {0};
	int status;

	if (a->has_sid || a->is_bad_sid) {
		if (find_resumable(lane, a))
			return 0;
		refuse_unknown(lane, a, why);
		return why->status;
	}
	status = authorise(lane, a, &who, why, err);

	identity_fini(&who);
	return status;
}

static bool is_device_name(const char *name)
{
	size_t size = name ? strlen(name) : 0;

	return size > 0 && size <= MAX_DEVICE && utf8_is_printable(name, size);
}

/* The device of the token, else the cookie's, else a new one. */
static void settle_device(struct session *s, const char *cookie)
{
	unsigned char bytes[16];

	if (s->who.device)
		return;
	if (is_device_name(cookie)) {
		s->who.device = xstrdup(cookie);
		return;
	}
	random_bytes(bytes, sizeof(bytes));
	s->who.device = xmalloc(base64url_size(sizeof(bytes)) + 1);
	base64url_encode(s->who.device, bytes, sizeof(bytes));
	s->is_new_device = true;
}

static struct session *session_new(struct lane *lane, struct identity *who)
{
	struct session *s = xcalloc(1, sizeof(*s));
	const struct settings *settings = lane->options.settings;

	s->lane = lane;
	session_sid_make(&s->sid, lane->options.number);
	session_id_of(&s->id, &s->sid);
	s->state = SESSION_OPENING;
	s->who = *who;
	*who = (struct identity){0};
	s->heard = lane_now(lane);
	stream_init(&s->stream);
	timer_init(&s->timer, session_on_timer);
	rate_init(&s->commands, (unsigned)settings->limits.command_burst, s->heard);
	map_add(&lane->sessions, s->id.bytes, sizeof(s->id.bytes), s);
	counter_add(lane->options.counters, COUNTER_SESSIONS, 1);
	return s;
}

static void attach_client(struct conn *conn, struct attach *a)
{
	struct lane *lane = conn->lane;
	struct attach_refusal why;
	struct error err = {{0}};
	struct identity who = {0};

	if (authorise(lane, a, &who, &why, &err)) {
		counter_add(lane->options.counters, why.status == 503 ? COUNTER_REFUSED_DRAINING : COUNTER_REFUSED_TOKEN, 1);
		refuse(conn, &why);
		return;
	}
	struct session *s = session_new(lane, &who);

	settle_device(s, a->cookie_device);
	s->conn = conn;
	s->kind = conn->transport->kind;
	conn->session = s;
	post_channels(s, HUB_OPEN, a);
}

void lane_attach(struct conn *conn, struct attach **attach)
{
	struct attach *a = *attach;

	*attach = NULL;
	conn->verdict = NULL;
	if (a->has_sid || a->is_bad_sid)
		attach_again(conn, a);
	else
		attach_client(conn, a);
	attach_free(a);
}

/* -- the hub's answer --------------------------------------------------------- */

static void take_seats(struct session *s)
{
	struct audience_index *index = &s->lane->audiences;

	audience_join(index, "all", "", s, &s->seats);
	audience_join(index, "app/", s->who.app, s, &s->seats);
	audience_join(index, "device/", s->who.device, s, &s->seats);
	if (s->who.user)
		audience_join(index, "user/", s->who.user, s, &s->seats);
}

static void apply_membership(struct session *s, const struct lane_membership *m)
{
	struct audience_index *index = &s->lane->audiences;

	audience_leave(index, "presence/", m->channel, &s->seats);
	audience_leave(index, "count/", m->channel, &s->seats);
	if (!m->is_member) {
		audience_leave(index, "channel/", m->channel, &s->seats);
		return;
	}
	audience_join(index, "channel/", m->channel, s, &s->seats);
	if (m->presence == PRESENCE_MODE_LIST)
		audience_join(index, "presence/", m->channel, s, &s->seats);
	else if (m->presence == PRESENCE_MODE_COUNT)
		audience_join(index, "count/", m->channel, s, &s->seats);
}

static void change_identity(struct session *s, const struct identity *who)
{
	struct audience_index *index = &s->lane->audiences;

	audience_leave(index, "app/", s->who.app, &s->seats);
	audience_leave(index, "device/", s->who.device, &s->seats);
	if (s->who.user)
		audience_leave(index, "user/", s->who.user, &s->seats);
	identity_fini(&s->who);
	identity_copy(&s->who, who);
	take_seats(s);
}

void lane_apply(struct session *s, const struct lane_post *p)
{
	if (p->who)
		change_identity(s, p->who);
	for (size_t i = 0; i < p->membership_count; i++)
		apply_membership(s, &p->memberships[i]);
}

static void welcome(struct session *s, const char *channels)
{
	struct welcome w = welcome_of(s);
	struct frame *f;

	w.channels = channels;
	w.channels_size = channels ? strlen(channels) : 0;
	f = push_welcome(&w);
	lane_say(s, f);
	frame_unref(f);
}

void lane_opened(struct lane *lane, const struct lane_post *p)
{
	struct session *s = lane_find(lane, &p->session);

	if (!s)
		return;
	if (s->state != SESSION_OPENING) {
		rejoined(s, p);
		return;
	}
	if (!s->conn) { /* the client did not wait */
		session_end(s, CLOSE_ABNORMAL, NULL, true);
		return;
	}
	if (p->code) {
		struct conn *conn = s->conn;
		struct attach_refusal why = {.status = 503, .code = p->code, .sentence = p->text, .retry_after = jittered_retry()};

		conn->session = NULL;
		s->conn = NULL;
		refuse(conn, &why);
		session_end(s, CLOSE_TRY_LATER, NULL, true);
		return;
	}
	s->state = SESSION_ATTACHED;
	take_seats(s);
	lane_apply(s, p);
	welcome(s, p->text);
	lane_say_all(s, p);
	session_attach_timer(s);
	counter_add(lane->options.counters, COUNTER_ATTACHES, 1);
	decide(s->conn);
	if (lane->is_draining)
		session_drain(s);
}
