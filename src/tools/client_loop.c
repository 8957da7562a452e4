/* client_loop - see client_loop.h. */
#include "tools/client_loop.h"

#include "base/clock.h"
#include "base/xalloc.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum {
	ANSWER_SECONDS = 90, /* longer than any long-poll is held */
	KEEPALIVE_SECONDS = 30,
};

struct client_loop {
	struct lws_context *context;
	struct client_loop_hooks hooks;
	int timer;
	int signals;
};

/* Which of the two descriptors a raw file is, is told by what reads. */
static void read_timer(struct client_loop *loop)
{
	uint64_t expirations;

	if (read(loop->timer, &expirations, sizeof expirations) == sizeof expirations)
		loop->hooks.on_timer(loop->hooks.context);
}

static void read_signals(struct client_loop *loop)
{
	struct signalfd_siginfo info;

	if (read(loop->signals, &info, sizeof info) == sizeof info)
		loop->hooks.on_signal(loop->hooks.context);
}

static int on_wake(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t size)
{
	struct client_loop *loop = lws_context_user(lws_get_context(wsi));

	(void)user, (void)in, (void)size;
	if (reason == LWS_CALLBACK_RAW_RX_FILE) {
		read_timer(loop);
		read_signals(loop);
	}
	return 0;
}

/* Only these come with our user data; others are about the context, and bring
 * what they like (an SSL_CTX). */
static bool is_of_connection(enum lws_callback_reasons reason)
{
	switch (reason) {
	case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
	case LWS_CALLBACK_CLIENT_ESTABLISHED:
	case LWS_CALLBACK_CLIENT_RECEIVE:
	case LWS_CALLBACK_CLIENT_WRITEABLE:
	case LWS_CALLBACK_CLIENT_CLOSED:
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
	case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
	case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
	case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE:
	case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
	case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
	case LWS_CALLBACK_WSI_DESTROY:
		return true;
	default:
		return false;
	}
}

static int on_connection(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
	size_t size)
{
	const struct client_connection *connection = user;

	if (!connection || !is_of_connection(reason))
		return 0;
	assert(connection->magic == CLIENT_CONNECTION_MAGIC);
	return connection->callback(wsi, reason, user, in, size);
}

static const struct lws_protocols protocols[] = {
	{.name = HTTP_PROTOCOL, .callback = on_connection, .rx_buffer_size = 65536},
	{.name = WEBSOCKET_PROTOCOL, .callback = on_connection, .rx_buffer_size = 65536},
	{.name = "wake", .callback = on_wake},
	{.name = NULL},
};

static int make_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static struct lws_context *make_context(struct client_loop *loop)
{
	struct lws_context_creation_info info;

	memset(&info, 0, sizeof info);
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.user = loop;
	info.gid = (gid_t)-1;
	info.uid = (uid_t)-1;
	info.timeout_secs = ANSWER_SECONDS;
	info.ka_time = KEEPALIVE_SECONDS;
	info.ka_interval = KEEPALIVE_SECONDS / 3;
	info.ka_probes = 3;
	info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	lws_set_log_level(0, NULL);
	return lws_create_context(&info);
}

/* From then on the descriptor is libwebsockets' to close. */
static int adopt(struct client_loop *loop, int fd)
{
	lws_sock_file_fd_type file = {.filefd = fd};
	struct lws_vhost *vhost = lws_get_vhost_by_name(loop->context, "default");

	return lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, file, "wake", NULL) ? 0 : -EIO;
}

static int open_loop(struct client_loop *loop, struct error *err)
{
	loop->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	loop->signals = make_signals();
	loop->context = make_context(loop);
	if (loop->timer < 0 || loop->signals < 0 || !loop->context)
		return error_set(err, -errno, "cannot start the client: %s", strerror(errno));
	if (adopt(loop, loop->timer) < 0 || adopt(loop, loop->signals) < 0)
		return error_set(err, -EIO, "cannot start the client's timer");
	return 0;
}

struct client_loop *client_loop_new(const struct client_loop_hooks *hooks, struct error *err)
{
	struct client_loop *loop = xcalloc(1, sizeof *loop);

	loop->hooks = *hooks;
	if (open_loop(loop, err) < 0) {
		client_loop_free(loop);
		return NULL;
	}
	return loop;
}

void client_loop_free(struct client_loop *loop)
{
	if (!loop)
		return;
	if (loop->context)
		lws_context_destroy(loop->context);
	free(loop);
}

void client_loop_turn(struct client_loop *loop)
{
	lws_service(loop->context, 0);
}

void client_loop_wake_at(struct client_loop *loop, uint64_t when)
{
	uint64_t now = clock_monotonic(), left = when > now ? when - now : 1;
	struct itimerspec setting = {{0, 0}, {0, 0}};

	if (when) {
		setting.it_value.tv_sec = (time_t)(left / 1000);
		setting.it_value.tv_nsec = (long)(left % 1000) * 1000000;
	}
	timerfd_settime(loop->timer, 0, &setting, NULL);
}

void client_loop_prepare(struct client_loop *loop, struct lws_client_connect_info *info,
	const struct url *url)
{
	memset(info, 0, sizeof *info);
	info->context = loop->context;
	info->address = url->host;
	info->port = url->port;
	info->host = url->authority;
	info->ssl_connection = url->is_tls ? LCCSCF_USE_SSL : 0;
	info->alpn = "http/1.1";
}
