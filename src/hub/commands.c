/* commands - the commands of clients that concern more than their own stream,
 * one row and one function each. */
#include "hub/hub_state.h"

#include "base/xalloc.h"
#include "muster/codes.h"
#include "protocol/json_write.h"
#include "protocol/reply.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_LISTED = 500 };

/* A command under way: what it was, and the post that will answer it. */
struct call {
	struct hub *hub;
	const struct hub_post *from;
	const struct command *command;
	struct lane_post *post;
	struct buffer data; /* the reply's data */
	const char *sentence;
};

static int refuse(struct call *call, int code, const char *sentence)
{
	call->sentence = sentence;
	return code;
}

/* -- identity ------------------------------------------------------------------ */

static int identify(struct call *call)
{
	struct lane_post *post = call->post;
	char **lost = NULL;
	size_t lost_count = 0;
	int code = -core_identify(call->hub->core, &call->from->session, &call->from->who, call->hub->now, &lost, &lost_count);

	if (code)
		return refuse(call, code, "the server has no session of this name");
	post->who = xcalloc(1, sizeof(*post->who));
	identity_copy(post->who, &call->from->who);
	for (size_t i = 0; i < lost_count; i++)
		hub_add_membership(post, lost[i], false, PRESENCE_MODE_NONE);
	for (size_t i = 0; i < lost_count; i++)
		free(lost[i]);
	free(lost);
	return 0;
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

void hub_add_membership(struct lane_post *post, const char *channel, bool is_member, enum presence_mode presence)
{
	post->memberships = xrealloc(post->memberships, (post->membership_count + 1) * sizeof(*post->memberships));
	post->memberships[post->membership_count++] = (struct lane_membership){xstrdup(channel), is_member, presence};
}

static const char *why_not(int code)
{
	switch (code) {
	case CODE_INVALID:
		return "that is not a channel name";
	case CODE_NOT_LOGGED_IN:
		return "log in first";
	case CODE_NOT_AUTHORISED:
		return "may not subscribe to this channel";
	case CODE_OVER_LIMIT:
		return "too many subscriptions";
	default:
		return "could not subscribe";
	}
}

int hub_join(struct hub *hub, const struct session_id *session, const char *channel, enum presence_mode presence,
	struct lane_post *post, struct membership *out, const char **sentence)
{
	int code = -core_subscribe(hub->core, session, channel, presence, hub->now, out);

	if (code) {
		*sentence = why_not(code);
		return code;
	}
	if (!out->has_presence)
		presence = PRESENCE_MODE_NONE;
	hub_add_membership(post, channel, true, presence);
	return 0;
}

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

/* The outcome of one channel: an object, which in a list says its code too. */
static int subscribe_one(struct call *call, const struct command_channel *c)
{
	struct membership m = {0};
	int code = hub_join(call->hub, &call->from->session, c->name, c->presence, call->post, &m, &call->sentence);

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
		if (c->has_since)
			buffer_append_text(&call->data, ",\"recovered\":false");
		if (m.has_presence)
			buffer_printf(&call->data, ",\"users\":%llu", (unsigned long long)m.counts.users);
		if (m.has_presence && c->presence == PRESENCE_MODE_LIST) {
			struct presence_counts counts;

			buffer_append_char(&call->data, ',');
			write_people(call, c->name, "presence", &counts);
		}
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

static int do_publish(struct call *call)
{
	const struct command *c = call->command;
	const struct identity *who = core_identity(call->hub->core, &call->from->session);
	struct publish *m = publish_new();
	int code;

	m->target.kind = TARGET_CHANNEL;
	m->target.channel = xstrdup(c->channels[0].name);
	m->data = xstrndup(c->data, c->data_size);
	m->data_size = c->data_size;
	m->event = xstrdup(c->event);
	m->id = xstrdup(c->id);
	m->from = who ? xstrdup(who->user) : NULL;
	code = hub_publish_client(call->hub, &call->from->session, m);
	publish_unref(m);
	if (code)
		return refuse(call, code, "may not publish to this channel");
	if (c->id) {
		buffer_append_text(&call->data, "{\"id\":");
		json_write_text(&call->data, c->id);
		buffer_append_char(&call->data, '}');
	}
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

static void write_online(struct call *call, const char *user)
{
	enum client_state state;
	uint64_t since;

	json_write_text(&call->data, user);
	if (core_online(call->hub->core, user, &state, &since))
		buffer_printf(&call->data, ":{\"online\":true,\"state\":\"%s\",\"since\":%llu}", state_name(state),
			(unsigned long long)wall_time_of(call->hub, since));
	else
		buffer_append_text(&call->data, ":{\"online\":false}");
}

static int do_online(struct call *call)
{
	const struct command *c = call->command;
	const struct identity *who = core_identity(call->hub->core, &call->from->session);

	if (!who || !who->user)
		return refuse(call, CODE_NOT_LOGGED_IN, "log in first");
	buffer_append_char(&call->data, '{');
	for (size_t i = 0; i < c->user_count; i++) {
		if (i)
			buffer_append_char(&call->data, ',');
		write_online(call, c->users[i]);
	}
	buffer_append_char(&call->data, '}');
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
};

static struct frame *encode_reply(struct call *call, int code)
{
	if (code)
		return reply_error(call->command, code, call->sentence);
	return reply_ok(call->command, call->data.size ? call->data.data : NULL, call->data.size);
}

void hub_do_command(struct hub *hub, struct hub_post *p)
{
	struct call call = {.hub = hub, .from = p, .command = p->command};
	int lane = core_lane(hub->core, &p->session);
	int code;

	buffer_init(&call.data, 0);
	call.post = lane_post_new(LANE_REPLY);
	if (lane < 0) /* it ended while the command was on its way */
		code = refuse(&call, CODE_EXPIRED, "the session has ended");
	else
		code = hub_commands[p->command->kind](&call);
	call.post->session = p->session;
	call.post->request = p->request;
	call.post->index = p->index;
	call.post->frame = encode_reply(&call, code);
	lane_post(hub->lanes[p->lane], call.post);
	buffer_fini(&call.data);
}
