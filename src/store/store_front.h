/* store_front - what implementations have in common: the functions of the port,
 * each of which makes a store_call and hands it to submit(). */
#ifndef STORE_STORE_FRONT_H
#define STORE_STORE_FRONT_H

#include "store/store_call.h"

struct store_front {
	struct store store;
	void (*submit)(struct store_front *front, struct store_call *call); /* takes the call */
};

/* The table of an implementation is these and its own free. */
void store_front_load_channel(struct store *s, const char *channel, size_t limit, uint64_t now,
	store_done_fn *done, void *context);
void store_front_append(struct store *s, const char *channel, const char *epoch,
	const struct stored_message *message, size_t limit, const struct stored_id *id,
	store_done_fn *done, void *context);
void store_front_load_mailbox(struct store *s, const char *user, uint64_t now,
	store_done_fn *done, void *context);
void store_front_peek_mailbox(struct store *s, const char *user, uint64_t now,
	store_done_fn *done, void *context);
void store_front_put_mailbox(struct store *s, const char *user, const struct stored_message *message,
	size_t limit, const struct stored_id *id, store_done_fn *done, void *context);
void store_front_drop_mailbox(struct store *s, const char *user, uint64_t position,
	store_done_fn *done, void *context);
void store_front_put_id(struct store *s, const struct stored_id *id, store_done_fn *done, void *context);
void store_front_load_ids(struct store *s, uint64_t now, store_done_fn *done, void *context);

#define STORE_FRONT_OPS \
	.load_channel = store_front_load_channel, .append = store_front_append, \
	.load_mailbox = store_front_load_mailbox, .peek_mailbox = store_front_peek_mailbox, .put_mailbox = store_front_put_mailbox, \
	.drop_mailbox = store_front_drop_mailbox, .put_id = store_front_put_id, \
	.load_ids = store_front_load_ids

#endif
