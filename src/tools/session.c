/* session - see session.h.  It is always in one of five states:
 *
 *     PAUSED --due--> ATTACHING --welcome--> ATTACHED --leave--> LEAVING --> OVER
 *        ^----------------'---- lost ----------'
 *
 * After the first welcome of a session comes its setup: login, then all
 * subscriptions, then a note that it is ready. */
#include "tools/session.h"

#include "base/random.h"
#include "base/xalloc.h"
#include "protocol/json_scan.h"
#include "protocol/json_write.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	PAUSE_MIN = 250,
	PAUSE_MAX = 10000,
	ACK_EVERY = 64,
	ACK_AFTER = 5000,
	CODE_SUCCESS = 200,
};

enum session_state { SESSION_PAUSED, SESSION_ATTACHING, SESSION_ATTACHED, SESSION_LEAVING, SESSION_OVER };

struct session {
	const struct session_options *options;
	struct session_hooks hooks;
	enum session_state state;
	struct position position;
	struct attachment *attachment;
	bool attachment_ended;  /* to be freed at the next turn */
	char *query;            /* of every attach */
	uint64_t attach_at;     /* PAUSED */
	unsigned losses;        /* in a row */
	bool is_set_up;
	size_t subscriptions_open; /* asked for, not answered */
	uint64_t acknowledged;
	uint64_t acknowledge_at;
	uint64_t now;           /* of the turn */
	unsigned seq;
};

static void __attribute__((format(printf, 2, 3)))
note(struct session *s, const char *format, ...)
{
	char text[700];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	s->hooks.on_note(s->hooks.context, text);
}

static void end_session(struct session *s, const char *why)
{
	if (s->state == SESSION_OVER)
		return;
	s->state = SESSION_OVER;
	s->hooks.on_over(s->hooks.context, why);
}

/* Channels can be joined with the attach itself, unless something has to be
 * said first or besides. */
static bool has_setup(const struct session_options *o)
{
	return o->user || (o->presence && o->channel_count);
}

static void add_parameter(struct buffer *query, const char *name, const char *value)
{
	if (value)
		url_write_parameter(query, name, value, query->size > 0);
}

static char *make_query(const struct session_options *o)
{
	struct buffer query;

	buffer_init(&query, 0);
	add_parameter(&query, "app", o->app);
	add_parameter(&query, "device", o->device);
	for (size_t i = 0; i < o->channel_count && !has_setup(o); i++)
		add_parameter(&query, "channel", o->channels[i]);
	return buffer_steal(&query, NULL);
}

struct session *session_new(const struct session_options *options, const struct session_hooks *hooks)
{
	struct session *s = xcalloc(1, sizeof *s);

	s->options = options;
	s->hooks = *hooks;
	s->query = make_query(options);
	s->attach_at = 1;
	return s;
}

void session_free(struct session *s)
{
	if (!s)
		return;
	attachment_free(s->attachment);
	free(s->query);
	free(s);
}

/* {"seq":1,"cmd":"login","data":{ .. what follows up to send_command(). */
static void begin_command(struct session *s, struct buffer *out, const char *name)
{
	buffer_init(out, 0);
	buffer_printf(out, "{\"seq\":%u,\"cmd\":\"%s\",\"data\":{", ++s->seq, name);
}

static void add_member(struct buffer *out, const char *name, const char *value)
{
	if (!value)
		return;
	if (out->data[out->size - 1] != '{')
		buffer_append_char(out, ',');
	json_write_text(out, name);
	buffer_append_char(out, ':');
	json_write_text(out, value);
}

static void send_command(struct session *s, struct buffer *out)
{
	buffer_append_text(out, "}}");
	attachment_send(s->attachment, out->data, out->size);
	buffer_fini(out);
}

static void log_in(struct session *s)
{
	struct buffer out;

	begin_command(s, &out, "login");
	add_member(&out, "user", s->options->user);
	add_member(&out, "app", s->options->app);
	add_member(&out, "device", s->options->device);
	send_command(s, &out);
}

static void be_ready(struct session *s)
{
	s->is_set_up = true;
	note(s, "ready");
}

