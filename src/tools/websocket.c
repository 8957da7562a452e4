/* websocket - see websocket.h.  It lives as long as libwebsockets' connection,
 * like an http_call. */
#include "tools/websocket.h"

#include "base/buffer.h"
#include "base/ring.h"
#include "base/xalloc.h"
#include "muster/codes.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_MAX = 16 * 1024 * 1024 };

struct websocket {
	struct client_connection connection;
	struct websocket_hooks hooks;
	struct lws *wsi;
	bool is_starting; /* as in http_call */
	bool is_open;
	bool is_closing;
	bool is_over;
	bool is_gone;
	int status;
	int code;
	char why[256];
	struct buffer message; /* what came of the message under way */
	struct ring outgoing;  /* struct buffer, LWS_PRE bytes in front */
};

static void websocket_free(struct websocket *ws)
{
	struct buffer *waiting;

	while ((waiting = ring_pop_front(&ws->outgoing))) {
		buffer_fini(waiting);
		free(waiting);
	}
	ring_fini(&ws->outgoing);
	buffer_fini(&ws->message);
	free(ws);
}

static void finish(struct websocket *ws)
{
	struct websocket_end end = {ws->status, ws->code, ws->why};

	if (ws->is_over || ws->is_starting)
		return;
	ws->is_over = true;
	ws->hooks.on_end(ws->hooks.context, &end);
}

static void take_error(struct websocket *ws, struct lws *wsi, const char *text, size_t size)
{
	if (text && size)
		snprintf(ws->why, sizeof ws->why, "%.*s", (int)size, text);
	ws->status = (int)lws_http_client_http_response(wsi);
	finish(ws);
}

/* Two bytes of code and a reason, or nothing. */
static void take_close(struct websocket *ws, const unsigned char *frame, size_t size)
{
	if (size < 2) {
		ws->code = CLOSE_NO_CODE;
		return;
	}
	ws->code = frame[0] << 8 | frame[1];
	if (size > 2)
		snprintf(ws->why, sizeof ws->why, "%.*s", (int)(size - 2), (const char *)frame + 2);
}

/* Messages come in pieces of the receive buffer. */
static int take_piece(struct websocket *ws, struct lws *wsi, const char *bytes, size_t size)
{
	buffer_append(&ws->message, bytes, size);
	if (ws->message.overflow)
		return -1;
	if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi))
		return 0;
	if (!ws->is_over)
		ws->hooks.on_text(ws->hooks.context, ws->message.data ? ws->message.data : "",
			ws->message.size);
	buffer_clear(&ws->message);
	return 0;
}

static int write_next(struct websocket *ws, struct lws *wsi)
{
	struct buffer *next = ring_pop_front(&ws->outgoing);
	int result = 0;

	if (next) {
		result = lws_write(wsi, (unsigned char *)next->data + LWS_PRE, next->size - LWS_PRE,
			LWS_WRITE_TEXT);
		buffer_fini(next);
		free(next);
		lws_callback_on_writable(wsi);
	} else if (ws->is_closing) {
		lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
		result = -1;
	}
	return result < 0 ? -1 : 0;
}

static void open_now(struct websocket *ws, struct lws *wsi)
{
	ws->is_open = true;
	lws_callback_on_writable(wsi);
}

static void destroy(struct websocket *ws)
{
	ws->is_gone = true;
	if (ws->is_starting)
		return;
	finish(ws);
	websocket_free(ws);
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	struct websocket *ws = user;

	switch (reason) {
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
		open_now(ws, wsi);
		return 0;
	case LWS_CALLBACK_CLIENT_RECEIVE:
		return take_piece(ws, wsi, in, size);
	case LWS_CALLBACK_CLIENT_WRITEABLE:
		return write_next(ws, wsi);
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		take_close(ws, in, size);
		return 0;
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		take_error(ws, wsi, in, size);
		return 0;
	case LWS_CALLBACK_CLIENT_CLOSED:
		finish(ws);
		return 0;
	case LWS_CALLBACK_WSI_DESTROY:
		destroy(ws);
		return 0;
	default:
		return 0;
	}
}

static struct websocket *websocket_new(const struct websocket_hooks *hooks)
{
	struct websocket *ws = xcalloc(1, sizeof *ws);

	ws->connection = (struct client_connection){CLIENT_CONNECTION_MAGIC, on_event};
	ws->hooks = *hooks;
	ws->code = CLOSE_ABNORMAL;
	strcpy(ws->why, "the connection was lost");
	buffer_init(&ws->message, MESSAGE_MAX);
	ring_init(&ws->outgoing);
	return ws;
}

static struct websocket *refuse(struct websocket *ws, struct error *err)
{
	error_set(err, -ECONNREFUSED, "%s", ws->why);
	websocket_free(ws);
	return NULL;
}

struct websocket *websocket_start(struct client_loop *loop, const struct url *url, const char *path,
	const struct websocket_hooks *hooks, struct error *err)
{
	struct websocket *ws = websocket_new(hooks);
	struct lws_client_connect_info info;
	char whole[4096];

	client_loop_prepare(loop, &info, url);
	if (snprintf(whole, sizeof whole, "%s%s", url->prefix, path) >= (int)sizeof whole) {
		strcpy(ws->why, "the request is too long");
		return refuse(ws, err);
	}
	info.path = whole;
	info.protocol = info.local_protocol_name = WEBSOCKET_PROTOCOL;
	info.ietf_version_or_minus_one = -1;
	info.userdata = ws;
	info.pwsi = &ws->wsi;
	ws->is_starting = true;
	lws_client_connect_via_info(&info);
	ws->is_starting = false;
	if (!ws->wsi || ws->is_gone)
		return refuse(ws, err);
	return ws;
}

void websocket_send(struct websocket *ws, const char *text, size_t size)
{
	static const char room[LWS_PRE] = "";
	struct buffer *waiting = xcalloc(1, sizeof *waiting);

	buffer_init(waiting, 0);
	buffer_append(waiting, room, sizeof room);
	buffer_append(waiting, text, size);
	ring_push_back(&ws->outgoing, waiting);
	if (ws->is_open)
		lws_callback_on_writable(ws->wsi);
}

void websocket_close(struct websocket *ws)
{
	ws->is_closing = true;
	if (ws->is_open)
		lws_callback_on_writable(ws->wsi);
}

void websocket_abandon(struct websocket *ws)
{
	if (ws)
		ws->is_over = true;
}
