/* api - see api.h.  One libmicrohttpd daemon for each address, a thread for each
 * connection: who asks a verb sleeps until the hub has answered, and holds up
 * nobody else. */
#include "api/api.h"

#include "api/calls.h"
#include "api/mhd_answer.h"
#include "api/pages.h"
#include "api/process_usage.h"
#include "api/verb_exchange.h"
#include "base/clock.h"
#include "base/listener.h"
#include "base/xalloc.h"
#include "muster/request.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
	SOCKET_MODE = 0600,    /* of a unix socket */
	CONNECTIONS_MAX = 128, /* per address */
	IDLE_SECONDS = 15,
	END_PATIENCE = 1000,   /* ms that verbs under way get at the end */
	END_WRITING = 200,     /* ms more, to write the answers */
};

struct door {
	struct api *api;
	struct MHD_Daemon *daemon;
	struct socket_address address;
	unsigned roles; /* of whoever comes in here without a key */
};

struct api {
	struct pages pages;
	struct calls *calls;
	pthread_mutex_t lock;
	pthread_cond_t idle;
	size_t busy;           /* verbs under way */
	struct door *doors;
	size_t count;
};

static mhd_result answer_page(struct api *a, struct MHD_Connection *connection, const char *path,
	const char *method)
{
	struct buffer body;
	const char *type;
	unsigned status;

	buffer_init(&body, 0);
	status = pages_answer(&a->pages, method, path, &body, &type);
	/* That it is not ready is what /readyz was asked for. */
	return mhd_answer(connection, status, type, &body,
		status == MHD_HTTP_SERVICE_UNAVAILABLE ? NULL : a->pages.counters);
}

static void set_timeout(struct MHD_Connection *connection, unsigned seconds)
{
	MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

static mhd_result begin_verb(struct door *door, struct MHD_Connection *connection, const char *path,
	const char *method, void **state)
{
	struct api *a = door->api;
	struct verb_exchange *x = verb_exchange_new(a->calls, a->pages.counters, door->roles, connection, path,
		method);

	pthread_mutex_lock(&a->lock);
	a->busy++;
	pthread_mutex_unlock(&a->lock);
	/* Or the sleep would count as idleness of the client. */
	set_timeout(connection, VERB_ANSWER_SECONDS + IDLE_SECONDS);
	*state = x;
	return verb_exchange_begin(x, connection);
}

/* Called when the head of a request is there, with each piece of its body, and at
 * its end.  A page is answered at the head, which closes the connection of a
 * request with a body: there is no page that takes one. */
static mhd_result on_request(void *context, struct MHD_Connection *connection, const char *path,
	const char *method, const char *version, const char *upload, size_t *upload_size, void **state)
{
	struct door *door = context;

	(void)version;
	if (*state)
		return verb_exchange_step(*state, connection, upload, upload_size);
	if (verb_exchange_is_asked(path))
		return begin_verb(door, connection, path, method, state);
	return answer_page(door->api, connection, path, method);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **state,
	enum MHD_RequestTerminationCode why)
{
	struct api *a = ((struct door *)context)->api;

	(void)why;
	if (!*state)
		return;
	verb_exchange_free(*state);
	*state = NULL;
	set_timeout(connection, IDLE_SECONDS);
	pthread_mutex_lock(&a->lock);
	if (--a->busy == 0)
		pthread_cond_signal(&a->idle);
	pthread_mutex_unlock(&a->lock);
}

/* Signals are for the daemon's own threads, so these are born deaf. */
static struct MHD_Daemon *start_daemon(struct door *door, int fd)
{
	struct MHD_Daemon *started;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = MHD_start_daemon(
		MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL, 0,
		NULL, NULL, on_request, door,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, door,
		MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
		MHD_OPTION_END);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

/* A unix socket is its owner's alone.  TCP is open to every user of the host, and to
 * the pages in their browsers. */
static unsigned roles_of(const struct socket_address *address)
{
	return address->storage.ss_family == AF_UNIX ? ROLE_READ | ROLE_PUBLISH | ROLE_ADMIN : 0;
}

static int add_door(struct api *a, const char *text, struct error *err)
{
	struct door *door = &a->doors[a->count];
	struct error why;
	int fd = listener_open(text, SOCKET_MODE, &door->address, &why);

	if (fd < 0)
		return error_set(err, fd, "api.listen: %s", why.text);
	door->api = a;
	door->roles = roles_of(&door->address);
	door->daemon = start_daemon(door, fd);
	if (!door->daemon) {
		close(fd);
		listener_remove(&door->address);
		return error_set(err, -ENOMEM, "api.listen: cannot start a thread for %s", text);
	}
	a->count++;
	return 0;
}

static void init_idle(struct api *a)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(&a->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&a->idle, &attributes);
	pthread_condattr_destroy(&attributes);
}

struct api *api_new(const struct settings *settings, struct counters *counters, struct hub *hub,
	struct error *err)
{
	const struct text_list *listen = &settings->api.listen;
	struct api *a = xcalloc(1, sizeof *a);

	a->pages.counters = counters;
	a->pages.start_time = process_start_time();
	atomic_init(&a->pages.is_ready, false);
	a->calls = calls_new(hub);
	init_idle(a);
	a->doors = xcalloc(listen->count + 1, sizeof *a->doors);
	for (size_t i = 0; i < listen->count; i++)
		if (add_door(a, listen->items[i], err) < 0) {
			api_free(a);
			return NULL;
		}
	return a;
}

/* libmicrohttpd shuts the connections when it is stopped: the answers first. */
static void wait_for_verbs(struct api *a)
{
	uint64_t end = clock_monotonic() + END_PATIENCE + END_WRITING;
	struct timespec when = {(time_t)(end / 1000), (long)(end % 1000) * 1000000};
	int result = 0;

	calls_close(a->calls, END_PATIENCE);
	pthread_mutex_lock(&a->lock);
	while (a->busy > 0 && result == 0)
		result = pthread_cond_timedwait(&a->idle, &a->lock, &when);
	pthread_mutex_unlock(&a->lock);
}

void api_free(struct api *a)
{
	if (!a)
		return;
	wait_for_verbs(a);
	for (size_t i = 0; i < a->count; i++) {
		MHD_stop_daemon(a->doors[i].daemon);
		listener_remove(&a->doors[i].address);
	}
	calls_free(a->calls);
	pthread_cond_destroy(&a->idle);
	pthread_mutex_destroy(&a->lock);
	free(a->doors);
	free(a);
}

void api_set_ready(struct api *a, bool is_ready)
{
	atomic_store(&a->pages.is_ready, is_ready);
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
