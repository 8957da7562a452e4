/* fake_hub - see fake_hub.h.  It takes the place of src/hub in this program. */
#include "fake_hub.h"

#include "base/xalloc.h"
#include "muster/hub.h"

#include <pthread.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { HELD_MAX = 4096, LAST_SIZE = 4096 };

struct hub {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	struct hub_post *posted; /* the newest first */
	struct request *held[HELD_MAX];
	size_t held_count;
	size_t came;
	bool is_stopping;
	char json[256];     /* "": held */
	char release[256];  /* not "": answers what is held */
	char last[LAST_SIZE];
	char told[LAST_SIZE]; /* a copy for the test's thread */
};

struct hub_post *hub_post_new(enum hub_post_kind kind, const struct session_id *session)
{
	struct hub_post *p = xcalloc(1, sizeof *p);

	(void)session;
	p->kind = kind;
	return p;
}

void hub_post(struct hub *hub, struct hub_post *p)
{
	pthread_mutex_lock(&hub->lock);
	p->node.next = hub->posted ? &hub->posted->node : NULL;
	hub->posted = p;
	pthread_cond_broadcast(&hub->changed);
	pthread_mutex_unlock(&hub->lock);
}

static void note(struct hub *hub, struct request *r)
{
	snprintf(hub->last, sizeof hub->last, "%s %u %.*s", r->verb, r->roles,
		r->size < 3000 ? (int)r->size : 3000, r->args);
}

/* The lock is held, and given up while a request is answered. */
static void answer(struct hub *hub, struct request *r, const char *json)
{
	char copy[256];

	snprintf(copy, sizeof copy, "%s", json);
	pthread_mutex_unlock(&hub->lock);
	r->answer(r, copy, strlen(copy));
	pthread_mutex_lock(&hub->lock);
}

static void take_post(struct hub *hub)
{
	struct hub_post *p = hub->posted;
	struct request *r = p->asked;

	hub->posted = (struct hub_post *)p->node.next;
	free(p);
	note(hub, r);
	hub->came++;
	pthread_cond_broadcast(&hub->changed);
	if (*hub->json)
		answer(hub, r, hub->json);
	else
		hub->held[hub->held_count++] = r;
}

static void release(struct hub *hub)
{
	while (hub->held_count)
		answer(hub, hub->held[--hub->held_count], hub->release);
	hub->release[0] = '\0';
	pthread_cond_broadcast(&hub->changed);
}

static void *run(void *context)
{
	struct hub *hub = context;

	pthread_mutex_lock(&hub->lock);
	while (!hub->is_stopping || hub->posted || hub->release[0])
		if (hub->posted)
			take_post(hub);
		else if (hub->release[0])
			release(hub);
		else
			pthread_cond_wait(&hub->changed, &hub->lock);
	pthread_mutex_unlock(&hub->lock);
	return NULL;
}

struct hub *fake_hub_new(void)
{
	struct hub *hub = xcalloc(1, sizeof *hub);

	pthread_mutex_init(&hub->lock, NULL);
	pthread_cond_init(&hub->changed, NULL);
	pthread_create(&hub->thread, NULL, run, hub);
	return hub;
}

void fake_hub_free(struct hub *hub)
{
	fake_hub_release(hub, "{\"code\":1004}");
	pthread_mutex_lock(&hub->lock);
	hub->is_stopping = true;
	pthread_cond_broadcast(&hub->changed);
	pthread_mutex_unlock(&hub->lock);
	pthread_join(hub->thread, NULL);
	pthread_cond_destroy(&hub->changed);
	pthread_mutex_destroy(&hub->lock);
	free(hub);
}

void fake_hub_answer_with(struct hub *hub, const char *json)
{
	pthread_mutex_lock(&hub->lock);
	snprintf(hub->json, sizeof hub->json, "%s", json ? json : "");
	pthread_mutex_unlock(&hub->lock);
}

size_t fake_hub_wait(struct hub *hub, size_t n)
{
	struct timespec end;
	size_t came;
	int result = 0;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 10;
	pthread_mutex_lock(&hub->lock);
	while (hub->came < n && result == 0)
		result = pthread_cond_timedwait(&hub->changed, &hub->lock, &end);
	came = hub->came;
	pthread_mutex_unlock(&hub->lock);
	return came;
}

void fake_hub_release(struct hub *hub, const char *json)
{
	pthread_mutex_lock(&hub->lock);
	snprintf(hub->release, sizeof hub->release, "%s", json);
	pthread_cond_broadcast(&hub->changed);
	while (hub->release[0])
		pthread_cond_wait(&hub->changed, &hub->lock);
	pthread_mutex_unlock(&hub->lock);
}

const char *fake_hub_last(struct hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	memcpy(hub->told, hub->last, sizeof hub->told);
	pthread_mutex_unlock(&hub->lock);
	return hub->told;
}
