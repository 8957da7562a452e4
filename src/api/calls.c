/* calls - see calls.h.  One lock for all: it is held for a few instructions.  The
 * object is counted by its owner and by every unanswered call, so a late answer
 * finds it alive. */
#include "api/calls.h"

#include "base/clock.h"
#include "base/xalloc.h"
#include "muster/hub.h"
#include "muster/limits.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CALL_MAGIC = 0x43414c4c };

struct calls {
	pthread_mutex_t lock;
	struct hub *hub;
	unsigned references;   /* the owner's, and one for each unanswered call */
	bool is_closed;
	uint64_t end;          /* when closed: nobody waits longer */
	struct call *waiting;  /* those somebody sleeps for */
};

struct call {
	struct request request; /* first: the one is found by the other */
	unsigned magic;
	struct calls *of;
	struct call *next;      /* of the waiting ones */
	struct call *previous;
	pthread_cond_t woken;
	bool is_answered;
	bool is_given_up;
	char *json;
	size_t size;
	char *args;
	char verb[MAX_VERB + 1];
};

struct calls *calls_new(struct hub *hub)
{
	struct calls *c = xcalloc(1, sizeof *c);

	pthread_mutex_init(&c->lock, NULL);
	c->hub = hub;
	c->references = 1;
	return c;
}

/* Gives the lock back. */
static void unlock_and_unref(struct calls *c)
{
	bool is_last = --c->references == 0;

	pthread_mutex_unlock(&c->lock);
	if (!is_last)
		return;
	pthread_mutex_destroy(&c->lock);
	free(c);
}

void calls_free(struct calls *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	assert(!c->waiting);
	unlock_and_unref(c);
}

void calls_close(struct calls *c, uint64_t patience)
{
	pthread_mutex_lock(&c->lock);
	c->is_closed = true;
	c->end = clock_monotonic() + patience;
	for (struct call *call = c->waiting; call; call = call->next)
		pthread_cond_signal(&call->woken);
	pthread_mutex_unlock(&c->lock);
}

static void call_free(struct call *call)
{
	pthread_cond_destroy(&call->woken);
	call->magic = 0;
	free(call->json);
	free(call->args);
	free(call);
}

/* On the hub's thread. */
static void on_answer(struct request *request, const char *json, size_t size)
{
	struct call *call = (struct call *)request;
	struct calls *c = call->of;
	bool is_given_up;

	assert(call->magic == CALL_MAGIC);
	pthread_mutex_lock(&c->lock);
	assert(!call->is_answered);
	is_given_up = call->is_given_up;
	call->is_answered = true;
	if (!is_given_up) {
		call->json = xstrndup(json, size);
		call->size = size;
		pthread_cond_signal(&call->woken);
	}
	unlock_and_unref(c);
	if (is_given_up)
		call_free(call);
}

static struct call *call_new(struct calls *c, const struct call_options *options)
{
	struct call *call = xcalloc(1, sizeof *call);
	pthread_condattr_t attributes;
	size_t size = strlen(options->verb);

	assert(size <= MAX_VERB);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&call->woken, &attributes);
	pthread_condattr_destroy(&attributes);
	call->magic = CALL_MAGIC;
	call->of = c;
	memcpy(call->verb, options->verb, size);
	call->args = *options->args;
	*options->args = NULL;
	call->request = (struct request){
		.verb = call->verb,
		.args = call->args ? call->args : "",
		.size = call->args ? options->size : 0,
		.roles = options->roles,
		.answer = on_answer,
	};
	return call;
}

static void link_call(struct calls *c, struct call *call)
{
	call->next = c->waiting;
	if (c->waiting)
		c->waiting->previous = call;
	c->waiting = call;
	c->references++;
}

static void unlink_call(struct calls *c, struct call *call)
{
	if (call->previous)
		call->previous->next = call->next;
	else
		c->waiting = call->next;
	if (call->next)
		call->next->previous = call->previous;
}

static void wait_until(struct calls *c, struct call *call, uint64_t end)
{
	struct timespec when = {(time_t)(end / 1000), (long)(end % 1000) * 1000000};

	pthread_cond_timedwait(&call->woken, &c->lock, &when);
}

/* The lock is held. */
static void wait_for_answer(struct calls *c, struct call *call, uint64_t end)
{
	while (!call->is_answered) {
		uint64_t limit = c->is_closed && c->end < end ? c->end : end;

		if (clock_monotonic() >= limit)
			return;
		wait_until(c, call, limit);
	}
}

static void post(struct hub *hub, struct call *call)
{
	struct hub_post *p = hub_post_new(HUB_REQUEST, NULL);

	p->asked = &call->request;
	hub_post(hub, p);
}

/* Whether one more may be asked; the lock is held. */
static int admit(const struct calls *c)
{
	if (c->is_closed)
		return -ESHUTDOWN;
	return c->references > CALLS_UNANSWERED_MAX ? -EBUSY : 0;
}

int calls_ask(struct calls *c, const struct call_options *options, char **json, size_t *size)
{
	uint64_t end = clock_monotonic() + options->patience;
	struct call *call = NULL;
	int result;

	pthread_mutex_lock(&c->lock);
	result = admit(c);
	if (result == 0)
		link_call(c, call = call_new(c, options));
	pthread_mutex_unlock(&c->lock);
	if (result < 0)
		return result;
	post(c->hub, call);
	pthread_mutex_lock(&c->lock);
	wait_for_answer(c, call, end);
	unlink_call(c, call);
	call->is_given_up = !call->is_answered;
	result = call->is_answered ? 0 : -ETIMEDOUT;
	pthread_mutex_unlock(&c->lock);
	if (result < 0)
		return result; /* the call is its answerer's to free */
	*json = call->json;
	*size = call->size;
	call->json = NULL;
	call_free(call);
	return 0;
}
