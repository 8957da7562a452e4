/* attachment_poll - GET /poll again and again: objects are the items of the
 * answers, and asking for what follows n acknowledges what came before. */
#include "protocol/json_scan.h"
#include "tools/transport.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	STATUS_OK = 200,
	ITEMS_MAX = 4096, /* of one answer */
};

static int poll_once(struct attachment *a, struct error *err);

static void hand_on(struct attachment *a, struct json_span items)
{
	struct json_span *list = calloc(ITEMS_MAX, sizeof *list);
	size_t count = list && items.text ? json_elements(items.text, items.size, list, ITEMS_MAX) : 0;

	for (size_t i = 0; i < count && i < ITEMS_MAX; i++)
		attachment_object(a, list[i].text, list[i].size);
	free(list);
}

/* 0 when the next poll may follow. */
static int take_answer(struct attachment *a)
{
	const struct attachment_end replaced = {ATTACHMENT_OVER, "another poll took over the session"};
	const struct attachment_end broken = {ATTACHMENT_RESUME, "the answer is not understood"};
	const char *text = a->body.data;
	size_t size = a->body.size;
	bool is_superseded = false;
	uint64_t n;

	if (!size || !json_is_valid(text, size) || json_unsigned(&n, json_member(text, size, "n")) < 0) {
		attachment_finish(a, &broken);
		return -EPROTO;
	}
	hand_on(a, json_member(text, size, "items"));
	if (!a->is_over)
		a->options.hooks.on_position(a->options.hooks.context, n);
	json_boolean(&is_superseded, json_member(text, size, "superseded"));
	if (is_superseded)
		attachment_finish(a, &replaced);
	return a->is_over ? -ESTALE : 0;
}

static void on_body(void *context, const char *bytes, size_t size)
{
	struct attachment *a = context;

	buffer_append(&a->body, bytes, size);
}

static void on_end(void *context, int status, const char *why)
{
	struct attachment *a = context;
	struct attachment_end lost = {ATTACHMENT_RESUME, NULL};
	struct error err;

	a->call = NULL;
	if (status != STATUS_OK) {
		attachment_refused(a, status, &a->body, why);
		return;
	}
	if (take_answer(a) == 0 && poll_once(a, &err) < 0) {
		lost.why = err.text;
		attachment_finish(a, &lost);
	}
}

static int poll_once(struct attachment *a, struct error *err)
{
	const struct http_call_hooks hooks = {a, NULL, on_body, on_end};
	char *path = attachment_path(a, "/poll");
	const struct http_call_request request = {a->options.url, path, NULL, 0};

	buffer_clear(&a->body);
	a->call = http_call_start(a->options.loop, &request, &hooks, err);
	free(path);
	return a->call ? 0 : -ECONNREFUSED;
}

const struct transport poll_transport = {"poll", true, true, poll_once, attachment_post};
