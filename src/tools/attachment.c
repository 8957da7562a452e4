/* attachment - see attachment.h: what the transports share. */
#include "tools/attachment.h"

#include "base/xalloc.h"
#include "protocol/json_scan.h"
#include "tools/transport.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct transport *const transports[] = {
	&websocket_transport, &sse_transport, &poll_transport,
};

const struct transport *transport_find(const char *name)
{
	for (size_t i = 0; i < sizeof transports / sizeof *transports; i++)
		if (strcmp(transports[i]->name, name) == 0)
			return transports[i];
	return NULL;
}

bool transport_counts(const struct transport *t)
{
	return t->counts;
}

bool transport_acknowledges(const struct transport *t)
{
	return t->acknowledges;
}

struct attachment *attachment_start(const struct transport *t,
	const struct attachment_options *options, struct error *err)
{
	struct attachment *a = xcalloc(1, sizeof *a);

	a->transport = t;
	a->options = *options;
	buffer_init(&a->body, 0);
	buffer_init(&a->commands, 0);
	buffer_init(&a->replies, 0);
	event_stream_init(&a->events, NULL, NULL);
	if (t->start(a, err) < 0) {
		attachment_free(a);
		return NULL;
	}
	return a;
}

void attachment_free(struct attachment *a)
{
	if (!a)
		return;
	websocket_abandon(a->websocket);
	http_call_abandon(a->call);
	http_call_abandon(a->post);
	event_stream_fini(&a->events);
	buffer_fini(&a->replies);
	buffer_fini(&a->commands);
	buffer_fini(&a->body);
	free(a);
}

void attachment_send(struct attachment *a, const char *command, size_t size)
{
	if (!a->is_over)
		a->transport->send(a, command, size);
}

/* The query goes along with a sid too: when the server has forgotten the
 * session, it is what a new one is made of. */
char *attachment_path(const struct attachment *a, const char *path)
{
	const struct position *position = a->options.position;
	const char *query = a->options.query;
	struct buffer out;

	buffer_init(&out, 0);
	buffer_append_text(&out, path);
	if (position->sid[0])
		buffer_printf(&out, "?sid=%s&n=%" PRIu64, position->sid, position->n);
	if (query[0])
		buffer_printf(&out, "%c%s", position->sid[0] ? '&' : '?', query);
	return buffer_steal(&out, NULL);
}

void attachment_object(struct attachment *a, const char *text, size_t size)
{
	if (!a->is_over && json_is_valid(text, size))
		a->options.hooks.on_object(a->options.hooks.context, text, size);
}

void attachment_finish(struct attachment *a, const struct attachment_end *end)
{
	if (a->is_over)
		return;
	a->is_over = true;
	a->options.hooks.on_end(a->options.hooks.context, end);
}

static enum attachment_verdict judge(int status, const struct buffer *body, bool is_json)
{
	bool reconnect = false;

	switch (status) {
	case 0:
	case 429:
	case 502:
	case 503:
	case 504:
		return ATTACHMENT_RESUME;
	case 410:
		if (is_json)
			json_boolean(&reconnect, json_member(body->data, body->size, "reconnect"));
		return reconnect ? ATTACHMENT_RENEW : ATTACHMENT_OVER;
	default:
		return ATTACHMENT_OVER;
	}
}

void attachment_refused(struct attachment *a, int status, const struct buffer *body, const char *why)
{
	bool is_json = body->size && json_is_valid(body->data, body->size);
	char *said = is_json ? json_label(json_member(body->data, body->size, "error"), 1, 200) : NULL;
	struct attachment_end end = {judge(status, body, is_json), why};
	char text[512];

	if (status) {
		snprintf(text, sizeof text, "refused with status %d%s%s", status, said ? ": " : "",
			said ? said : "");
		end.why = text;
	}
	attachment_finish(a, &end);
	free(said);
}

static void post_waiting(struct attachment *a);

/* A reply, or an array of them. */
static void take_replies(struct attachment *a)
{
	struct json_span replies[100];
	size_t count;

	if (!a->replies.size || !json_is_valid(a->replies.data, a->replies.size))
		return;
	if (!json_is_array(a->replies.data, a->replies.size)) {
		attachment_object(a, a->replies.data, a->replies.size);
		return;
	}
	count = json_elements(a->replies.data, a->replies.size, replies, 100);
	for (size_t i = 0; i < count && i < 100; i++)
		attachment_object(a, replies[i].text, replies[i].size);
}

static void on_post_body(void *context, const char *bytes, size_t size)
{
	struct attachment *a = context;

	buffer_append(&a->replies, bytes, size);
}

/* A command that was not answered ends the attachment: who sent it cannot
 * know what became of it. */
static void on_post_end(void *context, int status, const char *why)
{
	struct attachment *a = context;

	a->post = NULL;
	if (status == 200)
		take_replies(a);
	else
		attachment_refused(a, status, &a->replies, why);
	buffer_clear(&a->replies);
	if (!a->is_over && a->commands.size)
		post_waiting(a);
}

/* All that wait, as one array.  When not even a connection can be begun, the
 * stream does not last either, and the end is told there. */
static void post_waiting(struct attachment *a)
{
	struct http_call_request request = {.url = a->options.url};
	const struct http_call_hooks hooks = {a, NULL, on_post_body, on_post_end};
	char path[64];
	struct buffer body;
	struct error err;

	snprintf(path, sizeof path, "/send?sid=%s", a->options.position->sid);
	buffer_init(&body, 0);
	buffer_append_char(&body, '[');
	buffer_append(&body, a->commands.data, a->commands.size);
	buffer_append_char(&body, ']');
	buffer_clear(&a->commands);
	request.path = path;
	request.body = body.data;
	request.body_size = body.size;
	a->post = http_call_start(a->options.loop, &request, &hooks, &err);
	buffer_fini(&body);
}

void attachment_post(struct attachment *a, const char *command, size_t size)
{
	if (a->commands.size)
		buffer_append_char(&a->commands, ',');
	buffer_append(&a->commands, command, size);
	if (!a->post)
		post_waiting(a);
}
