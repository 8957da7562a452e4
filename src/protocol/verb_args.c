/* verb_args - a table of arguments, each with a function that reads its value.
 * A member that is null counts as absent. */
#include "protocol/verb_args.h"

#include "base/xalloc.h"
#include "muster/codes.h"
#include "protocol/json_scan.h"
#include "protocol/since_parse.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_REASON = 120, MAX_SHOWN = 64 };

static char *take_label(struct json_span value, const char *name, size_t max, struct error *err)
{
	char *text = json_label(value, 1, max);

	if (text == NULL)
		error_set(err, 0, "%s must be a string of 1 to %zu bytes without control characters", name, max);
	return text;
}

static int take_channel(struct verb_args *a, struct json_span value, const char *name, struct error *err)
{
	char *text = json_label(value, 1, MAX_CHANNEL);

	if (text == NULL || !channel_name_is_valid(text, strlen(text))) {
		free(text);
		return error_set(err, CODE_INVALID, "%s must be a string of 1 to %d bytes without spaces and control "
			"characters, not beginning with '$' but for $all and $app/<app>", name, MAX_CHANNEL);
	}
	a->channel = text;
	return 0;
}

static int take_user(struct verb_args *a, struct json_span value, const char *name, struct error *err)
{
	a->user = take_label(value, name, MAX_USER, err);
	return a->user != NULL ? 0 : CODE_INVALID_USER;
}

/* "web" or 101 */
static int take_app(struct verb_args *a, struct json_span value, const char *name, struct error *err)
{
	if (!json_is_integer(value))
		a->app = take_label(value, name, MAX_APP, err);
	else if (value.size <= MAX_APP)
		a->app = xstrndup(value.text, value.size);
	else
		error_set(err, 0, "%s must be at most %d digits", name, MAX_APP);
	return a->app != NULL ? 0 : CODE_INVALID;
}

static int add_users(struct verb_args *a, const struct json_span *items, size_t count, struct error *err)
{
	a->users = xcalloc(count, sizeof(*a->users));
	for (size_t i = 0; i < count; i++) {
		char *user = take_label(items[i], "each of users", MAX_USER, err);

		if (user == NULL)
			return CODE_INVALID_USER;
		a->users[a->user_count++] = user;
	}
	return 0;
}

static int take_users(struct verb_args *a, struct json_span value, const char *name, struct error *err)
{
	size_t count = json_elements(value.text, value.size, NULL, 0);
	struct json_span *items;
	int code;

	if (count < 1 || count > MAX_VERB_USERS)
		return error_set(err, CODE_INVALID, "%s must be a list of 1 to %d user names", name, MAX_VERB_USERS);
	items = xcalloc(count, sizeof(*items));
	json_elements(value.text, value.size, items, count);
	code = add_users(a, items, count, err);
	free(items);
	return code;
}

static int take_since(struct verb_args *a, struct json_span value, const char *name, struct error *err)
{
	(void)name;
	return since_parse(&a->since, value, err);
}

static int take_limit(struct verb_args *a, struct json_span value, const char *name, struct error *err)
{
	(void)name;
	return history_limit_parse(&a->limit, value, err);
}

static int take_target(struct verb_args *a, struct json_span value, const char *name, struct error *err)
{
	char *text;

	if (a->has_target)
		return error_set(err, CODE_INVALID, "give to or target, not both");
	text = json_label(value, 1, MAX_TARGET);
	a->has_target = text != NULL && target_parse(&a->target, text, strlen(text)) == 0;
	free(text);
	if (!a->has_target)
		return error_set(err, CODE_INVALID, "%s must be all, app/<app>, user/<user>, user/<user>@<app>, "
			"device/<device>, session/<id> or channel/<name>", name);
	return 0;
}

static int take_code(struct verb_args *a, struct json_span value, const char *name, struct error *err)
{
	uint64_t n;

	if (json_unsigned(&n, value) < 0
		|| (n != CLOSE_NORMAL && n != CLOSE_POLICY && (n < 4000 || n > 4999)))
		return error_set(err, CODE_INVALID, "%s must be 1000, 1008 or from 4000 to 4999", name);
	a->code = (int)n;
	return 0;
}

