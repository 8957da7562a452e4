/* store_call - one call of the port, copied so that it can wait, and its
 * outcome, copied so that it can travel.  A call is one block of memory; the same
 * block goes to whoever does it and comes back to be told. */
#ifndef STORE_STORE_CALL_H
#define STORE_STORE_CALL_H

#include "base/buffer.h"
#include "base/inbox.h"
#include "muster/store.h"

enum store_call_kind {
	CALL_LOAD_CHANNEL,
	CALL_APPEND,
	CALL_LOAD_MAILBOX,
	CALL_PUT_MAILBOX,
	CALL_DROP_MAILBOX,
	CALL_PUT_ID,
	CALL_LOAD_IDS,
	CALL_EXECUTE, /* store_sqlite.h */
	CALL_STOP,
};

struct store_call {
	struct inbox_node node;
	enum store_call_kind kind;
	store_done_fn *done; /* may be NULL */
	void *context;
	const char *name;  /* channel or user, or NULL */
	const char *epoch; /* append */
	size_t limit;
	uint64_t now;
	struct stored_message message; /* append and put_mailbox; drop_mailbox: its position */
	struct stored_id id;           /* id NULL: none */
	uint64_t next;                 /* load_ids: this batch comes behind it */
	uint64_t after;                /* load_ids: the batch behind this one comes behind it */
	uint64_t end;                  /* load_ids: the last of all; 0: not known yet */
	bool is_look;                  /* load_mailbox: what was dropped is left to be told again */
	bool read_only;                /* load_mailbox: do not even note what was told */
	size_t weight;                 /* bytes */

	/* The outcome; texts and ids lie one behind the other in bytes until it is told. */
	struct store_outcome outcome;
	struct stored_message *messages;
	struct stored_id *ids;
	struct buffer bytes;
	char *told_epoch;
	char *sentence;
	char data[];
};

/* What a call begins with; everything is borrowed and copied. */
struct store_arguments {
	enum store_call_kind kind;
	const char *name, *epoch;
	const struct stored_message *message;
	const struct stored_id *id;
	size_t limit;
	uint64_t now;
	bool is_look;
	store_done_fn *done;
	void *context;
};

struct store_call *store_call_new(const struct store_arguments *arguments);
void store_call_free(struct store_call *call); /* NULL is fine */

/* Fill in the outcome. */
void store_call_add_message(struct store_call *call, const struct stored_message *message);
void store_call_add_id(struct store_call *call, const struct stored_id *id);
void store_call_set_epoch(struct store_call *call, const char *epoch);
/* The call failed; the sentence is cut like that of an error.  Returns code. */
int store_call_fail(struct store_call *call, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* As before it was done, to do it again. */
void store_call_clear(struct store_call *call);
/* Whether it only reads. */
bool store_call_is_load(const struct store_call *call);

/* Call done().  The call is still the caller's. */
void store_call_tell(struct store_call *call);

/* A position must be behind the last: the call has failed and false when not. */
bool store_call_is_behind(struct store_call *call, uint64_t last);

#endif
