/* commands - the commands of clients that concern more than their own stream,
 * one row and one function each. */
#include "hub/hub_state.h"
#include "hub/job.h"
#include "hub/mailboxes.h"
#include "hub/topics.h"

#include "base/xalloc.h"
#include "muster/codes.h"
#include "protocol/json_write.h"
#include "protocol/refusal_row.h"
#include "protocol/reply.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_LISTED = 500 };

/* A command under way: what it was, and the post that will answer it. */
struct call {
	struct hub *hub;
	const struct hub_post *from;
	const struct command *command;
	const struct store_outcome *mail;
	struct lane_post *post;
	struct buffer data; /* the reply's data */
	const char *sentence;
	unsigned lane;
	struct command *heading; /* of a late one, its own */
	bool is_late; /* the reply comes when the message is where it belongs */
};

static int refuse(struct call *call, int code, const char *sentence)
{
	call->sentence = sentence;
	return code;
}

/* -- the reply ------------------------------------------------------------------ */

static void send_reply(struct call *call, int code)
{
	const struct buffer *data = &call->data;

	if (code)
		counter_add(call->hub->options.counters, refusal_row_of_code(code), 1);
	call->post->frame = code ? reply_error(call->command, code, call->sentence)
				 : reply_ok(call->command, data->size ? data->data : NULL, data->size);
	if (call->hub->lanes)
		lane_post(call->hub->lanes[call->lane], call->post);
	else /* everything ends */
		lane_post_free(call->post);
	buffer_fini(&call->data);
}

/* Of a call that was made late. */
static void call_answer(struct call *call, int code)
{
	send_reply(call, code);
	command_free(call->heading);
	free(call);
}

/* What a reply needs of its command. */
static struct command *heading_of(const struct command *c)
{
	struct command *heading = xcalloc(1, sizeof(*heading));

	memcpy(heading->name, c->name, sizeof(c->name));
	memcpy(heading->seq, c->seq, sizeof(c->seq));
	heading->kind = c->kind;
	return heading;
}

/* -- identity ------------------------------------------------------------------ */

static void drop_lost(struct call *call, char **lost, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		hub_add_membership(call->post, lost[i], false, PRESENCE_MODE_NONE);
		free(lost[i]);
	}
	free(lost);
}

static bool is_user(const struct identity *who, const char *user)
{
	return who->user && user && strcmp(who->user, user) == 0;
}

/* The session is somebody else: what its former user had not acknowledged goes
 * back, what waits for the new one comes with the reply. */
static int identify(struct call *call)
{
	const struct session_id *session = &call->from->session;
	const struct identity *who = &call->from->who, *before = core_identity(call->hub->core, session);
	char *former = before && before->user && !is_user(who, before->user) ? xstrdup(before->user) : NULL;
	char **lost = NULL;
	size_t lost_count = 0;
	int code = -core_identify(call->hub->core, session, who, call->hub->now, &lost, &lost_count);

	if (!code) {
		call->post->who = xcalloc(1, sizeof(*call->post->who));
		identity_copy(call->post->who, who);
		drop_lost(call, lost, lost_count);
		if (former)
			mailboxes_left(call->hub, session, former);
		if (who->user)
			mailboxes_hand(call->hub, session, who, call->mail, call->post);
	}
	free(former);
	return code ? refuse(call, code, "the session has ended") : 0;
}

static int do_login(struct call *call)
{
	const struct identity *who = &call->from->who;
	char sid[SID_TEXT + 1];
	int code = identify(call);

	if (code)
		return code;
	session_sid_format(sid, &call->from->sid);
	buffer_append_text(&call->data, "{\"user\":");
	json_write_text(&call->data, who->user);
	buffer_append_text(&call->data, ",\"app\":");
	json_write_text(&call->data, who->app);
	buffer_printf(&call->data, ",\"sid\":\"%s\"}", sid);
	return 0;
}

static int do_logout(struct call *call)
{
	const struct identity *who = core_identity(call->hub->core, &call->from->session);

	if (!who || !who->user)
		return refuse(call, CODE_NOT_LOGGED_IN, "nobody is logged in");
	return identify(call);
}

/* -- channels ------------------------------------------------------------------- */

static const char *state_name(enum client_state state)
{
	static const char *const names[] = {"active", "idle", "hidden"};

	return names[state];
}

static uint64_t wall_time_of(const struct hub *hub, uint64_t then)
{
	return hub->now_wall - (hub->now - then);
}

struct person_list {
	const struct hub *hub;
	struct buffer *out;
	bool is_first;
};

static void write_person(void *context, const char *user, const char *app, uint64_t since, enum client_state state)
{
	struct person_list *list = context;

	buffer_append_text(list->out, list->is_first ? "{\"user\":" : ",{\"user\":");
	json_write_text(list->out, user);
	buffer_append_text(list->out, ",\"app\":");
	json_write_text(list->out, app);
	buffer_printf(list->out, ",\"since\":%llu,\"state\":\"%s\"}",
		(unsigned long long)wall_time_of(list->hub, since), state_name(state));
	list->is_first = false;
}

