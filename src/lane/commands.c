/* commands - what clients say: one command on a WebSocket, or a batch of them
 * in a POST /send.  The lane answers those that concern its own stream; the
 * others go to the hub, whose replies come back as posts. */
#include "lane/lane_state.h"

#include "base/clock.h"
#include "base/xalloc.h"
#include "protocol/command_parse.h"
#include "protocol/json_scan.h"
#include "protocol/refusal_row.h"
#include "protocol/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_MALFORMED = 10, MALFORMED_WINDOW = 60000 };

/* The replies that a POST /send waits for. */
struct send_batch {
	uint64_t number;
	struct send_request *request; /* NULL: the asker has left */
	unsigned count;
	unsigned answered;
	bool is_array;
	bool has_ended;               /* the session, before all was answered */
	struct frame *replies[];      /* NULL: not yet, or no reply (ack) */
};

static struct send_batch *find_batch(const struct lane *lane, uint64_t number)
{
	return map_find(&lane->sends, &number, sizeof(number));
}

static void batch_free(struct send_batch *b)
{
	for (unsigned i = 0; i < b->count; i++)
		frame_unref(b->replies[i]);
	free(b);
}

static void batch_answer(struct lane *lane, struct send_batch *b, unsigned index, struct frame *f)
{
	if (index >= b->count || b->replies[index])
		return;
	b->replies[index] = f ? frame_ref(f) : NULL;
	if (++b->answered == b->count)
		ring_push_back(&lane->sends_done, b);
}

/* A reply to the session's own connection, or into its place in a batch. */
static void answer(struct session *s, uint64_t request, unsigned index, struct frame *f)
{
	struct send_batch *b;

	if (request == REQUEST_SESSION) {
		if (f && s->state == SESSION_ATTACHED)
			lane_say(s, f);
	} else if ((b = find_batch(s->lane, request))) {
		batch_answer(s->lane, b, index, f);
	}
	frame_unref(f);
}

/* Refused under a reason of its own. */
static void refuse_as(struct session *s, enum counter reason, uint64_t request, unsigned index, struct frame *f)
{
	counter_add(s->lane->options.counters, reason, 1);
	answer(s, request, index, f);
}

/* c: NULL when it is not known what was asked. */
static void refuse(struct session *s, const struct command *c, uint64_t request, unsigned index, int code,
	const char *sentence)
{
	refuse_as(s, refusal_row_of_code(code), request, index, reply_error(c, code, sentence));
}

/* -- commands of the lane ------------------------------------------------------- */

static struct frame *do_ping(struct session *s, const struct command *c)
{
	char data[64];
	int size = snprintf(data, sizeof(data), "{\"time\":%llu}", (unsigned long long)clock_wall());

	(void)s;
	return reply_ok(c, data, (size_t)size);
}

static struct frame *do_ack(struct session *s, const struct command *c)
{
	stream_acknowledge(&s->stream, c->n, session_acknowledged, s);
	return NULL;
}

static struct frame *do_close(struct session *s, const struct command *c)
{
	s->is_leaving = true; /* once the reply is out */
	lane_mark(s);
	return reply_ok(c, NULL, 0);
}

typedef struct frame *lane_command_fn(struct session *s, const struct command *c);

static lane_command_fn *const lane_commands[COMMAND_KINDS] = {
	[COMMAND_PING] = do_ping,
	[COMMAND_ACK] = do_ack,
	[COMMAND_CLOSE] = do_close,
};

/* -- commands of the hub --------------------------------------------------------- */

/* Who the session would be; 0, or a reply code. */
static int authorise_login(struct session *s, const struct command *c, struct identity *who, struct error *err)
{
	const struct authorizer *auth = s->lane->options.authorizer;
	struct credentials shown = {c->token, c->ticket, c->user, c->app, c->device};
	int code = -auth->login(auth, &shown, who, err);

	if (code)
		return code;
	if (!c->app && s->who.app) {
		free(who->app);
		who->app = xstrdup(s->who.app);
	}
	if (!who->device)
		who->device = xstrdup(s->who.device);
	return 0;
}

