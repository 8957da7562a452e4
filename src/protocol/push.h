/* push - every JSON object that Muster sends by itself, as frames.  The bytes
 * are the same for every receiver; keys stand in the order of doc/protocol.md. */
#ifndef PROTOCOL_PUSH_H
#define PROTOCOL_PUSH_H

#include "base/buffer.h"
#include "muster/frame.h"
#include "muster/identity.h"
#include "muster/publish.h"
#include "muster/session_id.h"

#include <stdint.h>

/* Where a message stands in its channel's history. */
struct push_position {
	const char *epoch;
	uint64_t offset;
};

/* {"push":"msg",..}: numbered; channel is set for the gap when it is a channel's. */
struct frame *push_message(const struct publish *message, uint64_t wall_time, const struct push_position *at);
/* A push from its stored text, as push_message() made it; numbered. */
struct frame *push_stored(const char *text, size_t size, const char *channel, const struct push_position *at,
	const char *mail_user, uint64_t mail);

struct presence_entry {
	const char *user;
	const char *app;
};

struct counts {
	uint64_t users;
	uint64_t devices;
	uint64_t sessions;
};

/* {"push":"presence",..} and {"push":"count",..}: numbered.  A join or leave list
 * that is empty is left out. */
struct frame *push_presence(const char *channel, const struct presence_entry *join, size_t join_count,
	const struct presence_entry *leave, size_t leave_count, const struct counts *counts);
struct frame *push_count(const struct counts *counts);

/* {"push":"gap","lost":5,"channel":"news","epoch":"k3v9","offset":22}: numbered;
 * channel and at (where to go on from) may be NULL. */
struct frame *push_gap(uint64_t lost, const char *channel, const struct push_position *at);

struct welcome {
	const struct session_sid *sid;
	const char *node;
	const struct identity *who;
	uint64_t n;
	uint64_t ping;
	uint64_t resume;
	uint64_t wall_time;
	const char *channels; /* outcomes by push_channel_outcome(); NULL: no channel was asked for */
	size_t channels_size;
};

/* {"push":"welcome",..}, {"push":"resumed",.."lost":0,..}: unnumbered, event
 * "welcome" / "resumed". */
struct frame *push_welcome(const struct welcome *w);
struct frame *push_resumed(const struct welcome *w, uint64_t lost);

/* {"push":"kick",..}, {"push":"notice",..}, {"push":"drain",..}: unnumbered. */
struct frame *push_kick(int code, const char *reason, _Bool reconnect);
struct frame *push_notice(const char *reason);
struct frame *push_drain(uint64_t reconnect_in);

/* One item of the welcome's "channels": "news":{"code":200,"epoch":"k3v9","offset":17} (at, or NULL) or
 * "x":{"code":1003,"error":".."}, a comma in front when *out is not empty. */
void push_channel_outcome(struct buffer *out, const char *channel, int code, const char *error,
	const struct push_position *at);

#endif