static void write_people(struct call *call, const char *channel, const char *key, struct presence_counts *counts)
{
	struct person_list list = {call->hub, &call->data, true};

	buffer_printf(&call->data, "\"%s\":[", key);
	core_presence(call->hub->core, channel, MAX_LISTED, write_person, &list, counts);
	buffer_append_char(&call->data, ']');
}

static void write_joined(struct call *call, const struct command_channel *c, const struct joined *j)
{
	const struct membership *m = &j->membership;

	if (j->topic) {
		struct push_position at = topic_position(j->topic);

		buffer_printf(&call->data, ",\"epoch\":\"%s\",\"offset\":%llu", at.epoch, (unsigned long long)at.offset);
	}
	if (j->topic || c->since.kind != SINCE_NOW)
		buffer_printf(&call->data, ",\"recovered\":%s", j->is_recovered ? "true" : "false");
	if (!m->has_presence)
		return;
	buffer_printf(&call->data, ",\"users\":%llu", (unsigned long long)m->counts.users);
	if (c->presence == PRESENCE_MODE_COUNT)
		buffer_printf(&call->data, ",\"devices\":%llu,\"sessions\":%llu", (unsigned long long)m->counts.devices,
			(unsigned long long)m->counts.sessions);
	if (c->presence == PRESENCE_MODE_LIST) {
		struct presence_counts counts;

		buffer_append_char(&call->data, ',');
		write_people(call, c->name, "presence", &counts);
	}
}

/* The outcome of one channel: an object, which in a list says its code too. */
static int subscribe_one(struct call *call, const struct command_channel *c)
{
	struct joined joined = {0};
	int code = hub_join(call->hub, &call->from->session, c, call->post, &joined, &call->sentence);

	if (code && !call->command->is_list)
		return code;
	buffer_append_text(&call->data, "{\"channel\":");
	json_write_text(&call->data, c->name);
	if (call->command->is_list)
		buffer_printf(&call->data, ",\"code\":%d", code ? code : CODE_OK);
	if (code) {
		buffer_append_text(&call->data, ",\"error\":");
		json_write_text(&call->data, call->sentence);
	} else {
		write_joined(call, c, &joined);
	}
	buffer_append_char(&call->data, '}');
	return 0;
}

static int unsubscribe_one(struct call *call, const struct command_channel *c)
{
	int code = -core_unsubscribe(call->hub->core, &call->from->session, c->name, call->hub->now);

	if (!code)
		hub_add_membership(call->post, c->name, false, PRESENCE_MODE_NONE);
	if (!call->command->is_list)
		return code ? refuse(call, code, "not subscribed to this channel") : 0;
	buffer_append_text(&call->data, "{\"channel\":");
	json_write_text(&call->data, c->name);
	buffer_printf(&call->data, ",\"code\":%d}", code ? code : CODE_OK);
	return 0;
}

static int each_channel(struct call *call, int (*one)(struct call *call, const struct command_channel *c))
{
	const struct command *command = call->command;
	int code;

	if (!command->is_list)
		return one(call, &command->channels[0]);
	for (size_t i = 0; i < command->channel_count; i++) {
		buffer_append_char(&call->data, i ? ',' : '[');
		if ((code = one(call, &command->channels[i])))
			return code;
	}
	buffer_append_char(&call->data, ']');
	return 0;
}

static int do_subscribe(struct call *call)
{
	return each_channel(call, subscribe_one);
}

static int do_unsubscribe(struct call *call)
{
	return each_channel(call, unsubscribe_one);
}

static struct publish *make_message(struct call *call)
{
	const struct command *c = call->command;
	const struct identity *who = core_identity(call->hub->core, &call->from->session);
	struct publish *m = publish_new();

	m->target.kind = TARGET_CHANNEL;
	m->target.channel = xstrdup(c->channels[0].name);
	m->data = xstrndup(c->data, c->data_size);
	m->data_size = c->data_size;
	m->event = xstrdup(c->event);
	m->id = xstrdup(c->id);
	m->from = who ? xstrdup(who->user) : NULL;
	return m;
}

/* {"id":"..","offset":17}, of what there is. */
static void write_published(struct buffer *out, const struct job *job)
{
	buffer_append_char(out, '{');
	if (job->message->id) {
		buffer_append_text(out, "\"id\":");
		json_write_text(out, job->message->id);
	}
	if (job->offset)
		buffer_printf(out, "%s\"offset\":%llu", job->message->id ? "," : "", (unsigned long long)job->offset);
	buffer_append_char(out, '}');
}

static const char *why_not_published(int code)
{
	if (code == CODE_COULD_NOT_STORE)
		return "the message could not be stored";
	return code == CODE_OVER_LIMIT ? "too many channels" : "may not publish to this channel";
}

static void published(struct job *job, int code)
{
	struct call *call = job->context;

	if (!code)
		write_published(&call->data, job);
	else
		refuse(call, code, why_not_published(code));
	call_answer(call, code);
}

