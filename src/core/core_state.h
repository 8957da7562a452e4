/* core_state - what the parts of the facade share: core.c (sessions and
 * presence), subscriptions.c (channels), router.c (messages). */
#ifndef CORE_CORE_STATE_H
#define CORE_CORE_STATE_H

#include "base/map.h"
#include "core/channel.h"
#include "core/core.h"
#include "core/dedup.h"
#include "core/publisher_gaps.h"
#include "core/session_registry.h"

struct core {
	const struct settings *settings;
	unsigned lanes;
	struct session_registry registry;
	struct presence_queue queue;
	struct map channels; /* by name, $all and $app/.. among them */
	struct channel *all;
	size_t named;        /* channels that sessions subscribed to */
	struct dedup dedup;
	struct publisher_gaps gaps;
};

/* A channel of that name, made and added, to be removed when it is empty. */
struct channel *core_add_channel(struct core *c, const char *name, const struct channel_rule *rule);
void core_remove_channel(struct core *c, struct channel *ch);
/* End a subscription of the session. */
void core_drop_subscription(struct core *c, struct session *s, struct subscription *sub, uint64_t now);
/* Is the session in it, by subscription or by being there? */
bool core_session_is_in(const struct session *s, const struct channel *ch);

#endif
