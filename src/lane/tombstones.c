#include "lane/tombstones.h"

#include "base/xalloc.h"

#include <stdlib.h>

void tombstones_init(struct tombstones *t)
{
	map_init(&t->map);
	ring_init(&t->ring);
}

static void forget_oldest(struct tombstones *t)
{
	struct tombstone *s = ring_pop_front(&t->ring);

	map_remove(&t->map, s->id.bytes, sizeof(s->id.bytes));
	free(s);
}

void tombstones_fini(struct tombstones *t)
{
	while (t->ring.count)
		forget_oldest(t);
	ring_fini(&t->ring);
	map_fini(&t->map);
}

void tombstones_add(struct tombstones *t, const struct session_id *id, int code, bool reconnect)
{
	struct tombstone *s;

	if (tombstones_find(t, id))
		return;
	if (t->ring.count == MAX_TOMBSTONES)
		forget_oldest(t);
	s = xmalloc(sizeof(*s));
	*s = (struct tombstone){*id, code, reconnect};
	map_add(&t->map, s->id.bytes, sizeof(s->id.bytes), s);
	ring_push_back(&t->ring, s);
}

const struct tombstone *tombstones_find(const struct tombstones *t, const struct session_id *id)
{
	return map_find(&t->map, id->bytes, sizeof(id->bytes));
}