/* The call outlives this function. */
static int do_publish(struct call *call)
{
	struct call *late = xmalloc(sizeof(*late));
	struct publish *m = make_message(call);

	*late = *call;
	late->from = NULL;
	late->heading = heading_of(call->command);
	late->command = late->heading;
	call->is_late = true;
	job_start(call->hub, m, &call->from->session, published, late);
	publish_unref(m);
	return 0;
}

static int do_history(struct call *call)
{
	const struct command_channel *c = &call->command->channels[0];
	int code;

	if (!core_is_member(call->hub->core, &call->from->session, c->name))
		return refuse(call, CODE_NOT_AUTHORISED, "only members may read a channel's history");
	code = hub_write_history(call->hub, &call->data, c->name, &c->since, call->command->limit);
	return code ? refuse(call, code, hub_why_no_history(code)) : 0;
}

static int do_receipt(struct call *call)
{
	const struct identity *who = core_identity(call->hub->core, &call->from->session);
	char id[SESSION_ID_TEXT + 1];
	struct buffer event;

	session_id_format(id, &call->from->session);
	buffer_init(&event, 0);
	buffer_append_text(&event, "{\"message\":");
	json_write_text(&event, call->command->id);
	if (who && who->user) {
		buffer_append_text(&event, ",\"user\":");
		json_write_text(&event, who->user);
	}
	buffer_printf(&event, ",\"id\":\"%s\"}", id);
	bus_tell(call->hub->options.bus, "receipt", event.data, event.size, call->hub->now_wall);
	counter_add(call->hub->options.counters, COUNTER_RECEIPTS, 1);
	buffer_fini(&event);
	return 0;
}

/* -- presence ------------------------------------------------------------------- */

static int do_presence(struct call *call)
{
	const char *channel = call->command->channels[0].name;
	struct presence_counts counts = {0};

	if (!core_is_member(call->hub->core, &call->from->session, channel))
		return refuse(call, CODE_NOT_AUTHORISED, "only members see who is in a channel");
	if (!core_has_presence(call->hub->core, channel))
		return refuse(call, CODE_NOT_AUTHORISED, "this channel shows no presence");
	buffer_append_char(&call->data, '{');
	write_people(call, channel, "users", &counts);
	buffer_printf(&call->data, ",\"count\":%llu}", (unsigned long long)counts.users);
	return 0;
}

static void write_online(struct hub *hub, struct buffer *out, const char *user)
{
	enum client_state state;
	uint64_t since;

	json_write_text(out, user);
	if (core_online(hub->core, user, &state, &since))
		buffer_printf(out, ":{\"online\":true,\"state\":\"%s\",\"since\":%llu}", state_name(state),
			(unsigned long long)wall_time_of(hub, since));
	else
		buffer_append_text(out, ":{\"online\":false}");
}

void hub_write_online(struct hub *hub, struct buffer *out, char *const *users, size_t count)
{
	buffer_append_char(out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_append_char(out, ',');
		write_online(hub, out, users[i]);
	}
	buffer_append_char(out, '}');
}

static int do_online(struct call *call)
{
	const struct command *c = call->command;
	const struct identity *who = core_identity(call->hub->core, &call->from->session);

	if (!who || !who->user)
		return refuse(call, CODE_NOT_LOGGED_IN, "log in first");
	hub_write_online(call->hub, &call->data, c->users, c->user_count);
	return 0;
}

static int do_state(struct call *call)
{
	core_set_state(call->hub->core, &call->from->session, call->command->state, call->hub->now);
	return 0;
}

/* -- the table ------------------------------------------------------------------- */

typedef int hub_command_fn(struct call *call);

static hub_command_fn *const hub_commands[COMMAND_KINDS] = {
	[COMMAND_LOGIN] = do_login,
	[COMMAND_LOGOUT] = do_logout,
	[COMMAND_SUBSCRIBE] = do_subscribe,
	[COMMAND_UNSUBSCRIBE] = do_unsubscribe,
	[COMMAND_PUBLISH] = do_publish,
	[COMMAND_PRESENCE] = do_presence,
	[COMMAND_ONLINE] = do_online,
	[COMMAND_STATE] = do_state,
	[COMMAND_HISTORY] = do_history,
	[COMMAND_RECEIPT] = do_receipt,
};

void hub_do_command(struct hub *hub, const struct hub_post *p, const struct store_outcome *mail)
{
	struct call call = {.hub = hub, .from = p, .command = p->command, .mail = mail, .lane = p->lane};
	int code;

	buffer_init(&call.data, 0);
	call.post = lane_post_new(LANE_REPLY);
	call.post->session = p->session;
	call.post->request = p->request;
	call.post->index = p->index;
	if (core_lane(hub->core, &p->session) < 0) /* it ended while the command was on its way */
		code = refuse(&call, CODE_EXPIRED, "the session has ended");
	else
		code = hub_commands[p->command->kind](&call);
	if (!call.is_late)
		send_reply(&call, code);
}
