/* kept - see kept.h.  A list of single blocks, so that an empty one costs nothing
 * and dropping the oldest moves nothing. */
#include "store/kept.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

struct kept {
	struct kept *next;
	uint64_t position;
	uint64_t time;
	uint64_t expires;
	size_t size;
	char text[];
};

void kept_add(struct kept_list *list, const struct stored_message *message)
{
	struct kept *k = xmalloc(sizeof *k + message->size);

	*k = (struct kept){.position = message->position, .time = message->time,
		.expires = message->expires, .size = message->size};
	if (message->size > 0)
		memcpy(k->text, message->text, message->size);
	if (list->first)
		list->last->next = k;
	else
		list->first = k;
	list->last = k;
	list->count++;
}

/* Take out the one behind before, or the first. */
static void unlink_behind(struct kept_list *list, struct kept *before)
{
	struct kept *k = before ? before->next : list->first;

	if (before)
		before->next = k->next;
	else
		list->first = k->next;
	if (list->last == k)
		list->last = before;
	list->count--;
	free(k);
}

void kept_drop_first(struct kept_list *list)
{
	if (list->first)
		unlink_behind(list, NULL);
}

void kept_clear(struct kept_list *list)
{
	while (list->first)
		kept_drop_first(list);
}

void kept_drop(struct kept_list *list, uint64_t position)
{
	struct kept *before = NULL;

	for (struct kept *k = list->first; k && k->position <= position; before = k, k = k->next) {
		if (k->position != position)
			continue;
		unlink_behind(list, before);
		return;
	}
}

void kept_expire(struct kept_list *list, uint64_t now)
{
	struct kept *before = NULL, *next;

	for (struct kept *k = list->first; k; k = next) {
		next = k->next;
		if (k->expires <= now)
			unlink_behind(list, before);
		else
			before = k;
	}
}

static void tell(const struct kept *k, struct stored_message *message)
{
	*message = (struct stored_message){.position = k->position, .time = k->time,
		.expires = k->expires, .text = k->text, .size = k->size};
}

bool kept_first(const struct kept_list *list, struct stored_message *message)
{
	if (list->first)
		tell(list->first, message);
	return list->first != NULL;
}

const struct kept *kept_next(const struct kept_list *list, const struct kept *at,
	struct stored_message *message)
{
	const struct kept *k = at ? at->next : list->first;

	if (k)
		tell(k, message);
	return k;
}