static void logged_out(const struct session *s, struct identity *who)
{
	who->app = xstrdup(s->who.app);
	who->device = xstrdup(s->who.device);
}

static void ask_hub(struct session *s, struct command **command, uint64_t request, unsigned index)
{
	struct hub_post *p = hub_post_new(HUB_COMMAND, &s->id);
	struct error err = {{0}};
	int code = 0;

	if ((*command)->kind == COMMAND_LOGIN)
		code = authorise_login(s, *command, &p->who, &err);
	else if ((*command)->kind == COMMAND_LOGOUT)
		logged_out(s, &p->who);
	if (code) {
		refuse(s, *command, request, index, code, err.text);
		hub_post_free(p);
		return;
	}
	p->lane = s->lane->options.number;
	p->sid = s->sid;
	p->command = *command;
	*command = NULL;
	p->request = request;
	p->index = index;
	hub_post(s->lane->options.hub, p);
}

/* -- both faces ------------------------------------------------------------------- */

static bool is_too_fast(struct session *s, const struct command *c)
{
	const struct settings *settings = s->lane->options.settings;

	return c->kind != COMMAND_ACK && !rate_take(&s->commands, (unsigned)settings->limits.command_rate,
		(unsigned)settings->limits.command_burst, lane_now(s->lane));
}

static void execute(struct session *s, struct command **command, uint64_t request, unsigned index)
{
	struct command *c = *command;

	s->command_count++;
	if (is_too_fast(s, c)) {
		refuse(s, c, request, index, CODE_TOO_MANY, "too many commands, slow down");
	} else if (c->data_size > s->lane->options.settings->max_message) {
		counter_add(s->lane->options.counters, COUNTER_REFUSED_SIZE, 1);
		refuse(s, c, request, index, CODE_TOO_LARGE, "data is larger than max_message");
	} else if (c->kind == COMMAND_UNKNOWN) {
		refuse(s, c, request, index, CODE_NO_SUCH_COMMAND, "no such command");
	} else if (lane_commands[c->kind]) {
		answer(s, request, index, lane_commands[c->kind](s, c));
	} else {
		ask_hub(s, command, request, index);
	}
}

/* More than a few in a minute end the session. */
static void count_malformed(struct session *s)
{
	uint64_t now = lane_now(s->lane);

	if (!s->malformed || now - s->malformed_since > MALFORMED_WINDOW) {
		s->malformed = 0;
		s->malformed_since = now;
	}
	if (++s->malformed > MAX_MALFORMED)
		lane_doom(s, CLOSE_POLICY);
}

static void parse_and_execute(struct session *s, const char *text, size_t size, uint64_t request, unsigned index)
{
	struct command *c = NULL;
	struct error err = {{0}};
	bool is_malformed = false;
	int code = command_parse(&c, &is_malformed, &err, text, size);

	counter_add(s->lane->options.counters, COUNTER_COMMANDS, 1);
	if (!code) {
		execute(s, &c, request, index);
	} else if (is_malformed) {
		refuse_as(s, COUNTER_COMMANDS_MALFORMED, request, index, reply_error(c, code, err.text));
		count_malformed(s);
	} else {
		refuse(s, c, request, index, code, err.text);
	}
	command_free(c);
}

void lane_command(struct conn *conn, const char *text, size_t size)
{
	struct session *s = conn->session;

	lane_heard(conn);
	if (s && s->state == SESSION_ATTACHED && !s->doom)
		parse_and_execute(s, text, size, REQUEST_SESSION, 0);
}

void lane_reply(struct lane *lane, const struct lane_post *p)
{
	struct session *s = lane_find(lane, &p->session);
	struct send_batch *b;

	if (s) {
		lane_apply(s, p);
		if (p->frame)
			answer(s, p->request, p->index, frame_ref(p->frame));
		lane_say_all(s, p);
	} else if (p->request != REQUEST_SESSION && (b = find_batch(lane, p->request))) {
		b->has_ended = true;
		batch_answer(lane, b, p->index, p->frame);
	}
}