static int take_reason(struct verb_args *a, struct json_span value, const char *name, struct error *err)
{
	a->reason = take_label(value, name, MAX_REASON, err);
	return a->reason != NULL ? 0 : CODE_INVALID;
}

static int take_reconnect(struct verb_args *a, struct json_span value, const char *name, struct error *err)
{
	if (json_boolean(&a->reconnect, value) < 0)
		return error_set(err, CODE_INVALID, "%s must be true or false", name);
	return 0;
}

static bool parse_session(struct session_id *id, const char *text)
{
	struct session_sid sid;

	if (session_id_parse(id, text, strlen(text)) == 0)
		return true;
	if (session_sid_parse(&sid, text, strlen(text)) < 0)
		return false;
	session_id_of(id, &sid);
	return true;
}

static int take_session(struct verb_args *a, struct json_span value, const char *name, struct error *err)
{
	char *text;

	if (a->has_session)
		return error_set(err, CODE_INVALID, "give session or id, not both");
	text = json_label(value, 1, SID_TEXT);
	a->has_session = text != NULL && parse_session(&a->session, text);
	free(text);
	if (!a->has_session)
		return error_set(err, CODE_INVALID, "%s must be the id (%d characters) or sid (%d) of a session", name,
			SESSION_ID_TEXT, SID_TEXT);
	return 0;
}

typedef int take_fn(struct verb_args *a, struct json_span value, const char *name, struct error *err);

enum { ARGUMENTS = 13 };

/* In the order of their bits. */
static const char *const names[ARGUMENTS] = {
	"channel", "user", "app", "users", "since", "limit", "to", "target", "code", "reason", "reconnect", "session",
	"id",
};

static take_fn *const takes[ARGUMENTS] = {
	take_channel, take_user, take_app, take_users, take_since, take_limit, take_target, take_target, take_code,
	take_reason, take_reconnect, take_session, take_session,
};

static bool is_known(struct json_span name)
{
	for (size_t i = 0; i < ARGUMENTS; i++)
		if (json_name_is(name, names[i]))
			return true;
	return false;
}

static int refuse_unknown(const char *text, size_t size, struct error *err)
{
	struct json_cursor c;
	struct json_span name = {NULL, 0}, value;

	json_open(&c, text, size);
	while (json_next_member(&c, &name, &value) && is_known(name))
		;
	if (name.size > MAX_SHOWN)
		return error_set(err, CODE_INVALID, "there is an argument that is not known");
	return error_set(err, CODE_INVALID, "%.*s is not a known argument", (int)name.size, name.text);
}

static int take_all(struct verb_args *a, const char *text, size_t size, struct error *err)
{
	struct json_span values[ARGUMENTS];
	int code = 0;

	if (!json_members(text, size, names, ARGUMENTS, values))
		return refuse_unknown(text, size, err);
	for (size_t i = 0; i < ARGUMENTS && code == 0; i++)
		if (values[i].text != NULL && !json_is_null(values[i])) {
			a->given |= 1u << i;
			code = takes[i](a, values[i], names[i], err);
		}
	return code;
}

int verb_args_parse(struct verb_args *out, const char *text, size_t size, struct error *err)
{
	struct verb_args a = {.limit = 0};
	int code = 0;

	if (size > 0 && (!json_is_valid(text, size) || !json_is_object(text, size)))
		return error_set(err, CODE_INVALID, "the arguments must be one JSON object");
	if (size > 0)
		code = take_all(&a, text, size, err);
	if (code == 0)
		*out = a;
	else
		verb_args_fini(&a);
	return code;
}

const char *verb_args_stranger(const struct verb_args *a, unsigned known)
{
	for (size_t i = 0; i < ARGUMENTS; i++)
		if (a->given & ~known & 1u << i)
			return names[i];
	return NULL;
}

void verb_args_fini(struct verb_args *a)
{
	for (size_t i = 0; i < a->user_count; i++)
		free(a->users[i]);
	free(a->users);
	free(a->channel);
	free(a->user);
	free(a->app);
	free(a->reason);
	target_fini(&a->target);
	*a = (struct verb_args){.limit = 0};
}
