/* attachment_sse - GET /sse: objects are events, their ids say the number. */
#include "muster/session_id.h"
#include "protocol/sse.h"
#include "tools/transport.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { STATUS_OK = 200 };

static void on_event(void *context, const struct event *event)
{
	struct attachment *a = context;
	struct session_sid sid;
	uint64_t n;

	attachment_object(a, event->data, event->size);
	if (!a->is_over && sse_parse_id(&sid, &n, event->id, strlen(event->id)) == 0)
		a->options.hooks.on_position(a->options.hooks.context, n);
}

static void on_head(void *context, int status)
{
	struct attachment *a = context;

	a->status = status;
}

static void on_body(void *context, const char *bytes, size_t size)
{
	struct attachment *a = context;

	if (a->status == STATUS_OK)
		event_stream_feed(&a->events, bytes, size);
	else
		buffer_append(&a->body, bytes, size);
}

static void on_end(void *context, int status, const char *why)
{
	struct attachment *a = context;
	const struct attachment_end lost = {ATTACHMENT_RESUME, "the stream ended"};

	a->call = NULL;
	if (status == STATUS_OK)
		attachment_finish(a, &lost);
	else
		attachment_refused(a, status, &a->body, why);
}

static int start(struct attachment *a, struct error *err)
{
	const struct http_call_hooks hooks = {a, on_head, on_body, on_end};
	char *path = attachment_path(a, "/sse");
	const struct http_call_request request = {a->options.url, path, NULL, 0};

	event_stream_init(&a->events, on_event, a);
	a->call = http_call_start(a->options.loop, &request, &hooks, err);
	free(path);
	return a->call ? 0 : -ECONNREFUSED;
}

const struct transport sse_transport = {"sse", true, false, start, attachment_post};
