/* hub - the control plane: one thread that decides.  Others reach it by posts;
 * it answers with posts to lanes. */
#ifndef MUSTER_HUB_H
#define MUSTER_HUB_H

#include "base/inbox.h"
#include "muster/command.h"
#include "muster/counters.h"
#include "muster/identity.h"
#include "muster/session_id.h"
#include "muster/request.h"
#include "muster/session_view.h"
#include "muster/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bus;
struct store;
struct hub;
struct lane;

enum hub_post_kind {
	HUB_OPEN,     /* a session begins: answered by LANE_OPENED */
	HUB_JOIN,     /* it comes back and names channels: answered by LANE_OPENED too */
	HUB_CLOSE,    /* it ended */
	HUB_COMMAND,  /* a command of its: answered by LANE_REPLY */
	HUB_ACKNOWLEDGED, /* a session has a message of a mailbox */
	HUB_REQUEST,  /* a backend asks for a verb */
	HUB_VIEW,     /* a lane's answer to LANE_VIEW */
	HUB_STOP,     /* leave the loop */
};

enum { REQUEST_SESSION = 0 };                  /* the reply goes to the session's own connection */
#define REQUEST_UNANSWERED UINT64_MAX          /* the reply is not wanted */

struct hub_post {
	struct inbox_node node;
	enum hub_post_kind kind;
	struct session_id session;
	struct session_sid sid;    /* COMMAND login: for its reply, which is for its client alone */
	unsigned lane;             /* OPEN, COMMAND */
	struct identity who;       /* OPEN; COMMAND login: who the session is from here on */
	char **channels;           /* OPEN, JOIN: to subscribe at once */
	size_t channel_count;
	struct command *command;   /* COMMAND */
	uint64_t request;          /* COMMAND: comes back in the reply */
	unsigned index;
	char *mail_user;           /* ACKNOWLEDGED */
	uint64_t mail;
	struct request *asked;     /* REQUEST: stays its maker's; VIEW: as in LANE_VIEW */
	struct session_view view;  /* VIEW */
	bool has_view;             /* VIEW: false, the session is gone */
};

struct hub_post *hub_post_new(enum hub_post_kind kind, const struct session_id *session);
void hub_post_free(struct hub_post *p);
/* Any thread.  The post belongs to the hub from here on. */
void hub_post(struct hub *hub, struct hub_post *p);

struct hub_options {
	const struct settings *settings;
	struct counters *counters;
	struct bus *bus;
	struct store *store;
	unsigned lane_count;
};

struct hub *hub_new(const struct hub_options *options);
/* Before hub_run(): the lanes it posts to, lane_count of them, borrowed. */
void hub_set_lanes(struct hub *hub, struct lane *const *lanes);
void hub_run(struct hub *hub);  /* on the hub's thread, until HUB_STOP */
void hub_free(struct hub *hub);

#endif
