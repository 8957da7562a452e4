/* session_view - how a session is, as its lane sees it: a snapshot, plain values. */
#ifndef MUSTER_SESSION_VIEW_H
#define MUSTER_SESSION_VIEW_H

#include "muster/attach.h"

#include <stdint.h>

struct session_view {
	enum transport_kind transport; /* NONE: not attached now */
	uint64_t waiting;        /* pushes not yet sent */
	uint64_t waiting_bytes;
	uint64_t unacknowledged; /* sent and kept */
	uint64_t sent;           /* the stream's number */
	uint64_t dropped;        /* from its outbox, since it began */
	uint64_t dropped_crowded;/* of those, because of outbox_total */
	char *drops;             /* by channel, as a JSON array; owned */
	uint64_t conflated;
	uint64_t commands;
	uint64_t idle;           /* ms since its last sign of life */
};

#endif
