/* query - both forms are brought to (name, text) pairs for one table of
 * parameters.  What is read goes into an attach of its own first, so that a
 * refusal leaves the caller's as it was. */
#include "protocol/query.h"

#include "base/utf8.h"
#include "base/xalloc.h"
#include "muster/limits.h"
#include "muster/target.h"
#include "protocol/json_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum parameter {
	PARAMETER_TOKEN, PARAMETER_TICKET, PARAMETER_APP, PARAMETER_DEVICE, PARAMETER_PAGE,
	PARAMETER_CHANNEL, PARAMETER_SID, PARAMETER_N, PARAMETER_WAIT, PARAMETERS,
};

static const struct row {
	const char *name;
	size_t max;
} rows[PARAMETERS] = {
	[PARAMETER_TOKEN] = {"token", MAX_TOKEN},
	[PARAMETER_TICKET] = {"ticket", MAX_TOKEN},
	[PARAMETER_APP] = {"app", MAX_APP},
	[PARAMETER_DEVICE] = {"device", MAX_DEVICE},
	[PARAMETER_PAGE] = {"page", MAX_PAGE},
	[PARAMETER_CHANNEL] = {"channel", MAX_CHANNEL},
	[PARAMETER_SID] = {"sid", SID_TEXT},
	[PARAMETER_N] = {"n", 20},
	[PARAMETER_WAIT] = {"wait", 20},
};

enum { MAX_NAME = 8 }; /* of a parameter that is known */

/* What is being read: *fresh becomes part of *into at the end. */
struct reading {
	struct attach *fresh;
	bool is_given[PARAMETERS];
};

static enum parameter find_parameter(const char *name, size_t size)
{
	int i = 0;

	while (i < PARAMETERS && (strlen(rows[i].name) != size || memcmp(rows[i].name, name, size) != 0))
		i++;
	return (enum parameter)i;
}

static char **text_of(struct attach *a, enum parameter which)
{
	switch (which) {
	case PARAMETER_TOKEN:
		return &a->token;
	case PARAMETER_TICKET:
		return &a->ticket;
	case PARAMETER_APP:
		return &a->app;
	case PARAMETER_DEVICE:
		return &a->device;
	case PARAMETER_PAGE:
		return &a->page;
	default:
		return NULL;
	}
}

static int take_number(uint64_t *out, enum parameter which, const char *text, struct error *err)
{
	uint64_t n = 0;

	for (const char *at = text; *at != '\0'; at++) {
		unsigned digit = (unsigned char)*at - (unsigned)'0';

		if (digit > 9 || n > (UINT64_MAX - digit) / 10)
			return error_set(err, -EINVAL, "%s must be a decimal number", rows[which].name);
		n = n * 10 + digit;
	}
	*out = n;
	return 0;
}

static int take_channel(struct attach *a, const char *name, struct error *err)
{
	if (!channel_name_is_valid(name, strlen(name)))
		return error_set(err, -EINVAL, "channel is not the name of a channel");
	if (a->channel_count == MAX_COMMAND_CHANNELS)
		return error_set(err, -EINVAL, "more than %d channels", MAX_COMMAND_CHANNELS);
	a->channels = xrealloc(a->channels, (a->channel_count + 1) * sizeof(*a->channels));
	a->channels[a->channel_count++] = xstrdup(name);
	return 0;
}

static void take_sid(struct attach *a, const char *text)
{
	a->has_sid = session_sid_parse(&a->sid, text, strlen(text)) == 0;
	a->is_bad_sid = !a->has_sid;
}

/* text is printable and within the bounds of its row. */
static int take_text(struct attach *a, enum parameter which, const char *text, struct error *err)
{
	switch (which) {
	case PARAMETER_CHANNEL:
		return take_channel(a, text, err);
	case PARAMETER_SID:
		take_sid(a, text);
		return 0;
	case PARAMETER_N:
		return take_number(&a->n, which, text, err);
	case PARAMETER_WAIT:
		return take_number(&a->wait, which, text, err);
	default:
		*text_of(a, which) = xstrdup(text);
		return 0;
	}
}

