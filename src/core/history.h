/* history - the newest messages of one channel, each at its offset.  Bounded by
 * number, and by the time each is worth keeping.  What a message is, it does not
 * know: it holds pointers and says when one may go. */
#ifndef CORE_HISTORY_H
#define CORE_HISTORY_H

#include "muster/command.h"
#include "muster/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct history_item {
	void *message;
	uint64_t offset;
	uint64_t expires; /* UINT64_MAX: never */
};

struct history {
	struct history_item *items; /* a ring; grows up to limit */
	unsigned first;
	unsigned count;
	unsigned capacity;
	unsigned limit;
	uint64_t last;              /* the offset of the newest message ever in it; 0: none */
	char epoch[EPOCH_SIZE];
	void (*release)(void *message);
};

/* What somebody who asks gets: a gap where lost > 0 or it is not recovered, then
 * items[from .. from + count). */
struct history_answer {
	bool is_recovered;
	uint64_t lost;      /* between what was asked for and the first item */
	uint64_t gap_at;    /* the offset up to which the gap reaches */
	unsigned from;
	unsigned count;
};

/* limit > 0; release is told of each message that leaves. */
void history_init(struct history *h, unsigned limit, const char *epoch, void (*release)(void *message));
void history_fini(struct history *h);
/* The message is the history's from here on.  Offsets grow; some may be missing. */
void history_add(struct history *h, uint64_t offset, uint64_t expires, void *message);
/* Let go of what is over. */
void history_expire(struct history *h, uint64_t now);
/* index 0 is the oldest. */
const struct history_item *history_at(const struct history *h, unsigned index);
/* Whoever asks for another epoch, or for what lies ahead, has recovered nothing. */
struct history_answer history_since(const struct history *h, const struct since *since);

#endif
