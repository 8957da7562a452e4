/* lane - one thread of the data plane: its sessions, their streams, the index
 * from target to session, and its own sockets.
 *
 * Two faces: posts, which any thread may send; and the calls below them, which
 * transports make on the lane's own thread. */
#ifndef MUSTER_LANE_H
#define MUSTER_LANE_H

#include "base/inbox.h"
#include "muster/attach.h"
#include "muster/authorizer.h"
#include "muster/command.h"
#include "muster/counters.h"
#include "muster/frame.h"
#include "muster/loop.h"
#include "muster/publish.h"
#include "muster/session_id.h"
#include "muster/settings.h"
#include "muster/transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct hub;
struct lane;

/* -- posts --------------------------------------------------------------- */

enum lane_post_kind {
	LANE_SOCKET,   /* here is a connection with an unread request */
	LANE_OPENED,   /* the hub's answer to HUB_OPEN and HUB_JOIN */
	LANE_REPLY,    /* the hub's answer to HUB_COMMAND */
	LANE_DELIVER,  /* a push for many */
	LANE_KICK,     /* end this session */
	LANE_VIEW,     /* how is this session? answered by HUB_VIEW */
	LANE_DRAIN,    /* tell everybody to come back, close them within drain_time */
	LANE_STOP,     /* leave the loop */
};

/* A channel that a session is in, or out of, from here on. */
struct lane_membership {
	char *channel;
	bool is_member;
	enum presence_mode presence;
};

struct lane_post {
	struct inbox_node node;
	enum lane_post_kind kind;
	struct session_id session;
	/* SOCKET */
	int fd;
	struct sockaddr_storage peer;
	/* OPENED (code 0: welcome; else refused), KICK */
	int code;
	char *text;                     /* OPENED: the welcome's "channels", or the sentence of the refusal; KICK: reason */
	bool reconnect;                 /* KICK */
	/* OPENED, REPLY: what changed, applied before anything is sent */
	struct lane_membership *memberships;
	size_t membership_count;
	struct identity *who;           /* REPLY: the session is somebody else now */
	/* OPENED, REPLY: pushes for this session alone, behind the reply and before
	 * anything newer; references owned */
	struct frame **frames;
	size_t frame_count;
	struct request *asked;          /* VIEW */
	/* REPLY */
	uint64_t request;               /* as in HUB_COMMAND */
	unsigned index;
	/* REPLY, DELIVER */
	struct frame *frame;
	/* DELIVER: either a message with its target ... */
	struct publish *message;
	char *audience;                 /* ... or "presence/<channel>", "count/<channel>" */
};

struct lane_post *lane_post_new(enum lane_post_kind kind);
/* With everything it holds (the fd too). */
void lane_post_free(struct lane_post *p);
/* Any thread.  The post belongs to the lane from here on. */
void lane_post(struct lane *lane, struct lane_post *p);

/* -- life ---------------------------------------------------------------- */

struct lane_options {
	unsigned number;                     /* 0 .. */
	const struct settings *settings;
	const struct authorizer *authorizer;
	struct counters *counters;
	struct hub *hub;
	const char *node;
	/* A connection arrived: called on the lane's thread, owns fd from here on. */
	void (*take_socket)(void *context, int fd, const struct sockaddr_storage *peer);
	void *take_context;
};

struct lane *lane_new(const struct lane_options *options);
void lane_set_socket_taker(struct lane *lane, void (*take)(void *context, int fd, const struct sockaddr_storage *peer), void *context);
/* Once, on the lane's thread, when it drains and the last session has ended: what
 * connections are left can go. */
void lane_on_drain(struct lane *lane, void (*drained)(void *context), void *context);
void lane_run(struct lane *lane);       /* on the lane's thread, until LANE_STOP */
void lane_free(struct lane *lane);      /* after lane_run() came back and its transports are gone */
struct loop *lane_loop(struct lane *lane);
unsigned lane_number(const struct lane *lane);
/* Any thread: connections now, to find the least loaded; what is left to drain. */
unsigned lane_load(struct lane *lane);
bool lane_is_drained(struct lane *lane);
/* Any thread: posts that wait, about. */
size_t lane_backlog(struct lane *lane);
/* Any thread.  Transports say +1 and -1 for each socket they own. */
void lane_count_connection(struct lane *lane, int change);

/* -- calls of transports, on the lane's thread ----------------------------- */

/* A client wants in, or back in.  conn->transport and conn->lane are set,
 * conn->session is NULL.  *attach is taken.  The answer comes later as opened()
 * or refused(); until then the transport may give up with lane_detached(). */
void lane_attach(struct conn *conn, struct attach **attach);
/* What lane_attach() would refuse right now, without attaching: 0 or the status in *why. */
int lane_check(struct lane *lane, const struct attach *attach, struct attach_refusal *why, struct error *err);
/* The connection is gone (bound, or waiting for the answer, or neither: then
 * nothing happens).  code: what the peer said, CLOSE_NO_CODE, or CLOSE_ABNORMAL. */
void lane_detached(struct conn *conn, int code);
/* A complete answer was given and the session waits for its next request: the
 * long-poll's way to let go.  The session goes on for `resume`. */
void lane_release(struct conn *conn);
/* A sign of life. */
void lane_heard(struct conn *conn);
/* One command on a WebSocket.  May end with conn closed (too much nonsense). */
void lane_command(struct conn *conn, const char *text, size_t size);

/* A POST /send that waits for its replies; embedded in the transport's object. */
struct send_request {
	/* Later, never from inside lane_send(): the reply, or the array of replies.
	 * status 200, or 410 when the session ended meanwhile. */
	void (*answered)(struct send_request *r, int status, const char *json, size_t size);
	uint64_t number; /* the lane's; 0: nothing waits */
};

/* 0, or -410 and *why: the session is unknown or has ended. */
int lane_send(struct lane *lane, const struct session_sid *sid, const char *body, size_t size,
	struct send_request *request, struct attach_refusal *why);
/* The asker has left; nothing is answered. */
void lane_send_forget(struct lane *lane, struct send_request *request);

/* Frames to write now, in order, each to be written whole.  n is 0 for frames
 * outside the stream.  They are borrowed until lane_taken().  At most max_frames
 * and about max_bytes of text, but at least one frame when any waits. */
struct outgoing {
	const struct frame *frame;
	uint64_t n;
};
size_t lane_take(struct conn *conn, struct outgoing *out, size_t max_frames, size_t max_bytes);
void lane_taken(struct conn *conn);
bool lane_has_waiting(const struct conn *conn);

const struct session_sid *lane_sid(const struct conn *conn);
/* The number of the last push given to this session's transports, and how many
 * were lost when it was resumed last. */
uint64_t lane_sent(const struct conn *conn);
uint64_t lane_lost(const struct conn *conn);
bool lane_was_resumed(const struct conn *conn);
/* The device name when it was made for this session and the client must be told
 * by a cookie; else NULL. */
const char *lane_new_device(const struct conn *conn);

#endif
