/* event_stream - a reader of text/event-stream (WHATWG HTML, "server-sent
 * events"), fed with bytes as they come.  Pure. */
#ifndef TOOLS_EVENT_STREAM_H
#define TOOLS_EVENT_STREAM_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

/* Borrowed until the callback returns; C strings, data with line feeds in it. */
struct event {
	const char *name; /* "message" when the server named none */
	const char *id;   /* of this event; "" when it had none */
	const char *data;
	size_t size;
};

typedef void event_fn(void *context, const struct event *event);

struct event_stream {
	struct buffer line;
	struct buffer name;
	struct buffer id;
	struct buffer data;
	bool was_return; /* a line feed right behind belongs to it */
	event_fn *fn;
	void *context;
};

void event_stream_init(struct event_stream *s, event_fn *fn, void *context);
void event_stream_fini(struct event_stream *s);
/* Calls fn for each event that is complete now.  False when something grew
 * past the limit: then the stream is of no more use. */
bool event_stream_feed(struct event_stream *s, const char *bytes, size_t size);

#endif
