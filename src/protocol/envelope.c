/* envelope - the frames are first brought into one shape (target, payload,
 * option values), whichever form they came in; then that is checked and
 * copied once. */
#include "protocol/envelope.h"

#include "base/base64.h"
#include "base/random.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "muster/limits.h"
#include "protocol/json_scan.h"
#include "protocol/json_write.h"
#include "protocol/publish_options.h"
#include "protocol/verb_args.h"

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

/* Where the message is for many. */
struct target_list {
	struct target *items;
	size_t count;
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
	if (!json_is_valid(part->data, part->size) || !json_is_object(part->data, part->size))
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

static int parse_json_target(struct target *target, struct json_span value)
{
	char *text = json_label(value, 1, MAX_TARGET);
	int rc = text != NULL ? target_parse(target, text, strlen(text)) : -EINVAL;

	free(text);
	return rc;
}

static int take_target(struct publish *p, struct refusal *why, const struct parcel *parcel)
{
	int rc = parcel->is_object ? parse_json_target(&p->target, parcel->target)
		: target_parse(&p->target, parcel->target.text, parcel->target.size);

	return rc == 0 ? 0 : refuse(why, COUNTER_REFUSED_TARGET, "bad_target");
}

static void target_list_fini(struct target_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		target_fini(&list->items[i]);
	free(list->items);
	*list = (struct target_list){NULL, 0};
}

static int take_targets(struct target_list *list, struct refusal *why, struct json_span value)
{
	struct json_span items[MAX_BROADCAST];
	size_t count = json_elements(value.text, value.size, items, MAX_BROADCAST);

	if (count < 1 || count > MAX_BROADCAST)
		return refuse(why, COUNTER_REFUSED_TARGET, "bad_target_count");
	list->items = xcalloc(count, sizeof(*list->items));
	for (size_t i = 0; i < count; i++, list->count++)
		if (parse_json_target(&list->items[i], items[i]) < 0)
			return refuse(why, COUNTER_REFUSED_TARGET, "bad_target");
	return 0;
}

static int take_json(struct publish *p, struct refusal *why, const struct parcel *parcel)
{
	if (!parcel->is_object && !json_is_valid(parcel->payload.text, parcel->payload.size))
		return refuse(why, COUNTER_REFUSED_JSON, "bad_json");
	p->data = json_single_line(parcel->payload.text, parcel->payload.size);
	p->data_size = parcel->payload.size;
	return 0;
}

static bool is_base64(struct json_span string)
{
	size_t size;
	char *text = json_string(string, &size);
	bool is_valid = base64_is_valid(text, size);

	free(text);
	return is_valid;
}

/* In an object, text and binary are JSON strings already. */
static int take_json_string(struct publish *p, struct refusal *why, const struct parcel *parcel)
{
	if (!json_is_string(parcel->payload))
		return refuse(why, COUNTER_REFUSED_JSON, "data_not_a_string");
	if (p->is_base64 && !is_base64(parcel->payload))
		return refuse(why, COUNTER_REFUSED_JSON, "bad_base64");
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

/* Only users have mailboxes. */
static bool can_be_kept(const struct publish *p, const struct target_list *list)
{
	if (p->match != NULL || p->except_count > 0) /* nobody remembers them until the login */
		return false;
	if (list->count == 0)
		return p->target.kind == TARGET_USER;
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].kind != TARGET_USER)
			return false;
	return true;
}

/* What clients confirm needs a name. */
static void make_id(struct publish *p)
{
	unsigned char bytes[16];
	size_t size = base64url_size(sizeof(bytes));

	random_bytes(bytes, sizeof(bytes));
	p->id = xmalloc(size + 1);
	base64url_encode(p->id, bytes, sizeof(bytes));
}

static int take_options(struct publish *p, struct refusal *why, const struct parcel *parcel,
	const struct target_list *list, enum payload_type *type)
{
	const char *reason = publish_options_apply(p, type, parcel->options);

	if (reason == NULL && p->is_offline && !can_be_kept(p, list))
		reason = "bad_option";
	if (reason != NULL)
		return refuse(why, COUNTER_REFUSED_OPTION, reason);
	if (p->wants_receipt && p->id == NULL)
		make_id(p);
	return 0;
}

/* list: NULL where only one target will do. */
static int fill(struct publish *p, struct target_list *list, struct refusal *why, const struct parcel *parcel,
	size_t max_message)
{
	static const struct target_list none = {NULL, 0};
	enum payload_type type = PAYLOAD_JSON;
	int rc;

	if (list != NULL && json_is_array(parcel->target.text, parcel->target.size))
		rc = take_targets(list, why, parcel->target);
	else
		rc = take_target(p, why, parcel);
	if (rc == 0)
		rc = take_options(p, why, parcel, list != NULL ? list : &none, &type);
	return rc == 0 ? take_payload(p, why, parcel, type, max_message) : rc;
}

static int finish(struct publish **out, struct target_list *list, struct refusal *why, const struct parcel *parcel,
	size_t max_message)
{
	struct publish *p = publish_new();
	int rc = fill(p, list, why, parcel, max_message);

	if (rc < 0)
		publish_unref(p);
	else
		*out = p;
	return rc;
}

int envelope_parse(struct publish **out, struct refusal *why, const struct envelope_part *parts,
	size_t count, size_t max_message)
{
	struct parcel parcel = {.is_object = false};
	int rc = open_parts(&parcel, why, parts, count, max_message);

	return rc == 0 ? finish(out, NULL, why, &parcel, max_message) : rc;
}

int envelope_parse_object(struct publish **out, struct target **targets, size_t *count, struct refusal *why,
	const char *text, size_t size, size_t max_message)
{
	struct envelope_part part = {text, size};
	struct parcel parcel = {.is_object = false};
	struct target_list list = {NULL, 0};
	int rc = open_object(&parcel, why, &part, max_message);

	if (rc == 0)
		rc = finish(out, targets != NULL ? &list : NULL, why, &parcel, max_message);
	if (rc < 0) {
		target_list_fini(&list);
	} else if (targets != NULL) {
		*targets = list.items;
		*count = list.count;
	}
	return rc;
}
