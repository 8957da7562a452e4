/* publish_options - one function per kind of option, a row each. */
#include "protocol/publish_options.h"

#include "base/xalloc.h"
#include "muster/limits.h"
#include "protocol/match_parse.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum option {
	OPTION_ID, OPTION_EVENT, OPTION_FROM, OPTION_PUB, OPTION_SEQ, OPTION_MATCH, OPTION_EXCEPT,
	OPTION_TTL, OPTION_HISTORY, OPTION_OFFLINE, OPTION_RECEIPT, OPTION_CONFLATE, OPTION_TYPE,
};

_Static_assert(OPTION_TYPE + 1 == PUBLISH_OPTIONS, "every option has a name");

const char *const publish_option_names[PUBLISH_OPTIONS] = {
	[OPTION_ID] = "id", [OPTION_EVENT] = "event", [OPTION_FROM] = "from", [OPTION_PUB] = "pub",
	[OPTION_SEQ] = "seq", [OPTION_MATCH] = "match", [OPTION_EXCEPT] = "except", [OPTION_TTL] = "ttl",
	[OPTION_HISTORY] = "history", [OPTION_OFFLINE] = "offline", [OPTION_RECEIPT] = "receipt",
	[OPTION_CONFLATE] = "conflate", [OPTION_TYPE] = "type",
};

static const char *take_label(char **out, struct json_span value, size_t max, const char *reason)
{
	*out = json_label(value, 1, max);
	return *out != NULL ? NULL : reason;
}

static const char *take_seq(struct publish *p, struct json_span value)
{
	if (json_unsigned(&p->seq, value) < 0)
		return "bad_seq";
	p->has_seq = true;
	return NULL;
}

static const char *take_match(struct publish *p, struct json_span value)
{
	return match_parse(&p->match, value.text, value.size) < 0 ? "bad_match" : NULL;
}

static bool can_be_excepted(enum target_kind kind)
{
	return kind == TARGET_SESSION || kind == TARGET_USER || kind == TARGET_DEVICE;
}

static int add_except(struct publish *p, struct json_span value)
{
	struct target *slot = &p->except[p->except_count];
	char *text = json_label(value, 1, MAX_TARGET);
	int rc;

	if (text == NULL)
		return -EINVAL;
	rc = target_parse(slot, text, strlen(text));
	free(text);
	if (rc < 0)
		return rc;
	p->except_count++;
	return can_be_excepted(slot->kind) ? 0 : -EINVAL;
}

static const char *take_except(struct publish *p, struct json_span value)
{
	struct json_span items[MAX_EXCEPT];
	size_t count = json_elements(value.text, value.size, items, MAX_EXCEPT);

	if (!json_is_array(value.text, value.size) || count > MAX_EXCEPT)
		return "bad_except";
	if (count > 0)
		p->except = xcalloc(count, sizeof(*p->except));
	for (size_t i = 0; i < count; i++)
		if (add_except(p, items[i]) < 0)
			return "bad_except";
	return NULL;
}

static const char *take_ttl(struct publish *p, struct json_span value)
{
	uint64_t seconds;

	if (json_unsigned(&seconds, value) < 0 || seconds > MAX_TTL)
		return "bad_ttl";
	p->ttl = seconds * 1000;
	return NULL;
}

static const char *take_boolean(bool *out, struct json_span value, const char *reason)
{
	return json_boolean(out, value) < 0 ? reason : NULL;
}

static const char *take_history(struct publish *p, struct json_span value)
{
	bool is_kept = true;
	const char *reason = take_boolean(&is_kept, value, "bad_history");

	p->no_history = !is_kept;
	return reason;
}

static const char *take_type(enum payload_type *type, struct json_span value)
{
	if (json_string_is(value, "json"))
		*type = PAYLOAD_JSON;
	else if (json_string_is(value, "text"))
		*type = PAYLOAD_TEXT;
	else if (json_string_is(value, "binary"))
		*type = PAYLOAD_BINARY;
	else
		return "bad_type";
	return NULL;
}

static const char *apply(struct publish *p, enum payload_type *type, enum option option, struct json_span value)
{
	switch (option) {
	case OPTION_ID:
		return take_label(&p->id, value, MAX_MESSAGE_ID, "bad_id");
	case OPTION_EVENT:
		return take_label(&p->event, value, MAX_EVENT, "bad_event");
	case OPTION_FROM:
		return take_label(&p->from, value, MAX_FROM, "bad_from");
	case OPTION_PUB:
		return take_label(&p->publisher, value, MAX_PUBLISHER, "bad_pub");
	case OPTION_SEQ:
		return take_seq(p, value);
	case OPTION_MATCH:
		return take_match(p, value);
	case OPTION_EXCEPT:
		return take_except(p, value);
	case OPTION_TTL:
		return take_ttl(p, value);
	case OPTION_HISTORY:
		return take_history(p, value);
	case OPTION_OFFLINE:
		return take_boolean(&p->is_offline, value, "bad_offline");
	case OPTION_RECEIPT:
		return take_boolean(&p->wants_receipt, value, "bad_receipt");
	case OPTION_CONFLATE:
		return take_label(&p->conflate, value, MAX_CONFLATE, "bad_conflate");
	case OPTION_TYPE:
		return take_type(type, value);
	}
	return "unknown_option";
}

const char *publish_options_apply(struct publish *p, enum payload_type *type,
	const struct json_span values[PUBLISH_OPTIONS])
{
	const char *reason = NULL;

	for (int i = 0; i < PUBLISH_OPTIONS && reason == NULL; i++)
		if (values[i].text != NULL)
			reason = apply(p, type, (enum option)i, values[i]);
	return reason;
}
