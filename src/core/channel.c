/* channel - members per lane, and presence in step with them. */
#include "core/channel.h"

#include "base/xalloc.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum channel_kind channel_kind_of(const char *name)
{
	if (strcmp(name, "$all") == 0)
		return CHANNEL_ALL;
	return strncmp(name, "$app/", 5) == 0 ? CHANNEL_APP : CHANNEL_NAMED;
}

struct channel *channel_new(const char *name, const struct channel_rule *rule)
{
	size_t size = strlen(name) + 1;
	struct channel *ch = xmalloc(sizeof(*ch) + size);

	memcpy(ch->name, name, size);
	ch->rule = rule;
	ch->kind = channel_kind_of(name);
	lane_set_init(&ch->members);
	presence_init(&ch->presence, ch->name, rule->presence && ch->kind == CHANNEL_NAMED);
	return ch;
}

void channel_free(struct channel *ch, struct presence_queue *q)
{
	if (ch == NULL)
		return;
	presence_fini(&ch->presence, q);
	lane_set_fini(&ch->members);
	free(ch);
}

void channel_enter(struct channel *ch, struct presence_queue *q, unsigned lane, const struct person *who, uint64_t now)
{
	lane_set_add(&ch->members, lane, q->lanes);
	if (ch->kind != CHANNEL_ALL)
		presence_enter(&ch->presence, q, who, now);
}

void channel_leave(struct channel *ch, struct presence_queue *q, unsigned lane, const struct person *who, uint64_t now)
{
	lane_set_remove(&ch->members, lane);
	if (ch->kind != CHANNEL_ALL)
		presence_leave(&ch->presence, q, who, now);
}

bool channel_is_empty(const struct channel *ch)
{
	return ch->members.bits == 0;
}
