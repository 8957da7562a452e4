/* writer - the thread that has the database: takes what calls have come, does
 * them all in one transaction, and posts them back when it is on the disk. */
#ifndef STORE_WRITER_H
#define STORE_WRITER_H

#include "store/database.h"
#include "store/store_call.h"
#include "store/sweep.h"

enum {
	GROUP_CALLS = 4096,             /* in one transaction */
	GROUP_BYTES = 4 * 1024 * 1024,  /* the same, about */
};

struct writer {
	struct database database;
	struct sweep sweep;
	struct inbox *calls;     /* in */
	struct inbox *outcomes;  /* out, in the same order */
	bool stopping;           /* CALL_STOP came */
	size_t count;
	struct store_call *group[GROUP_CALLS];
};

/* The thread; until CALL_STOP came and everything before it is done. */
void *writer_run(void *writer);

#endif