/* -- POST /send --------------------------------------------------------------------- */

static struct send_batch *batch_new(struct lane *lane, struct send_request *request, unsigned count, bool is_array)
{
	struct send_batch *b = xcalloc(1, sizeof(*b) + count * sizeof(b->replies[0]));

	b->number = ++lane->last_send;
	b->request = request;
	b->count = count;
	b->is_array = is_array;
	request->number = b->number;
	map_add(&lane->sends, &b->number, sizeof(b->number), b);
	return b;
}

/* One reply for the whole body: it is no list of commands that we take. */
static void refuse_body(struct session *s, struct send_batch *b, size_t count)
{
	counter_add(s->lane->options.counters, COUNTER_COMMANDS, 1);
	if (count)
		refuse(s, NULL, b->number, 0, CODE_TOO_LARGE, "too many commands in one request, at most 100 are taken");
	else
		refuse(s, NULL, b->number, 0, CODE_INVALID, "an empty list of commands");
}

int lane_send(struct lane *lane, const struct session_sid *sid, const char *body, size_t size,
	struct send_request *request, struct attach_refusal *why)
{
	struct json_span items[MAX_SEND_COMMANDS + 1] = {{body, size}};
	bool is_array = json_is_valid(body, size) && json_is_array(body, size);
	size_t count = is_array ? json_elements(body, size, items, MAX_SEND_COMMANDS + 1) : 1;
	bool is_list = is_array && count > 0 && count <= MAX_SEND_COMMANDS;
	struct session_id id;
	struct session *s;

	session_id_of(&id, sid);
	s = lane_find(lane, &id);
	if (!s || s->state == SESSION_OPENING || s->doom || memcmp(&s->sid, sid, sizeof(*sid)) != 0) {
		lane_refuse_ended(lane, &id, why);
		return -410;
	}
	s->heard = lane_now(lane);
	struct send_batch *b = batch_new(lane, request, is_list ? (unsigned)count : 1, is_list);

	if (is_array && !is_list)
		refuse_body(s, b, count);
	else
		for (unsigned i = 0; i < count; i++)
			parse_and_execute(s, items[i].text, items[i].size, b->number, i);
	return 0;
}

void lane_send_forget(struct lane *lane, struct send_request *request)
{
	struct send_batch *b = find_batch(lane, request->number);

	if (b)
		b->request = NULL;
	request->number = 0;
}

static void write_replies(struct buffer *out, const struct send_batch *b)
{
	bool is_first = true;

	if (b->is_array)
		buffer_append_char(out, '[');
	for (unsigned i = 0; i < b->count; i++) {
		if (!b->replies[i])
			continue;
		if (!is_first)
			buffer_append_char(out, ',');
		buffer_append(out, frame_text(b->replies[i]), b->replies[i]->size);
		is_first = false;
	}
	if (b->is_array)
		buffer_append_char(out, ']');
	else if (is_first)
		buffer_append_text(out, "{}"); /* an ack has no reply */
}

static void tell_asker(struct send_batch *b)
{
	struct send_request *r = b->request;
	struct buffer out;

	buffer_init(&out, 0);
	write_replies(&out, b);
	r->number = 0;
	r->answered(r, b->has_ended ? 410 : 200, out.data, out.size);
	buffer_fini(&out);
}

void lane_answer_sends(struct lane *lane)
{
	unsigned count = lane->sends_done.count;

	while (count--) {
		struct send_batch *b = ring_pop_front(&lane->sends_done);

		map_remove(&lane->sends, &b->number, sizeof(b->number));
		if (b->request)
			tell_asker(b);
		batch_free(b);
	}
}

void lane_free_sends(struct lane *lane)
{
	struct send_batch *b;
	size_t at;

	while (at = 0, (b = map_next(&lane->sends, &at))) {
		map_remove(&lane->sends, &b->number, sizeof(b->number));
		batch_free(b);
	}
	map_fini(&lane->sends);
	ring_fini(&lane->sends_done);
}
