/* hub_state - what the files of this folder share. */
#ifndef HUB_HUB_STATE_H
#define HUB_HUB_STATE_H

#include "base/log.h"
#include "base/map.h"
#include "base/ring.h"
#include "core/core.h"
#include "muster/bus.h"
#include "muster/hub.h"
#include "muster/lane.h"
#include "muster/store.h"
#include "protocol/push.h"

struct hub {
	struct hub_options options;
	struct core *core;
	struct inbox *inbox;
	struct lane *const *lanes;     /* NULL at the very end */
	struct map topics;             /* topics.c */
	struct topic *topic_first;
	struct topic *topic_last;
	struct map flying;             /* job.c: messages with an id that are not finished, by their key */
	struct map mailboxes;          /* mailboxes.c */
	struct map rows;               /* hub.c: posts of sessions, behind one that waits */
	uint64_t last_mail;
	bool is_loading_ids;           /* messages with an id wait meanwhile: */
	struct ring waiting_for_ids;
	unsigned in_flight;            /* calls of the store whose outcome somebody waits for */
	uint64_t bytes_in_flight;      /* of messages with the store */
	struct log_limit unknown_app_log;
	struct log_limit publisher_log;
	struct log_limit store_log;
	uint64_t started;              /* wall ms */
	uint64_t now;                  /* of this turn, monotonic */
	uint64_t now_wall;
	bool is_stopping;
};

/* hub.c */
void hub_wait_for_ids(struct hub *hub, void (*run)(struct hub *hub, void *arg), void (*drop)(void *arg), void *arg);
void hub_log_store(struct hub *hub, const char *what, const struct store_outcome *outcome);
/* The frame is the post's from here on. */
void hub_add_frame(struct lane_post *post, struct frame *frame);
void hub_add_membership(struct lane_post *post, const char *channel, bool is_member, enum presence_mode presence);

/* commands.c: run it and post the reply.  mail: what waits for whom a login is about to
 * make of the session, or NULL. */
void hub_do_command(struct hub *hub, const struct hub_post *p, const struct store_outcome *mail);

/* {"ann":{"online":true,..},"bob":{"online":false}} */
void hub_write_online(struct hub *hub, struct buffer *out, char *const *users, size_t count);

/* channels.c: what a subscribe of one channel led to: 0, or the reply code with its
 * sentence.  Missed messages are in the post. */
struct joined {
	struct membership membership;
	struct topic *topic; /* NULL: no history */
	bool is_recovered;
};
int hub_join(struct hub *hub, const struct session_id *session, const struct command_channel *channel,
	struct lane_post *post, struct joined *out, const char **sentence);
/* The channel's history; NULL when it has none, or it cannot be read now. */
struct topic *hub_find_ready(struct hub *hub, const char *channel);
/* A channel among these whose history is still being loaded, or NULL. */
struct topic *hub_first_loading(struct hub *hub, const struct command_channel *channels, size_t count);
/* {"messages":[..],"epoch":"..","offset":..,"more":..}; code 0, or a reply code. */
const char *hub_why_no_history(int code);
int hub_write_history(struct hub *hub, struct buffer *out, const char *channel, const struct since *since, uint64_t limit);

/* deliver.c */
/* Count the frame among what is held for sessions; one that a history keeps only
 * when that has let it go. */
void hub_charge(struct hub *hub, struct frame *frame, bool is_kept);
void hub_publish(void *hub, struct publish *message); /* a backend's that nobody waits for */
void hub_post_to_lanes(struct hub *hub, uint64_t lanes, struct frame *frame, struct publish *message,
	const char *audience);
void hub_note_route(struct hub *hub, const struct publish *message, const struct route *route);
void hub_tell_presence(struct hub *hub);

/* verbs.c */
void hub_request(void *hub, struct request *r);
void hub_answer_view(struct hub *hub, const struct hub_post *p);
void hub_refuse_stopping(struct request *r);

#endif