static int take(struct reading *r, enum parameter which, const char *text, size_t size, struct error *err)
{
	const struct row *row = &rows[which];

	if (r->is_given[which] && which != PARAMETER_CHANNEL)
		return error_set(err, -EINVAL, "%s is given twice", row->name);
	r->is_given[which] = true;
	if (which == PARAMETER_SID && (size < 1 || size > row->max || !utf8_is_printable(text, size))) {
		r->fresh->is_bad_sid = true;
		return 0;
	}
	if (size < 1 || size > row->max || !utf8_is_printable(text, size))
		return error_set(err, -EINVAL, "%s must be 1 to %zu bytes of UTF-8 without control characters",
			row->name, row->max);
	return take_text(r->fresh, which, text, err);
}

/* Move what was read into *a, unless it has one of the parameters already. */
static int merge_texts(struct attach *a, struct attach *fresh, struct error *err)
{
	for (int i = 0; i < PARAMETERS; i++) {
		char **to = text_of(a, (enum parameter)i);

		if (to != NULL && *to != NULL && *text_of(fresh, (enum parameter)i) != NULL)
			return error_set(err, -EINVAL, "%s is given twice", rows[i].name);
	}
	for (int i = 0; i < PARAMETERS; i++) {
		char **to = text_of(a, (enum parameter)i), **from = text_of(fresh, (enum parameter)i);

		if (from != NULL && *from != NULL) {
			*to = *from;
			*from = NULL;
		}
	}
	return 0;
}

static void merge_channels(struct attach *a, struct attach *fresh)
{
	if (fresh->channel_count == 0)
		return;
	a->channels = xrealloc(a->channels, (a->channel_count + fresh->channel_count) * sizeof(*a->channels));
	memcpy(a->channels + a->channel_count, fresh->channels, fresh->channel_count * sizeof(*a->channels));
	a->channel_count += fresh->channel_count;
	fresh->channel_count = 0;
}

