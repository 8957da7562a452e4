/* server - the wiring.  What is built first is freed last; a part that is NULL
 * was not reached. */
#include "daemon/server.h"

#include "api/api.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "muster/authorizer.h"
#include "muster/bus.h"
#include "muster/counters.h"
#include "muster/hub.h"
#include "muster/lane.h"
#include "muster/limits.h"
#include "muster/store.h"
#include "transport/files.h"
#include "transport/front_door.h"
#include "transport/http.h"
#include "transport/websocket.h"

#include <errno.h>
#ifdef HAVE_MALLOC_TRIM
#include <malloc.h>
#endif
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CROWD = 1000 }; /* sessions whose memory is worth giving back */

struct server {
	const struct settings *settings;
	unsigned lane_count;
	char node[65];
	struct counters *counters;
	struct authorizer *authorizer;
	struct bus *bus;
	struct store *store;
	struct hub *hub;
	struct files *files;
	struct lane *lanes[MAX_LANES];
	struct websocket *websockets[MAX_LANES];
	struct http *https[MAX_LANES];
	struct front_door *door;
	struct api *api;
	pthread_t hub_thread;
	pthread_t door_thread;
	pthread_t lane_threads[MAX_LANES];
	unsigned running_lanes;
	int64_t peak;               /* of sessions, since memory was last given back */
	bool is_hub_running;
	bool is_door_running;
};

/* -- building ------------------------------------------------------------------ */

static int build_lane(struct server *s, unsigned number, struct error *err)
{
	struct lane_options options = {
		.number = number,
		.settings = s->settings,
		.authorizer = s->authorizer,
		.counters = s->counters,
		.hub = s->hub,
		.node = s->node,
	};
	struct lane *lane = s->lanes[number] = lane_new(&options);

	s->websockets[number] = websocket_new(lane, s->settings, s->counters, err);
	if (!s->websockets[number])
		return -EIO;
	s->https[number] = http_new(lane, s->websockets[number], s->files, s->settings, s->counters, s->lanes, s->lane_count);
	lane_set_socket_taker(lane, http_take, s->https[number]);
	return 0;
}

static struct front_door *build_door(struct server *s, struct error *err)
{
	struct front_door_options options = {
		.settings = s->settings,
		.counters = s->counters,
		.files = s->files,
		.lanes = s->lanes,
		.lane_count = s->lane_count,
	};

	return front_door_new(&options, err);
}

static int build(struct server *s, struct error *err)
{
	struct hub_options hub = {.settings = s->settings, .counters = s->counters, .lane_count = s->lane_count};

	s->authorizer = s->settings->auth == AUTH_OPEN ? authorizer_open_new() : authorizer_closed_new(s->settings->anonymous);
	s->bus = hub.bus = bus_new(s->settings, s->counters, err);
	if (!s->bus)
		return -EIO;
	s->store = hub.store = strcmp(s->settings->store.kind, "sqlite") == 0 ? store_sqlite_new(s->settings->store.path, (size_t)s->settings->dedup_max, err)
									     : store_memory_new();
	if (!s->store)
		return -EIO;
	s->hub = hub_new(&hub);
	hub_set_lanes(s->hub, s->lanes);
	s->files = files_new(s->settings, s->counters, err);
	if (!s->files)
		return -EIO;
	for (unsigned i = 0; i < s->lane_count; i++)
		if (build_lane(s, i, err) < 0)
			return -EIO;
	s->door = build_door(s, err);
	if (!s->door)
		return -EIO;
	s->api = api_new(s->settings, s->counters, s->hub, err);
	return s->api ? 0 : -EIO;
}

struct server *server_new(const struct settings *settings, struct error *err)
{
	struct server *s = xcalloc(1, sizeof(*s));

	s->settings = settings;
	s->lane_count = (unsigned)settings->lanes;
	s->counters = xcalloc(1, sizeof(*s->counters));
	if (gethostname(s->node, sizeof(s->node) - 1) < 0)
		snprintf(s->node, sizeof(s->node), "muster");
	if (build(s, err) < 0) {
		server_free(s);
		return NULL;
	}
	return s;
}

