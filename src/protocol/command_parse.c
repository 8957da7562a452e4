/* command_parse - a table of commands, each with a function that reads its
 * data.  A member that is null counts as absent. */
#include "protocol/command_parse.h"

#include "base/utf8.h"
#include "base/xalloc.h"
#include "muster/target.h"
#include "protocol/json_scan.h"
#include "protocol/since_parse.h"

#include <stdlib.h>
#include <string.h>

static struct json_span member(struct json_span object, const char *name)
{
	struct json_span value = json_member(object.text, object.size, name);

	return json_is_null(value) ? (struct json_span){NULL, 0} : value;
}

static int invalid(struct error *err, const char *name, const char *expected)
{
	return error_set(err, CODE_INVALID, "%s must be %s", name, expected);
}

/* An optional string of 1 to max bytes without control characters. */
static int take_label(char **out, struct json_span data, const char *name, size_t max, struct error *err)
{
	struct json_span value = member(data, name);

	if (value.text == NULL)
		return 0;
	*out = json_label(value, 1, max);
	if (*out == NULL)
		return error_set(err, CODE_INVALID, "%s must be a string of 1 to %zu bytes without control characters",
			name, max);
	return 0;
}

static int take_app(struct command *c, struct json_span data, struct error *err)
{
	struct json_span value = member(data, "app");

	if (value.text == NULL || !json_is_integer(value))
		return take_label(&c->app, data, "app", MAX_APP, err);
	if (value.size > MAX_APP)
		return invalid(err, "app", "at most 64 digits");
	c->app = xstrndup(value.text, value.size);
	return 0;
}

static int take_user(struct command *c, struct json_span data, struct error *err)
{
	struct json_span value = member(data, "user");

	if (value.text == NULL)
		return 0;
	c->user = json_label(value, 1, MAX_USER);
	if (c->user == NULL)
		return error_set(err, CODE_INVALID_USER, "user must be a string of 1 to %d bytes without control characters",
			MAX_USER);
	return 0;
}

static int parse_nothing(struct command *c, struct json_span data, struct error *err)
{
	(void)c, (void)data, (void)err;
	return 0;
}

static int parse_login(struct command *c, struct json_span data, struct error *err)
{
	int code = take_label(&c->token, data, "token", MAX_TOKEN, err);

	if (code == 0)
		code = take_label(&c->ticket, data, "ticket", MAX_TOKEN, err);
	if (code == 0)
		code = take_user(c, data, err);
	if (code == 0)
		code = take_app(c, data, err);
	if (code == 0)
		code = take_label(&c->device, data, "device", MAX_DEVICE, err);
	if (code == 0 && c->token == NULL && c->ticket == NULL && c->user == NULL)
		code = error_set(err, CODE_INVALID, "login needs a token, a ticket or a user");
	return code;
}

static int take_presence(enum presence_mode *mode, struct json_span data, struct error *err)
{
	struct json_span value = member(data, "presence");

	if (value.text == NULL)
		return 0;
	if (json_string_is(value, "list"))
		*mode = PRESENCE_MODE_LIST;
	else if (json_string_is(value, "count"))
		*mode = PRESENCE_MODE_COUNT;
	else
		return invalid(err, "presence", "\"list\" or \"count\"");
	return 0;
}

/* The next of c->channels, which has room for it. */
static int add_channel(struct command *c, struct json_span data, struct error *err)
{
	struct command_channel *slot = &c->channels[c->channel_count];
	char *name = json_label(member(data, "channel"), 1, MAX_CHANNEL);
	int code;

	if (name == NULL || !channel_name_is_valid(name, strlen(name))) {
		free(name);
		return error_set(err, CODE_INVALID, "channel must be a string of 1 to %d bytes without spaces and control "
			"characters, not beginning with '$' but for $all and $app/<app>", MAX_CHANNEL);
	}
	*slot = (struct command_channel){.name = name};
	c->channel_count++;
	code = take_presence(&slot->presence, data, err);
	return code == 0 ? since_parse(&slot->since, member(data, "since"), err) : code;
}

static int parse_channel(struct command *c, struct json_span data, struct error *err)
{
	c->channels = xcalloc(1, sizeof(*c->channels));
	return add_channel(c, data, err);
}

