/* sweep - takes what expired, and channels and mailboxes that may be forgotten, out
 * of the file, a slice at a time. */
#ifndef STORE_SWEEP_H
#define STORE_SWEEP_H

#include "store/database.h"

/* Where the last slice ended; zero to begin with. */
struct sweep {
	uint64_t channel, position;  /* in messages */
	uint64_t mailbox, mail;      /* in mail */
	uint64_t channels, mailboxes;
	uint64_t due;                /* clock_monotonic() */
	bool found;                  /* this slice took something out */
};

/* A slice in a transaction of its own, when it is due; sets when the next one is. */
void sweep_slice(struct sweep *s, struct database *d, uint64_t monotonic, uint64_t wall);
/* Milliseconds until the next one is due. */
int sweep_timeout(const struct sweep *s, uint64_t monotonic);

#endif