/* -- running ------------------------------------------------------------------- */

static void *hub_main(void *hub)
{
	hub_run(hub);
	return NULL;
}

static void *lane_main(void *lane)
{
	lane_run(lane);
	return NULL;
}

static void *door_main(void *door)
{
	front_door_run(door);
	return NULL;
}

int server_start(struct server *s, struct error *err)
{
	int result = pthread_create(&s->hub_thread, NULL, hub_main, s->hub);

	s->is_hub_running = result == 0;
	while (!result && s->running_lanes < s->lane_count) {
		result = pthread_create(&s->lane_threads[s->running_lanes], NULL, lane_main, s->lanes[s->running_lanes]);
		s->running_lanes += result == 0;
	}
	if (!result) {
		result = pthread_create(&s->door_thread, NULL, door_main, s->door);
		s->is_door_running = result == 0;
	}
	if (result)
		return error_set(err, -result, "cannot start a thread: %s", strerror(result));
	api_set_ready(s->api, true);
	return 0;
}

void server_describe(const struct server *s, char *out, size_t size)
{
	char listen[512], api[256], bus[512];

	front_door_describe(s->door, listen, sizeof(listen));
	api_describe(s->api, api, sizeof(api));
	bus_describe(s->bus, bus, sizeof(bus));
	snprintf(out, size, "listen=%s api=%s %s", listen, api, bus);
}

/* The allocator keeps what was freed; only here is it asked to let go. */
void server_give_back(struct server *s)
{
	int64_t sessions = counter_get(s->counters, COUNTER_SESSIONS);

	if (sessions > s->peak)
		s->peak = sessions;
	if (s->peak < CROWD || sessions > s->peak / 2)
		return;
	s->peak = sessions;
#ifdef HAVE_MALLOC_TRIM
	malloc_trim(0);
#endif
}

static void stop_door(struct server *s)
{
	if (!s->is_door_running)
		return;
	front_door_stop(s->door);
	pthread_join(s->door_thread, NULL);
	s->is_door_running = false;
}

void server_drain(struct server *s)
{
	api_set_ready(s->api, false);
	stop_door(s);
	for (unsigned i = 0; i < s->lane_count; i++)
		lane_post(s->lanes[i], lane_post_new(LANE_DRAIN));
}

bool server_is_drained(struct server *s)
{
	for (unsigned i = 0; i < s->lane_count; i++)
		if (!lane_is_drained(s->lanes[i]))
			return false;
	return true;
}

/* -- the end ------------------------------------------------------------------- */

static void stop_threads(struct server *s)
{
	stop_door(s);
	for (unsigned i = 0; i < s->running_lanes; i++)
		lane_post(s->lanes[i], lane_post_new(LANE_STOP));
	for (unsigned i = 0; i < s->running_lanes; i++)
		pthread_join(s->lane_threads[i], NULL);
	if (s->is_hub_running) {
		hub_post(s->hub, hub_post_new(HUB_STOP, NULL));
		pthread_join(s->hub_thread, NULL);
	}
}

/* libwebsockets closes a descriptor twice: everybody who opens some is gone by now. */
static void free_lanes(struct server *s)
{
	for (unsigned i = 0; i < s->lane_count; i++)
		http_free(s->https[i]);
	for (unsigned i = 0; i < s->lane_count; i++)
		websocket_free(s->websockets[i]);
	for (unsigned i = 0; i < s->lane_count; i++)
		lane_free(s->lanes[i]);
}

void server_free(struct server *s)
{
	if (!s)
		return;
	stop_door(s);
	api_free(s->api); /* while the hub still answers */
	stop_threads(s);
	front_door_free(s->door);
	files_free(s->files);
	free_lanes(s);
	hub_free(s->hub);
	if (s->store)
		s->store->ops->free(s->store);
	bus_free(s->bus);
	authorizer_free(s->authorizer);
	free(s->counters);
	free(s);
}
