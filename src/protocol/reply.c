/* reply - answers to commands; nothing here is hot. */
#include "protocol/reply.h"

#include "protocol/json_write.h"

#include <string.h>

/* {"seq":1,"cmd":"..","code":N */
static void begin(struct buffer *b, const struct command *to, int code)
{
	buffer_init(b, 0);
	buffer_append_char(b, '{');
	if (to != NULL && to->seq[0] != '\0') {
		buffer_append_text(b, "\"seq\":");
		buffer_append_text(b, to->seq);
		buffer_append_char(b, ',');
	}
	if (to != NULL && to->name[0] != '\0') {
		buffer_append_text(b, "\"cmd\":");
		json_write_text(b, to->name);
		buffer_append_char(b, ',');
	}
	buffer_printf(b, "\"code\":%d", code);
}

static struct frame *end(struct buffer *b)
{
	struct frame *f;

	buffer_append_char(b, '}');
	f = frame_new(b->data, b->size);
	buffer_fini(b);
	return f;
}

struct frame *reply_ok(const struct command *to, const char *data, size_t size)
{
	struct buffer b;

	begin(&b, to, CODE_OK);
	if (data != NULL) {
		buffer_append_text(&b, ",\"data\":");
		buffer_append(&b, data, size);
	}
	return end(&b);
}

struct frame *reply_error(const struct command *to, int code, const char *sentence)
{
	struct buffer b;

	begin(&b, to, code);
	buffer_append_text(&b, ",\"error\":");
	json_write_text(&b, sentence);
	return end(&b);
}
