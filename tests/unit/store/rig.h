/* A store to try, the calls of the port with less typing, and their outcomes as
 * values that can be compared. */
#ifndef STORE_RIG_H
#define STORE_RIG_H

#include "muster/store.h"

enum { NEVER = 0, MAX_IDS = 1000000 };

struct rig {
	struct store *store;
	char folder[64]; /* empty for the memory store */
	char path[96];
};

/* What an outcome said; texts as "17:a 18:b". */
struct told {
	unsigned order; /* the how many-th outcome of the program it was; 0: not told yet */
	int result;
	bool known;     /* had an epoch */
	char epoch[32];
	char sentence[512];
	uint64_t last;
	uint64_t dropped;
	size_t count;
	size_t size;    /* of all texts */
	char texts[512];
};

void rig_memory(struct rig *r);
void rig_sqlite(struct rig *r); /* a file in a folder of its own */
void rig_fini(struct rig *r);
void rig_reopen(struct rig *r, size_t max_ids);

uint64_t rig_now(void); /* the wall clock when the program began */

/* Calls; told says the outcome once rig_wait() or rig_settle() came back. */
void rig_append(struct rig *r, const char *channel, const char *epoch, uint64_t position, const char *text,
	size_t limit, struct told *told);
void rig_append_until(struct rig *r, const char *channel, uint64_t position, const char *text,
	uint64_t expires, struct told *told);
void rig_load(struct rig *r, const char *channel, size_t limit, struct told *told);
void rig_put(struct rig *r, const char *user, uint64_t position, const char *text, size_t limit,
	uint64_t expires, struct told *told);
void rig_drop(struct rig *r, const char *user, uint64_t position, struct told *told);
void rig_mail(struct rig *r, const char *user, struct told *told);
/* As a done function with a struct told for context. */
void rig_note(void *context, const struct store_outcome *outcome);

/* Poll until it was told; false after ten seconds. */
bool rig_wait(struct rig *r, const struct told *told);
/* Load and wait: what is there now. */
struct told rig_channel(struct rig *r, const char *channel, size_t limit);
struct told rig_mailbox(struct rig *r, const char *user);
/* All ids, in a newline-separated text that the caller frees; how many, in how many batches. */
char *rig_ids(struct rig *r, uint64_t now, size_t *count, unsigned *batches);
/* The one number that SQL answers on the closed file. */
int64_t rig_ask_file(const struct rig *r, const char *sql);

#endif
