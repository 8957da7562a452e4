/* attachment_websocket - GET /ws: objects are text messages, both ways. */
#include "muster/codes.h"
#include "tools/transport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void on_text(void *context, const char *text, size_t size)
{
	attachment_object(context, text, size);
}

/* Some versions of libwebsockets take 1012 and 1013 (restarting, try again later) for
 * invalid and report 1002 in their place, so 1002 is no reason to give up. */
static enum attachment_verdict judge(int code)
{
	switch (code) {
	case CLOSE_SLOW:
	case CLOSE_IDLE:
	case CLOSE_UNKNOWN_SESSION:
		return ATTACHMENT_RENEW;
	case CLOSE_NORMAL:
	case CLOSE_POLICY:
	case CLOSE_REPLACED:
	case CLOSE_KICKED:
	case CLOSE_OTHER_LOGIN:
	case CLOSE_TOKEN_EXPIRED:
		return ATTACHMENT_OVER;
	default:
		return ATTACHMENT_RESUME;
	}
}

static void on_end(void *context, const struct websocket_end *end)
{
	static const struct buffer no_body;
	struct attachment *a = context;
	char text[384];
	struct attachment_end said = {judge(end->code), text};

	a->websocket = NULL;
	if (end->status >= 300) {
		attachment_refused(a, end->status, &no_body, end->why);
		return;
	}
	if (end->code == CLOSE_ABNORMAL)
		said.why = end->why;
	else
		snprintf(text, sizeof text, "%s (code %d)", end->why, end->code);
	attachment_finish(a, &said);
}

static int start(struct attachment *a, struct error *err)
{
	const struct websocket_hooks hooks = {a, on_text, on_end};
	char *path = attachment_path(a, "/ws");

	a->websocket = websocket_start(a->options.loop, a->options.url, path, &hooks, err);
	free(path);
	return a->websocket ? 0 : -ECONNREFUSED;
}

static void send_command(struct attachment *a, const char *command, size_t size)
{
	if (a->websocket)
		websocket_send(a->websocket, command, size);
}

const struct transport websocket_transport = {"ws", false, false, start, send_command};
