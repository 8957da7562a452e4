/* http_call - see http_call.h.  The call lives as long as libwebsockets'
 * connection: its end is told once, by whichever callback comes first, and
 * the memory goes when the connection does. */
#include "tools/http_call.h"

#include "base/buffer.h"
#include "base/xalloc.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READ_SIZE = 16384 };

struct http_call {
	struct client_connection connection;
	struct http_call_hooks hooks;
	bool is_starting;  /* libwebsockets may fail, and call back, at once */
	bool is_over;      /* on_end was called, or nobody wants it */
	bool is_gone;      /* the connection was destroyed while starting */
	int status;
	char why[256];
	struct buffer body; /* LWS_PRE bytes in front */
};

static void call_free(struct http_call *call)
{
	buffer_fini(&call->body);
	free(call);
}

static void finish(struct http_call *call)
{
	if (call->is_over || call->is_starting)
		return;
	call->is_over = true;
	call->hooks.on_end(call->hooks.context, call->status, call->why);
}

static void take_error(struct http_call *call, const char *text, size_t size)
{
	if (text && size)
		snprintf(call->why, sizeof call->why, "%.*s", (int)size, text);
	call->status = 0;
	finish(call);
}

static void take_head(struct http_call *call, struct lws *wsi)
{
	call->status = (int)lws_http_client_http_response(wsi);
	if (!call->is_over && call->hooks.on_head)
		call->hooks.on_head(call->hooks.context, call->status);
}

static int append_head(struct http_call *call, struct lws *wsi, unsigned char **at, size_t space)
{
	int size;

	if (call->body.size == 0)
		return 0;
	size = snprintf((char *)*at, space, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
		call->body.size - LWS_PRE);
	if (size < 0 || (size_t)size >= space)
		return -1;
	*at += size;
	lws_client_http_body_pending(wsi, 1);
	lws_callback_on_writable(wsi);
	return 0;
}

static int write_body(struct http_call *call, struct lws *wsi)
{
	size_t size = call->body.size - LWS_PRE;

	lws_client_http_body_pending(wsi, 0);
	if (lws_write(wsi, (unsigned char *)call->body.data + LWS_PRE, size, LWS_WRITE_HTTP_FINAL) < 0)
		return -1;
	return 0;
}

/* Asks libwebsockets to call back with the bytes. */
static int read_more(struct lws *wsi)
{
	char buffer[LWS_PRE + READ_SIZE], *at = buffer + LWS_PRE;
	int size = READ_SIZE;

	return lws_http_client_read(wsi, &at, &size) < 0 ? -1 : 0;
}

static void destroy(struct http_call *call)
{
	call->is_gone = true;
	if (call->is_starting)
		return;
	finish(call);
	call_free(call);
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	struct http_call *call = user;

	switch (reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
		return append_head(call, wsi, in, size);
	case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE:
		return call->body.size ? write_body(call, wsi) : 0;
	case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
		take_head(call, wsi);
		return call->is_over ? -1 : 0;
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
		return call->is_over ? -1 : read_more(wsi);
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
		if (!call->is_over)
			call->hooks.on_body(call->hooks.context, in, size);
		return call->is_over ? -1 : 0;
	case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
		return -1; /* close: the next request has its own connection */
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
		take_error(call, in, size);
		return 0;
	case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
		finish(call);
		return 0;
	case LWS_CALLBACK_WSI_DESTROY:
		destroy(call);
		return 0;
	default:
		return 0;
	}
}

static struct http_call *call_new(const struct http_call_request *request,
	const struct http_call_hooks *hooks)
{
	static const char room[LWS_PRE] = "";
	struct http_call *call = xcalloc(1, sizeof *call);

	call->connection = (struct client_connection){CLIENT_CONNECTION_MAGIC, on_event};
	call->hooks = *hooks;
	strcpy(call->why, "the connection was lost");
	buffer_init(&call->body, 0);
	if (request->body) {
		buffer_append(&call->body, room, sizeof room);
		buffer_append(&call->body, request->body, request->body_size);
	}
	return call;
}

static struct http_call *refuse(struct http_call *call, struct error *err)
{
	error_set(err, -ECONNREFUSED, "%s", call->why);
	call_free(call);
	return NULL;
}

struct http_call *http_call_start(struct client_loop *loop, const struct http_call_request *request,
	const struct http_call_hooks *hooks, struct error *err)
{
	struct http_call *call = call_new(request, hooks);
	struct lws_client_connect_info info;
	struct lws *wsi = NULL;
	char path[4096];

	client_loop_prepare(loop, &info, request->url);
	if (snprintf(path, sizeof path, "%s%s", request->url->prefix, request->path) >= (int)sizeof path) {
		strcpy(call->why, "the request is too long");
		return refuse(call, err);
	}
	info.path = path;
	info.method = request->body ? "POST" : "GET";
	info.protocol = info.local_protocol_name = HTTP_PROTOCOL;
	info.userdata = call;
	info.pwsi = &wsi;
	call->is_starting = true;
	lws_client_connect_via_info(&info);
	call->is_starting = false;
	if (!wsi || call->is_gone)
		return refuse(call, err);
	return call;
}

void http_call_abandon(struct http_call *call)
{
	if (call)
		call->is_over = true;
}