static int add_channels(struct command *c, struct json_span list, struct error *err)
{
	struct json_span items[MAX_COMMAND_CHANNELS];
	size_t count = json_elements(list.text, list.size, items, MAX_COMMAND_CHANNELS);
	int code = 0;

	if (count < 1 || count > MAX_COMMAND_CHANNELS)
		return error_set(err, CODE_INVALID, "channels must be a list of 1 to %d objects", MAX_COMMAND_CHANNELS);
	c->is_list = true;
	c->channels = xcalloc(count, sizeof(*c->channels));
	for (size_t i = 0; i < count && code == 0; i++)
		code = add_channel(c, items[i], err);
	return code;
}

static int parse_subscribe(struct command *c, struct json_span data, struct error *err)
{
	struct json_span list = member(data, "channels");

	if (list.text == NULL)
		return parse_channel(c, data, err);
	if (member(data, "channel").text != NULL)
		return error_set(err, CODE_INVALID, "give channel or channels, not both");
	return add_channels(c, list, err);
}

static int parse_publish(struct command *c, struct json_span data, struct error *err)
{
	struct json_span payload = json_member(data.text, data.size, "data"); /* null is a payload */
	int code = parse_channel(c, data, err);

	if (code == 0 && payload.text == NULL)
		code = error_set(err, CODE_INVALID, "publish needs data");
	if (code == 0)
		code = take_label(&c->event, data, "event", MAX_EVENT, err);
	if (code == 0)
		code = take_label(&c->id, data, "id", MAX_MESSAGE_ID, err);
	if (code != 0)
		return code;
	c->data = json_single_line(payload.text, payload.size);
	c->data_size = payload.size;
	return 0;
}

static int add_users(struct command *c, struct json_span list, struct error *err)
{
	struct json_span items[MAX_COMMAND_USERS];
	size_t count = json_elements(list.text, list.size, items, MAX_COMMAND_USERS);

	if (count < 1 || count > MAX_COMMAND_USERS)
		return error_set(err, CODE_INVALID, "users must be a list of 1 to %d user names", MAX_COMMAND_USERS);
	c->users = xcalloc(count, sizeof(*c->users));
	for (size_t i = 0; i < count; i++) {
		char *user = json_label(items[i], 1, MAX_USER);

		if (user == NULL)
			return error_set(err, CODE_INVALID_USER, "users must be strings of 1 to %d bytes without control "
				"characters", MAX_USER);
		c->users[c->user_count++] = user;
	}
	return 0;
}

static int parse_online(struct command *c, struct json_span data, struct error *err)
{
	struct json_span value = member(data, "watch");
	bool watch = false;

	if (value.text != NULL && json_boolean(&watch, value) < 0)
		return invalid(err, "watch", "true or false");
	if (watch)
		return error_set(err, CODE_INVALID, "watch is not available");
	return add_users(c, member(data, "users"), err);
}

/* "idle", or {"state":"idle"} */
static int parse_state(struct command *c, struct json_span data, struct error *err)
{
	static const char *const names[] = {
		[STATE_ACTIVE] = "active", [STATE_IDLE] = "idle", [STATE_HIDDEN] = "hidden",
	};
	struct json_span value = json_is_string(data) ? data : member(data, "state");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (json_string_is(value, names[i])) {
			c->state = (enum client_state)i;
			return 0;
		}
	}
	return invalid(err, "state", "\"active\", \"idle\" or \"hidden\"");
}

static int parse_ack(struct command *c, struct json_span data, struct error *err)
{
	struct json_span value = member(data, "n");

	if (value.text == NULL || json_unsigned(&c->n, value) < 0)
		return invalid(err, "n", "a whole number, 0 or more");
	return 0;
}

static int parse_history(struct command *c, struct json_span data, struct error *err)
{
	struct json_span value = member(data, "limit");
	int code = parse_channel(c, data, err);

	c->limit = HISTORY_PAGE;
	if (code != 0 || value.text == NULL)
		return code;
	return history_limit_parse(&c->limit, value, err);
}

