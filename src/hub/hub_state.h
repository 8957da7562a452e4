/* hub_state - what the files of this folder share. */
#ifndef HUB_HUB_STATE_H
#define HUB_HUB_STATE_H

#include "base/log.h"
#include "core/core.h"
#include "muster/bus.h"
#include "muster/hub.h"
#include "muster/lane.h"
#include "protocol/push.h"

struct hub {
	struct hub_options options;
	struct core *core;
	struct inbox *inbox;
	struct lane *const *lanes;
	struct log_limit unknown_app_log;
	struct log_limit publisher_log;
	uint64_t now;      /* of this turn, monotonic */
	uint64_t now_wall;
	bool is_stopping;
};

/* commands.c: run it and post the reply. */
void hub_do_command(struct hub *hub, struct hub_post *p);
/* What a subscribe of one channel led to: the membership for the lane, and 0 or
 * the reply code with its sentence. */
int hub_join(struct hub *hub, const struct session_id *session, const char *channel, enum presence_mode presence,
	struct lane_post *post, struct membership *out, const char **sentence);

void hub_add_membership(struct lane_post *post, const char *channel, bool is_member, enum presence_mode presence);

/* deliver.c */
void hub_publish(void *hub, struct publish *message); /* a backend's */
int hub_publish_client(struct hub *hub, const struct session_id *sender, struct publish *message);
void hub_tell_presence(struct hub *hub);

#endif
