/* files - see files.h.  A table of paths; the answers are made once, at the
 * start, and shared by all requests. */
#include "transport/files.h"

#include "base/buffer.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "muster/limits.h"
#include "protocol/refusal_row.h"
#include "transport/demo_page.h"
#include "transport/http_refusal.h"

#include <microhttpd.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_CONNECTIONS = 256,
	TIMEOUT = 10,                           /* seconds without a byte */
	POOL = 2 * MAX_REQUEST_HEAD + 8 * 1024, /* per connection: the head, as sent and taken apart */
};

#if MHD_VERSION >= 0x00097002
typedef enum MHD_Result answer_result;
#else
typedef int answer_result;
#endif

enum refusal { NOT_FOUND, BAD_METHOD, REFUSALS };

struct files {
	const struct settings *settings;
	struct counters *counters;
	struct MHD_Daemon *daemon;
	struct MHD_Response *health;
	struct MHD_Response *demo; /* NULL: there is none */
	struct MHD_Response *to_demo;
	struct MHD_Response *refusals[REFUSALS];
	atomic_uint connections;
};

static struct MHD_Response *response_new(const char *type, const void *data, size_t size, bool is_static)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(size, (void *)(uintptr_t)data,
		is_static ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_COPY);

	if (!r)
		return NULL;
	MHD_add_response_header(r, "Content-Type", type);
	MHD_add_response_header(r, "Connection", "close");
	MHD_add_response_header(r, "Cache-Control", "no-cache");
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	return r;
}

static struct MHD_Response *refusal_new(int status, const char *sentence)
{
	const struct attach_refusal why = {.status = status, .sentence = sentence};
	struct MHD_Response *r;
	struct buffer text;

	buffer_init(&text, 0);
	http_refusal_body(&text, &why);
	r = response_new("application/json", text.data, text.size, false);
	buffer_fini(&text);
	return r;
}

static answer_result refuse(struct files *f, struct MHD_Connection *connection, enum refusal which, int status)
{
	counter_add(f->counters, refusal_row_of_status(status), 1);
	return MHD_queue_response(connection, (unsigned)status, f->refusals[which]);
}

static answer_result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *upload, size_t *upload_size, void **request)
{
	struct files *f = context;
	bool is_health = strcmp(url, "/healthz") == 0;
	bool is_demo = f->demo && strcmp(url, "/demo/") == 0;
	bool is_to_demo = f->demo && strcmp(url, "/demo") == 0;

	(void)version;
	(void)upload;
	(void)upload_size;
	(void)request;
	if (!is_health && !is_demo && !is_to_demo)
		return refuse(f, connection, NOT_FOUND, 404);
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return refuse(f, connection, BAD_METHOD, 405);
	if (is_to_demo)
		return MHD_queue_response(connection, 307, f->to_demo);
	return MHD_queue_response(connection, 200, is_health ? f->health : f->demo);
}

static void count(struct files *f, int change)
{
	atomic_fetch_add(&f->connections, (unsigned)change);
	counter_add(f->counters, COUNTER_CONNECTIONS, change);
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket,
	enum MHD_ConnectionNotificationCode code)
{
	(void)connection;
	(void)socket;
	if (code == MHD_CONNECTION_NOTIFY_CLOSED)
		count(context, -1);
}

/* False: out of memory. */
static bool make_responses(struct files *f)
{
	f->health = response_new("text/plain", "ok", 2, true);
	f->refusals[NOT_FOUND] = refusal_new(404, "there is nothing of this name");
	f->refusals[BAD_METHOD] = refusal_new(405, "only GET and HEAD are served here");
	if (!f->health || !f->refusals[NOT_FOUND] || !f->refusals[BAD_METHOD])
		return false;
	MHD_add_response_header(f->refusals[BAD_METHOD], "Allow", "GET, HEAD");
	if (f->settings->auth != AUTH_OPEN)
		return true;
	f->demo = response_new("text/html; charset=utf-8", demo_page, demo_page_size, true);
	f->to_demo = response_new("text/plain", "", 0, true);
	if (!f->demo || !f->to_demo)
		return false;
	MHD_add_response_header(f->to_demo, "Location", "/demo/");
	return true;
}

struct files *files_new(const struct settings *settings, struct counters *counters, struct error *err)
{
	struct files *f = xcalloc(1, sizeof *f);

	f->settings = settings;
	f->counters = counters;
	if (make_responses(f))
		f->daemon = MHD_start_daemon(MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC,
			0, NULL, NULL, on_request, f,
			MHD_OPTION_CONNECTION_LIMIT, (unsigned)MAX_CONNECTIONS + 1,
			MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT,
			MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL,
			MHD_OPTION_NOTIFY_CONNECTION, on_connection, f,
			MHD_OPTION_END);
	if (f->daemon)
		return f;
	error_set(err, -EIO, "libmicrohttpd did not start: %s", strerror(errno));
	files_free(f);
	return NULL;
}

static void response_free(struct MHD_Response *r)
{
	if (r)
		MHD_destroy_response(r);
}

void files_free(struct files *f)
{
	if (!f)
		return;
	if (f->daemon)
		MHD_stop_daemon(f->daemon);
	for (int i = 0; i < REFUSALS; i++)
		response_free(f->refusals[i]);
	response_free(f->to_demo);
	response_free(f->demo);
	response_free(f->health);
	free(f);
}

static socklen_t address_size(const struct sockaddr_storage *peer)
{
	if (peer->ss_family == AF_INET)
		return sizeof(struct sockaddr_in);
	return peer->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof *peer;
}

void files_take(struct files *f, int fd, const struct sockaddr_storage *peer)
{
	static const struct attach_refusal full = {.status = 503, .sentence = "too many connections, try again later",
		.retry_after = 1};

	if (atomic_load(&f->connections) >= MAX_CONNECTIONS) {
		counter_add(f->counters, COUNTER_REFUSED_FULL, 1);
		http_refuse(fd, &full, NULL, f->counters);
		return;
	}
	count(f, 1);
	/* takes fd even when it fails */
	if (MHD_add_connection(f->daemon, fd, (const struct sockaddr *)peer, address_size(peer)) != MHD_YES)
		count(f, -1);
}
