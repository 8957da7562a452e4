#include "core/history.h"

#include "base/xalloc.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void history_init(struct history *h, unsigned limit, const char *epoch, void (*release)(void *message))
{
	assert(limit > 0);
	memset(h, 0, sizeof(*h));
	h->limit = limit;
	h->release = release;
	snprintf(h->epoch, sizeof(h->epoch), "%s", epoch);
}

static struct history_item *item_at(const struct history *h, unsigned index)
{
	return &h->items[(h->first + index) % h->capacity];
}

static void drop_oldest(struct history *h)
{
	h->release(item_at(h, 0)->message);
	h->first = (h->first + 1) % h->capacity;
	h->count--;
}

void history_fini(struct history *h)
{
	while (h->count)
		drop_oldest(h);
	free(h->items);
	h->items = NULL;
	h->capacity = 0;
}

static void grow(struct history *h)
{
	unsigned capacity = h->capacity ? h->capacity * 2 : 8;
	struct history_item *items;

	if (capacity > h->limit)
		capacity = h->limit;
	items = xmalloc(capacity * sizeof(*items));
	for (unsigned i = 0; i < h->count; i++)
		items[i] = *item_at(h, i);
	free(h->items);
	h->items = items;
	h->capacity = capacity;
	h->first = 0;
}

void history_add(struct history *h, uint64_t offset, uint64_t expires, void *message)
{
	assert(offset > h->last);
	if (h->count == h->limit)
		drop_oldest(h);
	else if (h->count == h->capacity)
		grow(h);
	*item_at(h, h->count++) = (struct history_item){message, offset, expires};
	h->last = offset;
}

/* By age alone: one that is worth more than those before it goes when they have. */
void history_expire(struct history *h, uint64_t now)
{
	while (h->count && item_at(h, 0)->expires <= now)
		drop_oldest(h);
	if (!h->count && h->items) {
		free(h->items);
		h->items = NULL;
		h->capacity = h->first = 0;
	}
}

const struct history_item *history_at(const struct history *h, unsigned index)
{
	return index < h->count ? item_at(h, index) : NULL;
}

/* The offset in front of the oldest item. */
static uint64_t reaches_back_to(const struct history *h)
{
	return h->count ? item_at(h, 0)->offset - 1 : h->last;
}

/* How many items lie at or before the offset. */
static unsigned items_up_to(const struct history *h, uint64_t offset)
{
	unsigned low = 0, high = h->count;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (item_at(h, middle)->offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct history_answer newest(const struct history *h, uint64_t wanted)
{
	unsigned count = wanted < h->count ? (unsigned)wanted : h->count;

	return (struct history_answer){.is_recovered = true, .from = h->count - count, .count = count};
}

static struct history_answer behind(const struct history *h, uint64_t offset, bool is_same_epoch)
{
	uint64_t back_to = reaches_back_to(h);
	struct history_answer a = {.is_recovered = is_same_epoch && offset >= back_to};

	a.lost = offset < back_to ? back_to - offset : 0;
	a.gap_at = offset < back_to ? back_to : offset;
	a.from = items_up_to(h, offset);
	a.count = h->count - a.from;
	return a;
}

struct history_answer history_since(const struct history *h, const struct since *since)
{
	bool is_same_epoch;

	if (since->kind == SINCE_NOW)
		return (struct history_answer){.is_recovered = true};
	if (since->kind == SINCE_LAST)
		return newest(h, since->last);
	is_same_epoch = strcmp(since->epoch, h->epoch) == 0;
	if (!is_same_epoch)
		return behind(h, 0, false);
	if (since->offset > h->last)
		return (struct history_answer){.is_recovered = false, .gap_at = h->last};
	return behind(h, since->offset, true);
}
