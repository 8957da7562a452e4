/* websocket_context - see websocket_context.h. */
#include "transport/websocket_context.h"

#include "base/log.h"
#include "muster/codes.h"

#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	RX_BUFFER = 128, /* holds a control frame; larger messages come in pieces */
	TX_PACKET = 65536,
	HEAD_TIME = 5,   /* seconds for a handshake of libwebsockets; ours is there at once */
};

static const char device_cookie[] = "muster_device=%s; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax";

/* -- handshake ----------------------------------------------------------------- */

/* Read the request, which libwebsockets gets in our words instead. */
static bool read_head(const struct websocket_conn *c)
{
	char bytes[4096];
	size_t left = c->head_size;

	while (left > 0) {
		ssize_t n = recv(c->fd, bytes, left < sizeof(bytes) ? left : sizeof(bytes), MSG_DONTWAIT);

		if (n <= 0)
			return false;
		left -= (size_t)n;
	}
	return true;
}

/* libwebsockets runs the whole handshake inside the adoption, because all of the
 * request is given along: it has no timer then and needs no other event. */
bool websocket_adopt(struct websocket_conn *c)
{
	struct websocket *ws = c->owner;
	struct websocket_handshake handshake = {.has_protocol = c->has_protocol};
	char head[WEBSOCKET_HEAD_MAX];
	struct lws *wsi;
	int on = 1;

	if (!read_head(c)) {
		close(c->fd);
		return false;
	}
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* a unix socket has none */
	memcpy(handshake.key, c->key, sizeof(handshake.key));
	websocket_link_move(&ws->open, &c->link);
	ws->adopting = c;
	wsi = lws_adopt_socket_vhost_readbuf(ws->vhost, c->fd, head, websocket_handshake_write(head, &handshake));
	ws->adopting = NULL;
	if (c->state == WS_QUEUED && !wsi)
		return false;
	if (c->state == WS_QUEUED)
		lws_set_opaque_user_data(wsi, c);
	return true;
}

/* The handshake is through. */
static void start(struct websocket_conn *c, struct lws *wsi)
{
	assert(c && c->state == WS_QUEUED);
	c->wsi = wsi;
	c->state = WS_OPEN;
	lws_set_opaque_user_data(wsi, c);
	if (c->owner->adopting != c)
		lws_callback_on_writable(wsi); /* not at once after all */
	if (c->close_code) {
		char *reason = c->reason;

		c->reason = NULL;
		websocket_conn_part(c, c->close_code, reason);
		free(reason);
	}
}

/* -- events ---------------------------------------------------------------------- */

static int add_cookie(struct lws *wsi, struct websocket_conn *c, struct lws_process_html_args *args)
{
	const char *device = c && !c->is_let_go ? lane_new_device(&c->conn) : NULL;
	unsigned char *at = (unsigned char *)args->p;
	char value[256];
	int size;

	if (!device)
		return 0;
	size = snprintf(value, sizeof(value), device_cookie, device);
	if (size < 0 || size >= (int)sizeof(value))
		return 0;
	if (lws_add_http_header_by_name(wsi, (const unsigned char *)"set-cookie:", (const unsigned char *)value, size, &at,
		    at + args->max_len))
		return 0;
	args->p = (char *)at;
	return 0;
}

/* The socket is closed, or is just being so. */
static void on_closed(struct websocket_conn *c)
{
	if (!c)
		return;
	c->wsi = NULL;
	if (c->state != WS_BROKEN)
		websocket_conn_break(c);
	websocket_conn_lost(c, CLOSE_ABNORMAL);
}

/* During its adoption that one reports the loss instead. */
static void on_destroyed(struct websocket_conn *c)
{
	if (!c)
		return;
	if (c == c->owner->adopting) {
		c->state = WS_QUEUED;
		return;
	}
	on_closed(c);
	websocket_conn_free(c);
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	struct websocket *ws = lws_context_user(lws_get_context(wsi));
	struct websocket_conn *c = lws_get_opaque_user_data(wsi);

	(void)user;
	assert(!ws || ws->magic == WEBSOCKET_MAGIC);
	assert(!c || c->magic == WEBSOCKET_CONN_MAGIC);
	switch (reason) {
	case LWS_CALLBACK_ADD_HEADERS:
		return add_cookie(wsi, c ? c : ws->adopting, in);
	case LWS_CALLBACK_ESTABLISHED:
		start(c ? c : ws->adopting, wsi);
		break;
	case LWS_CALLBACK_RECEIVE:
		websocket_conn_receive(c, in, size);
		break;
	case LWS_CALLBACK_RECEIVE_PONG:
		if (c->state == WS_OPEN)
			lane_heard(&c->conn);
		break;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		websocket_conn_writable(c);
		break;
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		return websocket_conn_peer_parts(c, in, size) ? -1 : 0;
	case LWS_CALLBACK_CLOSED:
		on_closed(c);
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		on_destroyed(c);
		break;
	default:
		break;
	}
	return 0;
}

/* -- life ------------------------------------------------------------------------ */

/* What libwebsockets has to say is about single bad clients, but for the time
 * that the context is made. */
static void on_log(int level, const char *line)
{
	(void)level;
	log_debug("event=lws text=\"%.*s\"", (int)strcspn(line, "\n"), line);
}

static void on_start_log(int level, const char *line)
{
	if (level & LLL_ERR)
		log_error("event=lws text=\"%.*s\"", (int)strcspn(line, "\n"), line);
}

static void set_log(void)
{
	lws_set_log_level(log_is_on(LOG_LEVEL_DEBUG) ? LLL_ERR | LLL_WARN : 0, on_log);
}

int websocket_context_make(struct websocket *ws, struct error *err)
{
	void *loops[1] = {loop_native(ws->loop)};
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN_SERVER,
		.protocols = ws->protocols,
		.alpn = "http/1.1",
		.gid = (gid_t)-1,
		.uid = (uid_t)-1,
		.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			LWS_SERVER_OPTION_VALIDATE_UTF8 | LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME |
			LWS_SERVER_OPTION_UV_NO_SIGSEGV_SIGFPE_SPIN,
		.user = ws,
		.timeout_secs = HEAD_TIME,
		.foreign_loops = loops,
		.pcontext = &ws->context,
		.retry_and_idle_policy = &ws->retry,
		.vhost_name = "muster",
	};

	ws->protocols[0] = (struct lws_protocols){
		.name = WEBSOCKET_PROTOCOL,
		.callback = on_event,
		.rx_buffer_size = RX_BUFFER,
		.tx_packet_size = TX_PACKET,
	};
	lws_set_log_level(LLL_ERR, on_start_log);
	ws->context = lws_create_context(&info);
	if (!ws->context)
		return error_set(err, -1, "libwebsockets does not start; is its event loop plugin for libuv installed?");
	ws->vhost = lws_create_vhost(ws->context, &info);
	if (!ws->vhost)
		return error_set(err, -1, "libwebsockets made no vhost");
	set_log();
	return 0;
}

/* libwebsockets closes its handles in turns of the loop, and wants to be asked
 * again when they are closed, not before. */
void websocket_context_destroy(struct websocket *ws)
{
	if (ws->context)
		lws_context_destroy(ws->context);
	loop_settle(ws->loop);
	if (ws->context)
		lws_context_destroy(ws->context);
}
