/* pub_message - see pub_message.h. */
#include "tools/pub_message.h"

#include "muster/target.h"
#include "protocol/envelope.h"
#include "protocol/json_scan.h"
#include "protocol/json_write.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

static const char *const type_names[] = {
	[PUB_JSON] = "json", [PUB_TEXT] = "text", [PUB_BINARY] = "binary",
};

int pub_type_parse(enum pub_type *type, const char *text)
{
	for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++)
		if (strcmp(text, type_names[i]) == 0) {
			*type = (enum pub_type)i;
			return 0;
		}
	return -EINVAL;
}

static int check_target(const char *text, struct error *err)
{
	struct target target;

	if (target_parse(&target, text, strlen(text)) < 0)
		return error_set(err, -EINVAL, "\"%s\" is no target: write all, app/APP, user/USER, "
			"user/USER@APP, device/DEVICE, session/ID or channel/NAME", text);
	target_fini(&target);
	return 0;
}

static int check_match(const char *text, struct error *err)
{
	if (!json_is_valid(text, strlen(text)) || !json_is_object(text, strlen(text)))
		return error_set(err, -EINVAL, "--match wants a JSON object such as {\"lang\":\"en\"}, "
			"not: %s", text);
	return 0;
}

static int check_targets(const struct pub_options *o, struct error *err)
{
	int result = check_target(o->target, err);

	for (size_t i = 0; i < o->except_count && result == 0; i++)
		result = check_target(o->except[i], err);
	if (result == 0 && o->match)
		result = check_match(o->match, err);
	return result;
}

/* The comma or brace, the name and its colon. */
static void open_option(struct buffer *out, const char *name)
{
	buffer_append_char(out, out->size ? ',' : '{');
	json_write_text(out, name);
	buffer_append_char(out, ':');
}

static void write_text_option(struct buffer *out, const char *name, const char *value)
{
	if (!value)
		return;
	open_option(out, name);
	json_write_text(out, value);
}

static void write_except(struct buffer *out, const struct pub_options *o)
{
	if (o->except_count == 0)
		return;
	open_option(out, "except");
	for (size_t i = 0; i < o->except_count; i++) {
		buffer_append_char(out, i ? ',' : '[');
		json_write_text(out, o->except[i]);
	}
	buffer_append_char(out, ']');
}

int pub_options_encode(struct buffer *out, const struct pub_options *o, struct error *err)
{
	int result = check_targets(o, err);

	if (result < 0)
		return result;
	write_text_option(out, "id", o->id);
	write_text_option(out, "event", o->event);
	write_text_option(out, "from", o->from);
	if (o->match) {
		open_option(out, "match");
		buffer_append_text(out, o->match);
	}
	write_except(out, o);
	if (o->type != PUB_JSON)
		write_text_option(out, "type", type_names[o->type]);
	if (out->size)
		buffer_append_char(out, '}');
	return 0;
}

/* How the daemon would put it, in words. */
static int explain(const struct refusal *why, const struct pub_options *o, const char *data,
	size_t size, struct error *err)
{
	if (why->counter == COUNTER_REFUSED_JSON && o->type == PUB_JSON)
		return error_set(err, -EINVAL, "this is not one JSON value: %.*s",
			size > 200 ? 200 : (int)size, data);
	if (why->counter == COUNTER_REFUSED_JSON)
		return error_set(err, -EINVAL, "the text is not valid UTF-8; use --type binary");
	return error_set(err, -EINVAL, "the daemon would refuse this message: %s", why->reason);
}

/* Its size is for the daemon to judge, which knows its max_message. */
int pub_message_check(const struct pub_options *o, const struct buffer *encoded, const char *data,
	size_t size, struct error *err)
{
	const struct envelope_part parts[] = {
		{o->target, strlen(o->target)}, {data, size}, {encoded->data, encoded->size},
	};
	struct publish *message;
	struct refusal why;

	if (envelope_parse(&message, &why, parts, encoded->size ? 3 : 2, SIZE_MAX / 4) < 0)
		return explain(&why, o, data, size, err);
	publish_unref(message);
	return 0;
}
