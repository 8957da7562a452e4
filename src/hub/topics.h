/* topics - the channels that have a history.  A durable one is loaded from the store
 * when it is first needed; whatever needs it waits until it is there. */
#ifndef HUB_TOPICS_H
#define HUB_TOPICS_H

#include "base/ring.h"
#include "core/history.h"
#include "muster/settings.h"
#include "protocol/push.h"

#include <stdbool.h>
#include <stdint.h>

struct hub;

struct topic {
	struct hub *hub;
	char *name;
	const struct channel_rule *rule;
	struct history history;
	uint64_t given;        /* the last offset given to a message; those behind history.last are with the store */
	bool is_ready;
	bool is_broken;        /* it could not be loaded: what needs it hears so, and a second later it is tried anew */
	uint64_t broken_at;
	unsigned in_flight;    /* messages that are with the store */
	uint64_t touched;      /* when it was last needed */
	struct ring waiting;   /* struct topic_wait */
	struct topic *next;    /* in the order of their making, for the sweep */
	struct topic *previous;
};

/* The topic of a channel, made when the channel's rule has a history; else, or when
 * there are limits.channels of them, *out is NULL.  0, or -CODE_OVER_LIMIT. */
int topics_find(struct hub *hub, const char *channel, struct topic **out);
/* The topic is not ready: call run(hub, arg) once it is, or drop(arg) when the hub
 * ends before. */
void topic_wait(struct topic *t, void (*run)(struct hub *hub, void *arg), void (*drop)(void *arg), void *arg);
/* Where the history ends. */
struct push_position topic_position(const struct topic *t);
/* Let go of what is over: some of the topics, a turn. */
void topics_sweep(struct hub *hub);
/* At the end: what still waits is dropped. */
void topics_free(struct hub *hub);

#endif
