/* audience - the index of a lane from whom a message is for to the sessions it
 * concerns: "all", "app/<app>", "user/<user>", "device/<device>",
 * "channel/<name>", and "presence/<name>", "count/<name>" for those who want to
 * hear of a channel's members.  Joining and leaving are O(1) in the members. */
#ifndef LANE_AUDIENCE_H
#define LANE_AUDIENCE_H

#include "base/map.h"

#include <stddef.h>

struct session;

struct audience {
	struct audience_member *members;
	unsigned count;
	unsigned capacity;
	unsigned key_size;
	char key[];
};

struct audience_member {
	struct session *session;
	unsigned slot; /* in the session's list of seats */
};

/* A session's place in an audience. */
struct seat {
	struct audience *audience;
	unsigned position; /* in its members */
};

struct seats {
	struct seat *items;
	unsigned count;
	unsigned capacity;
};

struct audience_index {
	struct map map;
};

enum { MAX_AUDIENCE_KEY = 16 + 256 };

void audience_index_init(struct audience_index *index);
void audience_index_fini(struct audience_index *index); /* must be empty */
/* kind and name make the key, e.g. "channel/" and "news".  Borrowed, or NULL:
 * nobody.  Not to be kept across a join or leave. */
struct audience *audience_find(const struct audience_index *index, const char *kind, const char *name);
/* Sit down; nothing happens when the session sits there already. */
void audience_join(struct audience_index *index, const char *kind, const char *name, struct session *session,
	struct seats *seats);
void audience_leave(struct audience_index *index, const char *kind, const char *name, struct seats *seats);
void audience_leave_all(struct audience_index *index, struct seats *seats);

#endif