static void subscribe(struct session *s)
{
	struct buffer out;

	for (size_t i = 0; i < s->options->channel_count; i++) {
		begin_command(s, &out, "subscribe");
		add_member(&out, "channel", s->options->channels[i]);
		add_member(&out, "presence", s->options->presence);
		send_command(s, &out);
	}
	s->subscriptions_open = s->options->channel_count;
	if (s->subscriptions_open == 0)
		be_ready(s);
}

static void set_up(struct session *s)
{
	if (!has_setup(s->options))
		be_ready(s);
	else if (s->options->user)
		log_in(s);
	else
		subscribe(s);
}

static void acknowledge(struct session *s)
{
	struct buffer out;

	buffer_init(&out, 0);
	buffer_printf(&out, "{\"cmd\":\"ack\",\"data\":{\"n\":%" PRIu64, s->position.n);
	send_command(s, &out);
	s->acknowledged = s->position.n;
	s->acknowledge_at = 0;
}

/* The clock of the turn is at most one wait old, which is fine for an ack. */
static void count_to(struct session *s, uint64_t n)
{
	s->position.n = n;
	if (transport_acknowledges(s->options->transport) || n == s->acknowledged)
		return;
	if (n - s->acknowledged >= ACK_EVERY)
		acknowledge(s);
	else if (!s->acknowledge_at)
		s->acknowledge_at = s->now + ACK_AFTER;
}

static struct json_span member(struct json_span object, const char *name)
{
	return json_member(object.text, object.size, name);
}

static void take_sid(struct session *s, struct json_span object)
{
	char *sid = json_label(member(object, "sid"), SID_TEXT, SID_TEXT);

	if (sid)
		memcpy(s->position.sid, sid, sizeof s->position.sid);
	free(sid);
}

static void be_attached(struct session *s, uint64_t n)
{
	s->position.n = s->acknowledged = n;
	s->losses = 0;
	if (s->state == SESSION_ATTACHING)
		s->state = SESSION_ATTACHED;
}

/* Of welcome and resumed. */
static void take_welcome(struct session *s, struct json_span push)
{
	uint64_t n = 0;

	take_sid(s, push);
	json_unsigned(&n, member(push, "n"));
	be_attached(s, n);
}

static bool is_numbered(struct json_span kind)
{
	static const char *const numbered[] = {"msg", "presence", "count", "gap", "online"};

	for (size_t i = 0; i < sizeof numbered / sizeof *numbered; i++)
		if (json_string_is(kind, numbered[i]))
			return true;
	return false;
}

/* Whether the server wants this client back is in the kick; forget the
 * session, which is over either way. */
static void take_kick(struct session *s, struct json_span push)
{
	bool reconnect = false;

	json_boolean(&reconnect, member(push, "reconnect"));
	s->position.sid[0] = '\0';
	if (!reconnect)
		end_session(s, "the server ended the session");
}

static void take_push(struct session *s, struct json_span push)
{
	struct json_span kind = member(push, "push");
	bool is_welcome = json_string_is(kind, "welcome");

	if (is_welcome || json_string_is(kind, "resumed"))
		take_welcome(s, push);
	if (is_welcome)
		s->is_set_up = false;
	s->hooks.on_push(s->hooks.context, push.text, push.size);
	if (!transport_counts(s->options->transport) && is_numbered(kind))
		count_to(s, s->position.n + 1);
	if (json_string_is(kind, "kick"))
		take_kick(s, push);
	if (s->state == SESSION_ATTACHED && !s->is_set_up &&
	    (is_welcome || json_string_is(kind, "resumed")))
		set_up(s);
}

static void take_login(struct session *s, struct json_span reply, uint64_t code, const char *error)
{
	char text[300];

	if (code == CODE_SUCCESS) {
		take_sid(s, member(reply, "data"));
		subscribe(s);
		return;
	}
	snprintf(text, sizeof text, "the login was refused: %s (code %" PRIu64 ")", error, code);
	end_session(s, text);
}

