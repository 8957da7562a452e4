/* store - the port behind which the hub keeps what must outlive the process: the
 * histories of durable channels, mailboxes, and ids of messages seen.
 *
 * Everything here is called on the hub's thread.  A call queues work and returns;
 * it never blocks on a disk.  Its outcome is told from poll(), on the same thread,
 * in the order of the calls and never from inside the call that asked; from inside
 * an outcome new calls may be made, but neither poll() nor free().  Nothing bounds
 * what is queued but the caller.  Times are those of the wall clock.
 * Implementations: store/store_memory.c forgets with the process, store/store_sqlite.c
 * writes in a thread of its own, many calls in one commit. */
#ifndef MUSTER_STORE_H
#define MUSTER_STORE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/* One kept message.  In a call everything is borrowed until it returns; in an
 * outcome, until the callback does. */
struct stored_message {
	uint64_t position; /* in a channel its offset; in a mailbox a number that only grows there; from 1 */
	uint64_t time;     /* ms since 1970, when it was published */
	uint64_t expires;  /* ms since 1970; UINT64_MAX: never */
	const char *text;  /* the push as JSON text, without an offset */
	size_t size;
};

/* A message's id, stored in the same commit as the message. */
struct stored_id {
	const char *id;    /* NULL: none; bytes, scoped by the caller */
	size_t size;
	uint64_t expires;  /* ms since 1970 */
};

struct store_outcome {
	int result;            /* 0, or -errno (-ENOSPC, -EROFS, -EIO, -EBADMSG: damaged ...): nothing of the call was kept */
	const char *sentence;  /* when result < 0: what happened and what to do, for the log */
	const char *epoch;     /* load_channel: NULL when the store does not know the channel */
	uint64_t last;         /* load_channel, load_mailbox: the last position ever given out there; 0: none */
	const struct stored_message *messages; /* load_channel, load_mailbox: the oldest first, none expired */
	size_t count;
	uint64_t dropped;      /* load_mailbox: pushed out by the bound since the last load; put_mailbox: by this one */
	const struct stored_id *ids; /* load_ids */
	size_t id_count;
};

typedef void store_done_fn(void *context, const struct store_outcome *outcome);

/* A position that is not behind the last one there is refused with -EINVAL; what a
 * failed call would have used may be used again or left out.  A channel or mailbox
 * of which nothing is kept may be forgotten a day after its last message. */
struct store_ops {
	const char *name; /* "memory", "sqlite" */
	/* What is kept of a channel: at most limit, the newest. */
	void (*load_channel)(struct store *s, const char *channel, size_t limit, uint64_t now, store_done_fn *done, void *context);
	/* One more message of a channel; what lies limit positions or more behind it may
	 * go.  The epoch is the channel's and kept with it; with another one than
	 * before, positions start anew and what was kept goes. */
	void (*append)(struct store *s, const char *channel, const char *epoch, const struct stored_message *message,
		size_t limit, const struct stored_id *id, store_done_fn *done, void *context);
	/* What waits for a user. */
	void (*load_mailbox)(struct store *s, const char *user, uint64_t now, store_done_fn *done, void *context);
	/* The same, only to look: `dropped` is left for the next load_mailbox. */
	void (*peek_mailbox)(struct store *s, const char *user, uint64_t now, store_done_fn *done, void *context);
	/* One more message for a user; beyond limit (at least 1) the oldest is dropped
	 * and counted, those that had expired by its time first and uncounted. */
	void (*put_mailbox)(struct store *s, const char *user, const struct stored_message *message, size_t limit,
		const struct stored_id *id, store_done_fn *done, void *context);
	/* The user has it.  No failure when it is not there. */
	void (*drop_mailbox)(struct store *s, const char *user, uint64_t position, store_done_fn *done, void *context);
	/* An id of a message that is kept nowhere. */
	void (*put_id)(struct store *s, const struct stored_id *id, store_done_fn *done, void *context);
	/* Ids that have not expired, in the order they were put: told in batches, the
	 * last with id_count 0 or a failure.  Outcomes of later calls may come between two
	 * batches.  Meant for the start of a process: a store that forgets with it
	 * keeps no ids and has none to tell. */
	void (*load_ids)(struct store *s, uint64_t now, store_done_fn *done, void *context);
	/* Finish what was queued, tell nothing more, free. */
	void (*free)(struct store *s);
};

/* What every implementation begins with. */
struct store {
	const struct store_ops *ops;
	int fd; /* readable when poll() has something to tell; -1: always ask */
	/* Tell at most max outcomes; how many were told. */
	size_t (*poll)(struct store *s, size_t max);
};

/* done may be NULL where the outcome does not matter. */
struct store *store_memory_new(void);
/* Opens or makes the file (mode 0600), which is this process's alone until free().
 * Of ids the newest max_ids are kept.  NULL and a sentence: cannot be opened, in use,
 * a newer schema, corrupt (and what to do about it). */
struct store *store_sqlite_new(const char *path, size_t max_ids, struct error *err);

#endif
