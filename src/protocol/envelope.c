/* envelope - the frames are first brought into one shape (target, payload,
 * option values), whichever form they came in; then that is checked and
 * copied once. */
#include "protocol/envelope.h"

#include "base/base64.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "muster/limits.h"
#include "protocol/json_scan.h"
#include "protocol/json_write.h"
#include "protocol/publish_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Options without the payload: `except` and `match` at their limits do fit. */
enum { MAX_OPTIONS_SIZE = 512 * 1024 };

struct parcel {
	struct json_span target;  /* text; a JSON string when is_object */
	struct json_span payload;
	struct json_span options[PUBLISH_OPTIONS];
	bool is_object;           /* all of it was one JSON object, which is valid */
};

static int refuse(struct refusal *why, enum counter counter, const char *reason)
{
	*why = (struct refusal){counter, reason};
	return -EINVAL;
}

static int open_object(struct parcel *parcel, struct refusal *why, const struct envelope_part *part, size_t max_message)
{
	enum { TO, DATA, OPTIONS };
	const char *names[OPTIONS + PUBLISH_OPTIONS] = {[TO] = "to", [DATA] = "data"};
	struct json_span values[OPTIONS + PUBLISH_OPTIONS];

	if (part->size > max_message + MAX_OPTIONS_SIZE)
		return refuse(why, COUNTER_REFUSED_SIZE, "too_large");
	if (!json_is_valid(part->data, part->size))
		return refuse(why, COUNTER_REFUSED_JSON, "bad_json");
	memcpy(names + OPTIONS, publish_option_names, sizeof(publish_option_names));
	if (!json_members(part->data, part->size, names, OPTIONS + PUBLISH_OPTIONS, values))
		return refuse(why, COUNTER_REFUSED_OPTION, "unknown_option");
	if (values[DATA].text == NULL)
		return refuse(why, COUNTER_REFUSED_JSON, "no_data");
	parcel->is_object = true;
	parcel->target = values[TO];
	parcel->payload = values[DATA];
	memcpy(parcel->options, values + OPTIONS, sizeof(parcel->options));
	return 0;
}

static int open_options(struct parcel *parcel, struct refusal *why, const struct envelope_part *part)
{
	if (part->size > MAX_OPTIONS_SIZE)
		return refuse(why, COUNTER_REFUSED_SIZE, "too_large");
	if (!json_is_valid(part->data, part->size) || !json_is_object(part->data, part->size))
		return refuse(why, COUNTER_REFUSED_JSON, "bad_options");
	if (!json_members(part->data, part->size, publish_option_names, PUBLISH_OPTIONS, parcel->options))
		return refuse(why, COUNTER_REFUSED_OPTION, "unknown_option");
	return 0;
}

static int open_parts(struct parcel *parcel, struct refusal *why, const struct envelope_part *parts, size_t count,
	size_t max_message)
{
	if (count == 1 && parts[0].size > 0 && parts[0].data[0] == '{')
		return open_object(parcel, why, &parts[0], max_message);
	if (count != 2 && count != 3)
		return refuse(why, COUNTER_REFUSED_FRAMES, "bad_frames");
	parcel->target = (struct json_span){parts[0].data, parts[0].size};
	parcel->payload = (struct json_span){parts[1].data, parts[1].size};
	return count == 3 ? open_options(parcel, why, &parts[2]) : 0;
}

static int take_target(struct publish *p, struct refusal *why, const struct parcel *parcel)
{
	char *text = NULL;
	int rc = -EINVAL;

	if (!parcel->is_object) {
		rc = target_parse(&p->target, parcel->target.text, parcel->target.size);
	} else if (parcel->target.text != NULL) {
		text = json_label(parcel->target, 1, MAX_TARGET);
		if (text != NULL)
			rc = target_parse(&p->target, text, strlen(text));
	}
	free(text);
	return rc == 0 ? 0 : refuse(why, COUNTER_REFUSED_TARGET, "bad_target");
}

static int take_json(struct publish *p, struct refusal *why, const struct parcel *parcel)
{
	if (!parcel->is_object && !json_is_valid(parcel->payload.text, parcel->payload.size))
		return refuse(why, COUNTER_REFUSED_JSON, "bad_json");
	p->data = json_single_line(parcel->payload.text, parcel->payload.size);
	p->data_size = parcel->payload.size;
	return 0;
}

/* In an object, text and binary are JSON strings already. */
static int take_json_string(struct publish *p, struct refusal *why, const struct parcel *parcel)
{
	if (!json_is_string(parcel->payload))
		return refuse(why, COUNTER_REFUSED_JSON, "data_not_a_string");
	return take_json(p, why, parcel);
}

static int take_text(struct publish *p, struct refusal *why, struct json_span payload)
{
	char *end;

	if (!utf8_is_valid(payload.text, payload.size))
		return refuse(why, COUNTER_REFUSED_JSON, "bad_utf8");
	p->data_size = json_string_size(payload.text, payload.size);
	p->data = xmalloc(p->data_size + 1);
	end = json_put_string(p->data, payload.text, payload.size);
	*end = '\0';
	return 0;
}

static int take_binary(struct publish *p, struct json_span payload)
{
	p->data_size = base64_size(payload.size) + 2;
	p->data = xmalloc(p->data_size + 1);
	base64_encode(p->data + 1, payload.text, payload.size);
	p->data[0] = '"';
	p->data[p->data_size - 1] = '"';
	p->data[p->data_size] = '\0';
	return 0;
}

static int take_payload(struct publish *p, struct refusal *why, const struct parcel *parcel, enum payload_type type,
	size_t max_message)
{
	if (parcel->payload.size > max_message)
		return refuse(why, COUNTER_REFUSED_SIZE, "too_large");
	p->is_base64 = type == PAYLOAD_BINARY;
	if (type == PAYLOAD_JSON)
		return take_json(p, why, parcel);
	if (parcel->is_object)
		return take_json_string(p, why, parcel);
	return type == PAYLOAD_TEXT ? take_text(p, why, parcel->payload) : take_binary(p, parcel->payload);
}

static int fill(struct publish *p, struct refusal *why, const struct parcel *parcel, size_t max_message)
{
	enum payload_type type = PAYLOAD_JSON;
	const char *reason;
	int rc = take_target(p, why, parcel);

	if (rc < 0)
		return rc;
	reason = publish_options_apply(p, &type, parcel->options);
	if (reason != NULL)
		return refuse(why, COUNTER_REFUSED_OPTION, reason);
	return take_payload(p, why, parcel, type, max_message);
}

int envelope_parse(struct publish **out, struct refusal *why, const struct envelope_part *parts,
	size_t count, size_t max_message)
{
	struct parcel parcel = {.is_object = false};
	struct publish *p;
	int rc = open_parts(&parcel, why, parts, count, max_message);

	if (rc < 0)
		return rc;
	p = publish_new();
	rc = fill(p, why, &parcel, max_message);
	if (rc < 0)
		publish_unref(p);
	else
		*out = p;
	return rc;
}
