/* channel - a named set of sessions: how many there are on each lane, who
 * they are, and the rule it stands under.  $all and $app/<app> are channels
 * too, whose members are in them by being there. */
#ifndef CORE_CHANNEL_H
#define CORE_CHANNEL_H

#include "core/lane_set.h"
#include "core/presence.h"

#include "muster/settings.h"

#include <stdbool.h>

enum channel_kind {
	CHANNEL_NAMED, /* members have subscribed */
	CHANNEL_APP,   /* $app/<app> */
	CHANNEL_ALL,   /* $all; its presence is counted by the registry */
};

struct channel {
	const struct channel_rule *rule;
	struct lane_set members;
	struct presence presence;
	enum channel_kind kind;
	char name[];
};

/* CHANNEL_ALL and CHANNEL_APP by their names, else CHANNEL_NAMED. */
enum channel_kind channel_kind_of(const char *name);
struct channel *channel_new(const char *name, const struct channel_rule *rule);
void channel_free(struct channel *ch, struct presence_queue *q); /* NULL is fine */
void channel_enter(struct channel *ch, struct presence_queue *q, unsigned lane, const struct person *who, uint64_t now);
void channel_leave(struct channel *ch, struct presence_queue *q, unsigned lane, const struct person *who, uint64_t now);
bool channel_is_empty(const struct channel *ch);

#endif