static int merge(struct attach *a, const struct reading *r, struct error *err)
{
	if (a->channel_count + r->fresh->channel_count > MAX_COMMAND_CHANNELS)
		return error_set(err, -EINVAL, "more than %d channels", MAX_COMMAND_CHANNELS);
	if (merge_texts(a, r->fresh, err) < 0)
		return -EINVAL;
	merge_channels(a, r->fresh);
	if (r->is_given[PARAMETER_SID]) {
		a->has_sid = r->fresh->has_sid;
		a->is_bad_sid = r->fresh->is_bad_sid;
		a->sid = r->fresh->sid;
	}
	if (r->is_given[PARAMETER_N])
		a->n = r->fresh->n;
	if (r->is_given[PARAMETER_WAIT])
		a->wait = r->fresh->wait;
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* %XX and '+' undone into out, which has room for size + 1 bytes.  The size
 * of it, or -EINVAL for a bad escape. */
static int unescape(char *out, size_t *out_size, const char *text, size_t size)
{
	size_t length = 0;

	for (size_t i = 0; i < size; i++) {
		char c = text[i] == '+' ? ' ' : text[i];

		if (c == '%') {
			int high = size - i >= 3 ? hex_digit(text[i + 1]) : -1;
			int low = size - i >= 3 ? hex_digit(text[i + 2]) : -1;

			if (high < 0 || low < 0)
				return -EINVAL;
			c = (char)(high << 4 | low);
			i += 2;
		}
		out[length++] = c;
	}
	out[length] = '\0';
	*out_size = length;
	return 0;
}

/* PARAMETERS for one that is not known. */
static enum parameter parameter_of(const char *text, size_t size)
{
	char name[3 * MAX_NAME + 1];
	size_t length;

	if (size >= sizeof(name) || unescape(name, &length, text, size) < 0)
		return PARAMETERS;
	return find_parameter(name, length);
}

static int take_escaped(struct reading *r, enum parameter which, const char *text, size_t size, struct error *err)
{
	char *plain;
	size_t length;
	int rc;

	/* Too long whatever its escapes: do not even copy it. */
	if (size > 3 * rows[which].max)
		return take(r, which, text, size, err);
	plain = xmalloc(size + 1);
	if (unescape(plain, &length, text, size) < 0)
		rc = error_set(err, -EINVAL, "%s has a %% that no two hex digits follow", rows[which].name);
	else
		rc = take(r, which, plain, length, err);
	free(plain);
	return rc;
}

/* name=value */
static int take_pair(struct reading *r, const char *text, size_t size, struct error *err)
{
	const char *equals = memchr(text, '=', size);
	size_t name_size = equals != NULL ? (size_t)(equals - text) : size;
	enum parameter which = parameter_of(text, name_size);

	if (which == PARAMETERS)
		return 0;
	if (equals == NULL)
		return take(r, which, "", 0, err);
	return take_escaped(r, which, equals + 1, size - name_size - 1, err);
}

static int read_query(struct reading *r, const char *text, size_t size, struct error *err)
{
	const char *end = text + size;
	int rc = 0;

	while (rc == 0 && text < end) {
		const char *stop = memchr(text, '&', (size_t)(end - text));

		if (stop == NULL)
			stop = end;
		rc = take_pair(r, text, (size_t)(stop - text), err);
		text = stop + 1;
	}
	return rc;
}

static bool is_numeric(enum parameter which)
{
	return which == PARAMETER_N || which == PARAMETER_WAIT;
}

static int take_json_string(struct reading *r, enum parameter which, struct json_span value, struct error *err)
{
	size_t size;
	char *text = json_string(value, &size);
	int rc;

	if (text == NULL || is_numeric(which)) {
		free(text);
		return error_set(err, -EINVAL, "%s must be a %s", rows[which].name,
			is_numeric(which) ? "whole number" : "string");
	}
	rc = take(r, which, text, size, err);
	free(text);
	return rc;
}

static int take_json_list(struct reading *r, struct json_span list, struct error *err)
{
	struct json_span items[MAX_COMMAND_CHANNELS];
	size_t count = json_elements(list.text, list.size, items, MAX_COMMAND_CHANNELS);
	int rc = 0;

	if (count > MAX_COMMAND_CHANNELS)
		return error_set(err, -EINVAL, "more than %d channels", MAX_COMMAND_CHANNELS);
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = take_json_string(r, PARAMETER_CHANNEL, items[i], err);
	return rc;
}

static int take_json(struct reading *r, enum parameter which, struct json_span value, struct error *err)
{
	char *digits;
	int rc;

	if (which == PARAMETER_CHANNEL && json_is_array(value.text, value.size))
		return take_json_list(r, value, err);
	if (!json_is_integer(value) || (!is_numeric(which) && which != PARAMETER_APP))
		return take_json_string(r, which, value, err);
	digits = xstrndup(value.text, value.size);
	rc = take(r, which, digits, value.size, err);
	free(digits);
	return rc;
}

static int read_json(struct reading *r, const char *text, size_t size, struct error *err)
{
	struct json_span values[PARAMETERS];
	const char *names[PARAMETERS];
	int rc = 0;

	if (!json_is_valid(text, size) || !json_is_object(text, size))
		return error_set(err, -EINVAL, "the body must be one JSON object");
	for (int i = 0; i < PARAMETERS; i++)
		names[i] = rows[i].name;
	json_members(text, size, names, PARAMETERS, values);
	for (int i = 0; i < PARAMETERS && rc == 0; i++)
		if (values[i].text != NULL && !json_is_null(values[i]))
			rc = take_json(r, (enum parameter)i, values[i], err);
	return rc;
}

typedef int read_fn(struct reading *r, const char *text, size_t size, struct error *err);

static int parse(struct attach *a, read_fn *read, const char *text, size_t size, struct error *err)
{
	struct reading r = {.fresh = attach_new()};
	int rc = read(&r, text, size, err);

	if (rc == 0)
		rc = merge(a, &r, err);
	attach_free(r.fresh);
	return rc;
}

int query_parse(struct attach *a, const char *text, size_t size, struct error *err)
{
	return parse(a, read_query, text, size, err);
}

int query_parse_json(struct attach *a, const char *text, size_t size, struct error *err)
{
	return parse(a, read_json, text, size, err);
}
