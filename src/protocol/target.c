/* target - the text form of whom a message is for.  Only user and app have
 * escapes, and each character has one way to be written, so that formatting
 * what was parsed gives the same text again (but for a sid, which becomes an
 * id). */
#include "muster/target.h"

#include "base/utf8.h"
#include "base/xalloc.h"
#include "muster/limits.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(TARGET_TEXT > 5 + 3 * MAX_USER + 1 + 3 * MAX_APP, "a user target with every byte escaped");
_Static_assert(TARGET_TEXT > 8 + MAX_CHANNEL && TARGET_TEXT > 7 + MAX_DEVICE, "the other kinds");

static bool is_name(const char *text, size_t size, size_t max)
{
	return size >= 1 && size <= max && utf8_is_printable(text, size);
}

static bool has_prefix(const char *text, size_t size, const char *prefix)
{
	size_t length = strlen(prefix);

	return size >= length && memcmp(text, prefix, length) == 0;
}

_Bool channel_name_is_valid(const char *name, size_t size)
{
	if (!is_name(name, size, MAX_CHANNEL) || memchr(name, ' ', size) != NULL)
		return false;
	if (name[0] != '$' || (size == 4 && memcmp(name, "$all", 4) == 0))
		return true;
	return has_prefix(name, size, "$app/") && size > 5 && size - 5 <= MAX_APP;
}

_Bool user_name_is_valid(const char *name, size_t size)
{
	return is_name(name, size, MAX_USER);
}

/* %25 and %40 undone; NULL when there is another escape, a bare '@', or the
 * outcome is no name of at most max bytes. */
static char *unescape(const char *text, size_t size, size_t max)
{
	char *name = xmalloc(size + 1);
	size_t length = 0;

	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		if (c == '%') {
			bool is_percent = size - i >= 3 && memcmp(text + i, "%25", 3) == 0;
			bool is_at = size - i >= 3 && memcmp(text + i, "%40", 3) == 0;

			if (!is_percent && !is_at)
				goto out;
			c = is_at ? '@' : '%';
			i += 2;
		} else if (c == '@') {
			goto out;
		}
		name[length++] = c;
	}
	if (is_name(name, length, max)) {
		name[length] = '\0';
		return name;
	}
out:
	free(name);
	return NULL;
}

static int parse_app(struct target *t, const char *text, size_t size)
{
	t->app = unescape(text, size, MAX_APP);
	return t->app != NULL ? 0 : -EINVAL;
}

static int parse_user(struct target *t, const char *text, size_t size)
{
	const char *at = memchr(text, '@', size);
	size_t user_size = at != NULL ? (size_t)(at - text) : size;

	t->user = unescape(text, user_size, MAX_USER);
	if (t->user == NULL)
		return -EINVAL;
	return at != NULL ? parse_app(t, at + 1, size - user_size - 1) : 0;
}

static int parse_device(struct target *t, const char *text, size_t size)
{
	if (!is_name(text, size, MAX_DEVICE))
		return -EINVAL;
	t->device = xstrndup(text, size);
	return 0;
}

static int parse_session(struct target *t, const char *text, size_t size)
{
	struct session_sid sid;

	if (size == SESSION_ID_TEXT)
		return session_id_parse(&t->session, text, size);
	if (session_sid_parse(&sid, text, size) < 0)
		return -EINVAL;
	session_id_of(&t->session, &sid);
	return 0;
}

static int parse_channel(struct target *t, const char *text, size_t size)
{
	if (!channel_name_is_valid(text, size))
		return -EINVAL;
	t->channel = xstrndup(text, size);
	return 0;
}

static const struct form {
	const char *prefix;
	enum target_kind kind;
	int (*parse)(struct target *t, const char *text, size_t size);
} forms[] = {
	{"channel/", TARGET_CHANNEL, parse_channel},
	{"user/", TARGET_USER, parse_user},
	{"session/", TARGET_SESSION, parse_session},
	{"app/", TARGET_APP, parse_app},
	{"device/", TARGET_DEVICE, parse_device},
};

static int parse_form(struct target *t, const char *text, size_t size)
{
	if (size == 3 && memcmp(text, "all", 3) == 0)
		return 0;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t length = strlen(forms[i].prefix);

		if (has_prefix(text, size, forms[i].prefix)) {
			t->kind = forms[i].kind;
			return forms[i].parse(t, text + length, size - length);
		}
	}
	return -EINVAL;
}

int target_parse(struct target *target, const char *text, size_t size)
{
	struct target parsed = {.kind = TARGET_ALL};

	if (size == 0 || size > MAX_TARGET)
		return -EINVAL;
	if (parse_form(&parsed, text, size) < 0) {
		target_fini(&parsed);
		return -EINVAL;
	}
	*target = parsed;
	return 0;
}

void target_fini(struct target *target)
{
	free(target->app);
	free(target->user);
	free(target->device);
	free(target->channel);
	*target = (struct target){.kind = TARGET_ALL};
}

static char *put(char *out, const char *text)
{
	size_t size = strlen(text);

	memcpy(out, text, size);
	return out + size;
}

static char *put_escaped(char *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '%' || *text == '@')
			out = put(out, *text == '%' ? "%25" : "%40");
		else
			*out++ = *text;
	}
	return out;
}

static char *put_user(char *out, const struct target *t)
{
	out = put_escaped(put(out, "user/"), t->user);
	if (t->app != NULL)
		out = put_escaped(put(out, "@"), t->app);
	return out;
}

static char *put_session(char *out, const struct target *t)
{
	out = put(out, "session/");
	session_id_format(out, &t->session);
	return out + SESSION_ID_TEXT;
}

static char *put_target(char *out, const struct target *t)
{
	switch (t->kind) {
	case TARGET_ALL:
		return put(out, "all");
	case TARGET_APP:
		return put_escaped(put(out, "app/"), t->app);
	case TARGET_USER:
		return put_user(out, t);
	case TARGET_DEVICE:
		return put(put(out, "device/"), t->device);
	case TARGET_SESSION:
		return put_session(out, t);
	case TARGET_CHANNEL:
		return put(put(out, "channel/"), t->channel);
	}
	assert(false);
	return out;
}

size_t target_write(char out[TARGET_TEXT], const struct target *target)
{
	char *end = put_target(out, target);

	*end = '\0';
	return (size_t)(end - out);
}

char *target_format(const struct target *target)
{
	char text[TARGET_TEXT];
	size_t size = target_write(text, target);

	return xstrndup(text, size);
}
