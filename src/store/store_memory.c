/* store_memory - the store that forgets with the process.  A call waits in a list
 * and is done when it is told, so the order is that of the calls by itself.
 *
 * Channels and mailboxes are the same here, boxes, in two maps.  What expired, and
 * boxes that may be forgotten, are found by a hand that goes round each map, a few
 * entries per call that adds one: no call costs more than its own box, and what
 * nobody asks for any more does not stay. */
#include "store/kept.h"
#include "store/store_front.h"

#include "base/map.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
	HAND_STEPS = 2,                 /* boxes looked at for each message added */
	FORGET_AFTER = 24 * 3600 * 1000 /* ms */
};

struct box {
	struct kept_list kept;
	uint64_t last;
	uint64_t used; /* when the last message came */
	uint64_t dropped;
	char *epoch;   /* channels only */
	char name[];
};

struct boxes {
	struct map map;
	size_t hand;
};

struct store_memory {
	struct store_front front;
	struct boxes channels;
	struct boxes mailboxes;
	struct inbox_node *first; /* calls that wait to be done and told */
	struct inbox_node *last;  /* only valid with first */
};

static struct box *box_find_or_add(struct boxes *boxes, const char *name)
{
	struct box *b = map_find_text(&boxes->map, name);
	size_t size = strlen(name) + 1;

	if (b)
		return b;
	b = xcalloc(1, sizeof *b + size);
	memcpy(b->name, name, size);
	map_add_text(&boxes->map, b->name, b);
	return b;
}

static void box_free(struct box *b)
{
	kept_clear(&b->kept);
	free(b->epoch);
	free(b);
}

static void expire_front(struct box *b, uint64_t now)
{
	struct stored_message message;

	while (kept_first(&b->kept, &message) && message.expires <= now)
		kept_drop_first(&b->kept);
}

static void move_hand(struct boxes *boxes, uint64_t now)
{
	for (int i = 0; i < HAND_STEPS; i++) {
		struct box *b = map_next(&boxes->map, &boxes->hand);

		if (!b) {
			boxes->hand = 0;
			return;
		}
		expire_front(b, now);
		if (b->kept.count == 0 && now > b->used && now - b->used > FORGET_AFTER) {
			map_remove_text(&boxes->map, b->name);
			box_free(b);
		}
	}
}

/* The newest limit of those that have not expired. */
static void tell_kept(struct store_call *call, const struct box *b, size_t limit)
{
	struct stored_message message;
	size_t alive = 0;

	for (const struct kept *k = NULL; (k = kept_next(&b->kept, k, &message));)
		alive += message.expires > call->now;
	for (const struct kept *k = NULL; (k = kept_next(&b->kept, k, &message));) {
		if (message.expires > call->now && alive-- <= limit)
			store_call_add_message(call, &message);
	}
	call->outcome.last = b->last;
}

static void load_channel(struct store_memory *m, struct store_call *call)
{
	const struct box *b = map_find_text(&m->channels.map, call->name);

	if (!b)
		return;
	tell_kept(call, b, call->limit);
	store_call_set_epoch(call, b->epoch);
}

static void begin_epoch(struct box *b, const char *epoch)
{
	if (b->epoch && strcmp(b->epoch, epoch) == 0)
		return;
	free(b->epoch);
	b->epoch = xstrdup(epoch);
	b->last = 0;
	kept_clear(&b->kept);
}

static void add_to_box(struct box *b, const struct stored_message *message)
{
	kept_add(&b->kept, message);
	b->last = message->position;
	b->used = message->time;
}

static void append(struct store_memory *m, struct store_call *call)
{
	const struct box *known = map_find_text(&m->channels.map, call->name);
	struct box *b;
	struct stored_message first;

	if (!store_call_is_behind(call, known && strcmp(known->epoch, call->epoch) == 0 ? known->last : 0))
		return;
	b = box_find_or_add(&m->channels, call->name);
	begin_epoch(b, call->epoch);
	add_to_box(b, &call->message);
	while (kept_first(&b->kept, &first) && b->last - first.position >= call->limit)
		kept_drop_first(&b->kept);
	move_hand(&m->channels, call->message.time);
}

static void load_mailbox(struct store_memory *m, struct store_call *call)
{
	struct box *b = map_find_text(&m->mailboxes.map, call->name);

	if (!b)
		return;
	tell_kept(call, b, SIZE_MAX);
	call->outcome.dropped = b->dropped;
	if (!call->is_look)
		b->dropped = 0;
}

static void put_mailbox(struct store_memory *m, struct store_call *call)
{
	const struct box *known = map_find_text(&m->mailboxes.map, call->name);
	struct box *b;

	if (!store_call_is_behind(call, known ? known->last : 0))
		return;
	b = box_find_or_add(&m->mailboxes, call->name);
	add_to_box(b, &call->message);
	if (b->kept.count > call->limit)
		kept_expire(&b->kept, call->message.time);
	for (; b->kept.count > call->limit; call->outcome.dropped++)
		kept_drop_first(&b->kept);
	b->dropped += call->outcome.dropped;
	move_hand(&m->mailboxes, call->message.time);
}

static void drop_mailbox(struct store_memory *m, struct store_call *call)
{
	struct box *b = map_find_text(&m->mailboxes.map, call->name);

	if (b)
		kept_drop(&b->kept, call->message.position);
}

static void do_call(struct store_memory *m, struct store_call *call)
{
	switch (call->kind) {
	case CALL_LOAD_CHANNEL:
		load_channel(m, call);
		break;
	case CALL_APPEND:
		append(m, call);
		break;
	case CALL_LOAD_MAILBOX:
		load_mailbox(m, call);
		break;
	case CALL_PUT_MAILBOX:
		put_mailbox(m, call);
		break;
	case CALL_DROP_MAILBOX:
		drop_mailbox(m, call);
		break;
	default: /* ids: nobody could ask after this process */
		break;
	}
}

static void submit(struct store_front *front, struct store_call *call)
{
	struct store_memory *m = (struct store_memory *)front;

	if (m->first)
		m->last->next = &call->node;
	else
		m->first = &call->node;
	m->last = &call->node;
}

static struct store_call *take_call(struct store_memory *m)
{
	struct inbox_node *node = m->first;

	if (node)
		m->first = node->next;
	return (struct store_call *)node;
}

static size_t poll_memory(struct store *s, size_t max)
{
	struct store_memory *m = (struct store_memory *)s;
	struct store_call *call;
	size_t told = 0;

	while (told < max && (call = take_call(m))) {
		do_call(m, call);
		store_call_tell(call);
		store_call_free(call);
		told++;
	}
	return told;
}

static void free_boxes(struct boxes *boxes)
{
	struct box *b;

	for (size_t at = 0; (b = map_next(&boxes->map, &at));)
		box_free(b);
	map_fini(&boxes->map);
}

static void free_memory(struct store *s)
{
	struct store_memory *m = (struct store_memory *)s;

	if (!m)
		return;
	for (struct store_call *call; (call = take_call(m));)
		store_call_free(call);
	free_boxes(&m->channels);
	free_boxes(&m->mailboxes);
	free(m);
}

struct store *store_memory_new(void)
{
	static const struct store_ops ops = {.name = "memory", STORE_FRONT_OPS, .free = free_memory};
	struct store_memory *m = xcalloc(1, sizeof *m);

	m->front.store = (struct store){.ops = &ops, .fd = -1, .poll = poll_memory};
	m->front.submit = submit;
	map_init(&m->channels.map);
	map_init(&m->mailboxes.map);
	return &m->front.store;
}
