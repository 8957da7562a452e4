/* tombstones - sessions that ended and must not come back, remembered for a
 * while so that their clients are told why.  Bounded: the oldest is forgotten. */
#ifndef LANE_TOMBSTONES_H
#define LANE_TOMBSTONES_H

#include "base/map.h"
#include "base/ring.h"
#include "muster/session_id.h"

#include <stdbool.h>

enum { MAX_TOMBSTONES = 4096 };

struct tombstone {
	struct session_id id;
	int code;       /* it was closed with */
	bool reconnect; /* may the client come again, as a new session? */
};

struct tombstones {
	struct map map;
	struct ring ring; /* the oldest first */
};

void tombstones_init(struct tombstones *t);
void tombstones_fini(struct tombstones *t);
void tombstones_add(struct tombstones *t, const struct session_id *id, int code, bool reconnect);
/* Borrowed, or NULL: never heard of, or forgotten. */
const struct tombstone *tombstones_find(const struct tombstones *t, const struct session_id *id);

#endif
