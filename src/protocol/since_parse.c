/* since_parse - what cannot be a position is refused here; whether a history
 * has it is not known here. */
#include "protocol/since_parse.h"

#include "muster/codes.h"
#include "protocol/json_scan.h"

#include <stdlib.h>
#include <string.h>

enum { EPOCH, OFFSET, LAST, MEMBERS };

static int take_epoch(struct since *out, struct json_span value, struct error *err)
{
	size_t max = sizeof(out->epoch) - 1;
	char *text;

	if (value.text == NULL)
		return 0;
	text = json_label(value, 0, max);
	if (text == NULL)
		return error_set(err, CODE_INVALID, "since.epoch must be a string of at most %zu bytes without control "
			"characters", max);
	memcpy(out->epoch, text, strlen(text) + 1);
	free(text);
	return 0;
}

static int take_position(struct since *out, const struct json_span *values, struct error *err)
{
	out->kind = SINCE_POSITION;
	if (values[OFFSET].text == NULL || json_unsigned(&out->offset, values[OFFSET]) < 0)
		return error_set(err, CODE_INVALID, "since.offset must be a whole number, 0 or more");
	return take_epoch(out, values[EPOCH], err);
}

static int take_last(struct since *out, const struct json_span *values, struct error *err)
{
	out->kind = SINCE_LAST;
	if (values[EPOCH].text != NULL || values[OFFSET].text != NULL)
		return error_set(err, CODE_INVALID, "since has either last, or epoch and offset");
	if (json_unsigned(&out->last, values[LAST]) < 0 || out->last < 1 || out->last > MAX_SINCE_LAST)
		return error_set(err, CODE_INVALID, "since.last must be a whole number from 1 to %d", MAX_SINCE_LAST);
	return 0;
}

int since_parse(struct since *out, struct json_span value, struct error *err)
{
	static const char *const names[MEMBERS] = {[EPOCH] = "epoch", [OFFSET] = "offset", [LAST] = "last"};
	struct json_span values[MEMBERS];
	struct since since = {.kind = SINCE_NOW};
	int code;

	*out = since;
	if (value.text == NULL || json_is_null(value))
		return 0;
	if (!json_is_object(value.text, value.size))
		return error_set(err, CODE_INVALID, "since must be {\"epoch\":string,\"offset\":number} or {\"last\":number}");
	json_members(value.text, value.size, names, MEMBERS, values);
	for (int i = 0; i < MEMBERS; i++)
		if (json_is_null(values[i]))
			values[i] = (struct json_span){NULL, 0};
	code = values[LAST].text != NULL ? take_last(&since, values, err) : take_position(&since, values, err);
	if (code == 0)
		*out = since;
	return code;
}

int history_limit_parse(uint64_t *out, struct json_span value, struct error *err)
{
	uint64_t limit;

	if (json_unsigned(&limit, value) < 0 || limit < 1 || limit > MAX_HISTORY_PAGE)
		return error_set(err, CODE_INVALID, "limit must be a whole number from 1 to %d", MAX_HISTORY_PAGE);
	*out = limit;
	return 0;
}
