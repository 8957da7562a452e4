/* pub_message - the frames of a message for the bus, checked as the daemon
 * will check them, so that a mistake is told here and now.  Pure. */
#ifndef TOOLS_PUB_MESSAGE_H
#define TOOLS_PUB_MESSAGE_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum pub_type { PUB_JSON, PUB_TEXT, PUB_BINARY };

struct pub_options {
	const char *target;
	const char *event; /* NULL: none; the same for all that follow */
	const char *id;
	const char *from;
	const char *match; /* JSON */
	const char *const *except;
	size_t except_count;
	enum pub_type type;
};

/* "json", "text" or "binary".  0, or -EINVAL. */
int pub_type_parse(enum pub_type *type, const char *text);
/* Check target, match and except and append the options frame, nothing when
 * there are no options.  0, or -EINVAL and a sentence. */
int pub_options_encode(struct buffer *out, const struct pub_options *options, struct error *err);
/* Check one message.  0, or -EINVAL and a sentence. */
int pub_message_check(const struct pub_options *options, const struct buffer *encoded,
	const char *data, size_t size, struct error *err);

#endif
