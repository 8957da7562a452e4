/* api - see api.h.  One libmicrohttpd daemon with a thread for each address;
 * a request is a row of the table of pages, and its answer is made whole
 * before it is sent. */
#include "api/api.h"

#include "api/listener.h"
#include "api/metrics_text.h"
#include "api/mhd_result.h"
#include "api/process_usage.h"
#include "base/buffer.h"
#include "base/xalloc.h"
#include "muster/codes.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CONNECTIONS_MAX = 128, /* per address */
	IDLE_SECONDS = 15,
};

struct door {
	struct MHD_Daemon *daemon;
	struct socket_address address;
};

struct api {
	struct counters *counters;
	double start_time;
	atomic_bool is_ready;
	struct door *doors;
	size_t count;
};

/* Write the body, return the status. */
typedef unsigned page_fn(struct api *a, struct buffer *body);

static unsigned page_metrics(struct api *a, struct buffer *body)
{
	struct process_usage usage = {.start_time = a->start_time};

	process_usage_read(&usage);
	metrics_text(body, a->counters, &usage, PACKAGE_VERSION);
	return MHD_HTTP_OK;
}

static unsigned page_healthz(struct api *a, struct buffer *body)
{
	(void)a;
	buffer_append_text(body, "ok");
	return MHD_HTTP_OK;
}

static unsigned page_readyz(struct api *a, struct buffer *body)
{
	bool is_ready = atomic_load(&a->is_ready);

	buffer_append_text(body, is_ready ? "ready" : "not ready");
	return is_ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
}

static unsigned page_none(struct api *a, struct buffer *body)
{
	(void)a;
	buffer_printf(body, "{\"code\":%d,\"msg\":\"no such page\"}", CODE_NO_SUCH_COMMAND);
	return MHD_HTTP_NOT_FOUND;
}

struct page {
	const char *path;
	const char *type;
	page_fn *fn;
};

static const struct page pages[] = {
	{"/metrics", "text/plain; version=0.0.4; charset=utf-8", page_metrics},
	{"/healthz", "text/plain; charset=utf-8", page_healthz},
	{"/readyz", "text/plain; charset=utf-8", page_readyz},
	{NULL, "application/json", page_none},
};

static const struct page *find_page(const char *method, const char *path)
{
	const struct page *page = pages;
	bool is_read = strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
		strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;

	while (page->path && (!is_read || strcmp(page->path, path) != 0))
		page++;
	return page;
}

/* Answering before a body was read closes the connection: there is nothing
 * here that takes one. */
static mhd_result on_request(void *context, struct MHD_Connection *connection, const char *path,
	const char *method, const char *version, const char *upload, size_t *upload_size, void **state)
{
	const struct page *page = find_page(method, path);
	struct MHD_Response *response;
	struct buffer body;
	unsigned status;
	mhd_result result;
	size_t size;
	char *text;

	(void)version, (void)upload, (void)upload_size, (void)state;
	buffer_init(&body, 0);
	status = page->fn(context, &body);
	text = buffer_steal(&body, &size);
	response = MHD_create_response_from_buffer(size, text, MHD_RESPMEM_MUST_FREE);
	if (!response) {
		free(text);
		return MHD_NO;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, page->type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

/* Signals are for the daemon's own threads, so this one is born deaf. */
static struct MHD_Daemon *start_daemon(struct api *a, int fd)
{
	struct MHD_Daemon *started;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL, 0, NULL, NULL,
		on_request, a,
		MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
		MHD_OPTION_END);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

static int add_door(struct api *a, const char *text, struct error *err)
{
	struct door *door = &a->doors[a->count];
	struct error why;
	int fd = listener_open(text, &door->address, &why);

	if (fd < 0)
		return error_set(err, fd, "api.listen: %s", why.text);
	door->daemon = start_daemon(a, fd);
	if (!door->daemon) {
		close(fd);
		listener_remove(&door->address);
		return error_set(err, -ENOMEM, "api.listen: cannot start a thread for %s", text);
	}
	a->count++;
	return 0;
}

struct api *api_new(const struct settings *settings, struct counters *counters, struct error *err)
{
	const struct text_list *listen = &settings->api.listen;
	struct api *a = xcalloc(1, sizeof *a);

	a->counters = counters;
	a->start_time = process_start_time();
	atomic_init(&a->is_ready, false);
	a->doors = xcalloc(listen->count + 1, sizeof *a->doors);
	for (size_t i = 0; i < listen->count; i++)
		if (add_door(a, listen->items[i], err) < 0) {
			api_free(a);
			return NULL;
		}
	return a;
}

void api_free(struct api *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->count; i++) {
		MHD_stop_daemon(a->doors[i].daemon);
		listener_remove(&a->doors[i].address);
	}
	free(a->doors);
	free(a);
}

void api_set_ready(struct api *a, bool is_ready)
{
	atomic_store(&a->is_ready, is_ready);
}

void api_describe(const struct api *a, char *out, size_t size)
{
	char address[SOCKET_ADDRESS_TEXT];
	size_t used = 0;

	if (size)
		out[0] = '\0';
	for (size_t i = 0; i < a->count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i ? "," : "",
			socket_address_format(&a->doors[i].address, address));
}
