/* sse - a frame's text never has a line break, so one data line holds it. */
#include "protocol/sse.h"

#include "protocol/json_write.h"

#include <errno.h>
#include <string.h>

static void write_id(struct buffer *out, const char *sid_text, uint64_t n)
{
	char digits[JSON_MAX_DIGITS];
	size_t count = json_put_number(digits, n);

	buffer_append(out, "id: ", 4);
	buffer_append(out, sid_text, SID_TEXT);
	buffer_append_char(out, '.');
	buffer_append(out, digits, count);
	buffer_append_char(out, '\n');
}

void sse_write(struct buffer *out, const struct frame *f, const char *sid_text, uint64_t n, _Bool has_id)
{
	if (!f->is_numbered && f->event != NULL) {
		buffer_append(out, "event: ", 7);
		buffer_append_text(out, f->event);
		buffer_append_char(out, '\n');
	}
	if (f->is_numbered || has_id)
		write_id(out, sid_text, n);
	buffer_append(out, "data: ", 6);
	buffer_append(out, frame_text(f), f->size);
	buffer_append(out, "\n\n", 2);
}

/* Digits only, no leading zero, no overflow. */
static int parse_number(uint64_t *out, const char *text, size_t size)
{
	uint64_t n = 0;

	if (size == 0 || (text[0] == '0' && size > 1))
		return -EINVAL;
	for (size_t i = 0; i < size; i++) {
		unsigned digit = (unsigned char)text[i] - (unsigned)'0';

		if (digit > 9 || n > (UINT64_MAX - digit) / 10)
			return -EINVAL;
		n = n * 10 + digit;
	}
	*out = n;
	return 0;
}

int sse_parse_id(struct session_sid *sid, uint64_t *n, const char *text, size_t size)
{
	struct session_sid parsed;
	int rc;

	if (size < SID_TEXT + 2 || text[SID_TEXT] != '.' || session_sid_parse(&parsed, text, SID_TEXT) < 0)
		return -EINVAL;
	rc = parse_number(n, text + SID_TEXT + 1, size - SID_TEXT - 1);
	if (rc == 0)
		*sid = parsed;
	return rc;
}
