/* store_front - see store_front.h. */
#include "store/store_front.h"

#include <assert.h>

static void submit(struct store *s, const struct store_arguments *arguments)
{
	struct store_front *front = (struct store_front *)s;

	front->submit(front, store_call_new(arguments));
}

void store_front_load_channel(struct store *s, const char *channel, size_t limit, uint64_t now,
	store_done_fn *done, void *context)
{
	submit(s, &(struct store_arguments){.kind = CALL_LOAD_CHANNEL, .name = channel, .limit = limit,
		.now = now, .done = done, .context = context});
}

void store_front_append(struct store *s, const char *channel, const char *epoch,
	const struct stored_message *message, size_t limit, const struct stored_id *id,
	store_done_fn *done, void *context)
{
	assert(channel && epoch && message);
	submit(s, &(struct store_arguments){.kind = CALL_APPEND, .name = channel, .epoch = epoch,
		.message = message, .limit = limit, .id = id, .done = done, .context = context});
}

void store_front_load_mailbox(struct store *s, const char *user, uint64_t now,
	store_done_fn *done, void *context)
{
	submit(s, &(struct store_arguments){.kind = CALL_LOAD_MAILBOX, .name = user, .now = now,
		.done = done, .context = context});
}

void store_front_peek_mailbox(struct store *s, const char *user, uint64_t now,
	store_done_fn *done, void *context)
{
	submit(s, &(struct store_arguments){.kind = CALL_LOAD_MAILBOX, .name = user, .now = now,
		.is_look = true, .done = done, .context = context});
}

void store_front_put_mailbox(struct store *s, const char *user, const struct stored_message *message,
	size_t limit, const struct stored_id *id, store_done_fn *done, void *context)
{
	assert(user && message && limit > 0);
	submit(s, &(struct store_arguments){.kind = CALL_PUT_MAILBOX, .name = user, .message = message,
		.limit = limit, .id = id, .done = done, .context = context});
}

void store_front_drop_mailbox(struct store *s, const char *user, uint64_t position,
	store_done_fn *done, void *context)
{
	const struct stored_message which = {.position = position};

	submit(s, &(struct store_arguments){.kind = CALL_DROP_MAILBOX, .name = user, .message = &which,
		.done = done, .context = context});
}

void store_front_put_id(struct store *s, const struct stored_id *id, store_done_fn *done, void *context)
{
	assert(id && id->id);
	submit(s, &(struct store_arguments){.kind = CALL_PUT_ID, .id = id, .done = done, .context = context});
}

void store_front_load_ids(struct store *s, uint64_t now, store_done_fn *done, void *context)
{
	submit(s, &(struct store_arguments){.kind = CALL_LOAD_IDS, .now = now, .done = done, .context = context});
}
