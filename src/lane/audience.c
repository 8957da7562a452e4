#include "lane/audience.h"

#include "base/xalloc.h"
#include "lane/session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void audience_index_init(struct audience_index *index)
{
	map_init(&index->map);
}

void audience_index_fini(struct audience_index *index)
{
	assert(index->map.count == 0);
	map_fini(&index->map);
}

static size_t make_key(char *key, const char *kind, const char *name)
{
	size_t kind_size = strlen(kind), name_size = strlen(name);

	assert(kind_size + name_size <= MAX_AUDIENCE_KEY);
	memcpy(key, kind, kind_size);
	memcpy(key + kind_size, name, name_size);
	return kind_size + name_size;
}

struct audience *audience_find(const struct audience_index *index, const char *kind, const char *name)
{
	char key[MAX_AUDIENCE_KEY];
	size_t size = make_key(key, kind, name);

	return map_find(&index->map, key, size);
}

static struct audience *find_or_add(struct audience_index *index, const char *kind, const char *name)
{
	char key[MAX_AUDIENCE_KEY];
	size_t size = make_key(key, kind, name);
	struct audience *a = map_find(&index->map, key, size);

	if (a)
		return a;
	a = xcalloc(1, sizeof(*a) + size);
	a->key_size = (unsigned)size;
	memcpy(a->key, key, size);
	map_add(&index->map, a->key, size, a);
	return a;
}

/* A session has few seats: a walk is cheaper than another table. */
static struct seat *find_seat(const struct seats *seats, const struct audience *a)
{
	for (unsigned i = 0; i < seats->count; i++)
		if (seats->items[i].audience == a)
			return &seats->items[i];
	return NULL;
}

void audience_join(struct audience_index *index, const char *kind, const char *name, struct session *session,
	struct seats *seats)
{
	struct audience *a = find_or_add(index, kind, name);

	if (find_seat(seats, a))
		return;
	if (a->count == a->capacity) {
		a->capacity = a->capacity ? a->capacity * 2 : 1;
		a->members = xrealloc(a->members, a->capacity * sizeof(*a->members));
	}
	if (seats->count == seats->capacity) {
		seats->capacity = seats->capacity ? seats->capacity + 4 : 5;
		seats->items = xrealloc(seats->items, seats->capacity * sizeof(*seats->items));
	}
	a->members[a->count] = (struct audience_member){session, seats->count};
	seats->items[seats->count++] = (struct seat){a, a->count++};
}

static void stand_up(struct audience_index *index, struct seats *seats, struct seat *seat)
{
	struct audience *a = seat->audience;
	struct audience_member *last = &a->members[--a->count];
	struct seat *last_seat = &seats->items[--seats->count];

	if (seat->position != a->count) { /* the last member takes the place */
		a->members[seat->position] = *last;
		session_seats(last->session)->items[last->slot].position = seat->position;
	}
	if (seat != last_seat) { /* and the last seat the slot */
		*seat = *last_seat;
		seat->audience->members[seat->position].slot = (unsigned)(seat - seats->items);
	}
	if (a->count == 0) {
		map_remove(&index->map, a->key, a->key_size);
		free(a->members);
		free(a);
	}
}

void audience_leave(struct audience_index *index, const char *kind, const char *name, struct seats *seats)
{
	struct audience *a = audience_find(index, kind, name);
	struct seat *seat = a ? find_seat(seats, a) : NULL;

	if (seat)
		stand_up(index, seats, seat);
}

void audience_leave_all(struct audience_index *index, struct seats *seats)
{
	while (seats->count)
		stand_up(index, seats, &seats->items[seats->count - 1]);
	free(seats->items);
	seats->items = NULL;
	seats->capacity = 0;
}