static int parse_receipt(struct command *c, struct json_span data, struct error *err)
{
	int code = take_label(&c->id, data, "id", MAX_MESSAGE_ID, err);

	if (code == 0 && c->id == NULL)
		code = error_set(err, CODE_INVALID, "receipt needs the id of a message");
	return code;
}

static const struct row {
	const char *name;
	enum command_kind kind;
	int (*parse)(struct command *c, struct json_span data, struct error *err);
} rows[] = {
	{"ping", COMMAND_PING, parse_nothing},
	{"login", COMMAND_LOGIN, parse_login},
	{"logout", COMMAND_LOGOUT, parse_nothing},
	{"subscribe", COMMAND_SUBSCRIBE, parse_subscribe},
	{"unsubscribe", COMMAND_UNSUBSCRIBE, parse_channel},
	{"publish", COMMAND_PUBLISH, parse_publish},
	{"presence", COMMAND_PRESENCE, parse_channel},
	{"online", COMMAND_ONLINE, parse_online},
	{"state", COMMAND_STATE, parse_state},
	{"ack", COMMAND_ACK, parse_ack},
	{"close", COMMAND_CLOSE, parse_nothing},
	{"history", COMMAND_HISTORY, parse_history},
	{"receipt", COMMAND_RECEIPT, parse_receipt},
};

static int take_seq(struct command *c, struct json_span seq, struct error *err)
{
	if (seq.text == NULL || json_is_null(seq))
		return 0;
	if ((!json_is_number(seq) && !json_is_string(seq)) || seq.size > MAX_SEQ)
		return error_set(err, CODE_INVALID, "seq must be a number or a string, at most %d bytes of JSON", MAX_SEQ);
	memcpy(c->seq, seq.text, seq.size);
	c->seq[seq.size] = '\0';
	return 0;
}

/* For the reply: what fits, not cut within a character. */
static void copy_name(struct command *c, const char *name)
{
	size_t size = strnlen(name, sizeof(c->name) - 1);

	while (size > 0 && !utf8_is_valid(name, size))
		size--;
	memcpy(c->name, name, size);
	c->name[size] = '\0';
}

static int take_name(struct command *c, struct json_span cmd, struct error *err)
{
	size_t size;
	char *name = cmd.text != NULL ? json_string(cmd, &size) : NULL;

	if (name == NULL)
		return invalid(err, "cmd", "the name of a command");
	copy_name(c, name);
	free(name);
	return 0;
}

static int parse_data(struct command *c, struct json_span cmd, struct json_span data, struct error *err)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (json_string_is(cmd, rows[i].name)) {
			c->kind = rows[i].kind;
			return rows[i].parse(c, data, err);
		}
	}
	return 0;
}

static int parse_members(struct command *c, struct json_span object, struct error *err)
{
	enum { SEQ, CMD, DATA, MEMBERS };
	static const char *const names[MEMBERS] = {[SEQ] = "seq", [CMD] = "cmd", [DATA] = "data"};
	struct json_span values[MEMBERS];
	int name_code, code;

	json_members(object.text, object.size, names, MEMBERS, values);
	name_code = take_name(c, values[CMD], err);
	code = take_seq(c, values[SEQ], err);
	if (code == 0)
		code = name_code;
	return code == 0 ? parse_data(c, values[CMD], values[DATA], err) : code;
}

/* A command with nothing but what the reply repeats. */
static struct command *bare_copy(const struct command *c)
{
	struct command *bare = xcalloc(1, sizeof(*bare));

	memcpy(bare->name, c->name, sizeof(bare->name));
	memcpy(bare->seq, c->seq, sizeof(bare->seq));
	return bare;
}

int command_parse(struct command **out, _Bool *is_malformed, struct error *err, const char *text, size_t size)
{
	struct command *c;
	int code;

	*out = NULL;
	*is_malformed = !json_is_valid(text, size) || !json_is_object(text, size);
	if (*is_malformed)
		return error_set(err, CODE_INVALID, "a command must be one JSON object");
	c = xcalloc(1, sizeof(*c));
	code = parse_members(c, (struct json_span){text, size}, err);
	*out = code == 0 ? c : bare_copy(c);
	if (code != 0)
		command_free(c);
	return code;
}