static void take_subscribe(struct session *s, uint64_t code, const char *error)
{
	if (code != CODE_SUCCESS)
		note(s, "a subscription was refused: %s (code %" PRIu64 ")", error, code);
	if (s->subscriptions_open && --s->subscriptions_open == 0)
		be_ready(s);
}

static void take_reply(struct session *s, struct json_span reply)
{
	struct json_span command = member(reply, "cmd");
	char *error = json_label(member(reply, "error"), 1, 200);
	uint64_t code = 0;

	json_unsigned(&code, member(reply, "code"));
	if (json_string_is(command, "login"))
		take_login(s, reply, code, error ? error : "no reason given");
	else if (json_string_is(command, "subscribe"))
		take_subscribe(s, code, error ? error : "no reason given");
	else if (json_string_is(command, "close"))
		end_session(s, "closed");
	else if (code != CODE_SUCCESS)
		note(s, "refused: %s (code %" PRIu64 ")", error ? error : "no reason given", code);
	free(error);
}

static void on_object(void *context, const char *text, size_t size)
{
	struct session *s = context;
	struct json_span object = {text, size};

	if (s->state == SESSION_OVER)
		return;
	if (member(object, "push").text)
		take_push(s, object);
	else
		take_reply(s, object);
}

/* A poll that resumes is answered by what is new, without a word of welcome. */
static void on_position(void *context, uint64_t n)
{
	struct session *s = context;

	if (s->state == SESSION_ATTACHED) {
		count_to(s, n);
	} else if (s->state == SESSION_ATTACHING) {
		be_attached(s, n);
		if (!s->is_set_up)
			set_up(s);
	}
}

/* Half of the pause is chance, so that many clients do not come at once. */
static uint64_t pause_time(const struct session *s)
{
	uint64_t pause = PAUSE_MAX;

	if (s->losses < 6 && (uint64_t)PAUSE_MIN << s->losses < PAUSE_MAX)
		pause = (uint64_t)PAUSE_MIN << s->losses;
	return pause / 2 + random_below(pause / 2);
}

static void pause_session(struct session *s, const char *why)
{
	uint64_t pause = pause_time(s);

	s->losses++;
	s->state = SESSION_PAUSED;
	s->attach_at = s->now + pause;
	s->acknowledge_at = 0;
	note(s, "%s; trying again", why);
}

static void on_end(void *context, const struct attachment_end *end)
{
	struct session *s = context;

	s->attachment_ended = true;
	if (s->state == SESSION_OVER)
		return;
	if (end->verdict == ATTACHMENT_OVER || s->state == SESSION_LEAVING) {
		end_session(s, end->why);
		return;
	}
	if (end->verdict == ATTACHMENT_RENEW)
		s->position.sid[0] = '\0';
	pause_session(s, end->why);
}

static void attach(struct session *s, struct client_loop *loop)
{
	const struct attachment_options options = {
		.loop = loop, .url = &s->options->url, .query = s->query, .position = &s->position,
		.hooks = {s, on_object, on_position, on_end},
	};
	struct error err;

	s->state = SESSION_ATTACHING;
	s->attachment = attachment_start(s->options->transport, &options, &err);
	if (!s->attachment)
		pause_session(s, err.text);
}

void session_turn(struct session *s, struct client_loop *loop, uint64_t now)
{
	s->now = now;
	if (s->attachment_ended) {
		attachment_free(s->attachment);
		s->attachment = NULL;
		s->attachment_ended = false;
	}
	if (s->state == SESSION_PAUSED && now >= s->attach_at)
		attach(s, loop);
	if (s->state == SESSION_ATTACHED && s->acknowledge_at && now >= s->acknowledge_at)
		acknowledge(s);
}

uint64_t session_due(const struct session *s)
{
	if (s->state == SESSION_PAUSED)
		return s->attach_at;
	return s->state == SESSION_ATTACHED ? s->acknowledge_at : 0;
}

void session_leave(struct session *s)
{
	struct buffer out;

	if (s->state != SESSION_ATTACHED) {
		end_session(s, "closed");
		return;
	}
	s->state = SESSION_LEAVING;
	begin_command(s, &out, "close");
	send_command(s, &out);
}

