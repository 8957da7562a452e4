/* websocket_conn - one WebSocket connection: its state, what is written to it and
 * what comes from it.
 *
 *     ATTACHING --opened, refused 410, close--> QUEUED --handshake--> OPEN
 *     QUEUED    --lost------------------------> DEAD   --next turn--> freed
 *     OPEN      --close-----------------------> PARTING --close frame written--> PARTED
 *     OPEN      --close frame of the peer-----> PARTED
 *     OPEN      --write error-----------------> BROKEN
 *     PARTING, PARTED --5 s-------------------> BROKEN
 *
 * From OPEN on libwebsockets owns the socket, and whatever the state, the object
 * is freed when its wsi is destroyed. */
#ifndef TRANSPORT_WEBSOCKET_CONN_H
#define TRANSPORT_WEBSOCKET_CONN_H

#include "base/buffer.h"
#include "base/wheel.h"
#include "muster/lane.h"
#include "muster/settings.h"
#include "muster/transport.h"
#include "transport/websocket_handshake.h"

#include <libwebsockets.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WEBSOCKET_MAGIC = 0x57534f4b,
	WEBSOCKET_CONN_MAGIC = 0x5753434e,
	WEBSOCKET_PARTING_TIME = 5000, /* ms from our close frame to the end */
};

enum websocket_state {
	WS_ATTACHING, /* the lane has not answered yet */
	WS_QUEUED,    /* it has; waits to be handed to libwebsockets */
	WS_DEAD,      /* was lost before that; waits to be told and freed */
	WS_OPEN,
	WS_PARTING,   /* a close frame waits for the socket */
	WS_PARTED,    /* close frame written, or received: nothing more is sent */
	WS_BROKEN,    /* the socket was shut down; libwebsockets will notice */
};

/* A ring; the head is a link of its own. */
struct websocket_link {
	struct websocket_link *next;
	struct websocket_link *prev;
};

struct websocket {
	unsigned magic;
	struct lane *lane;
	struct loop *loop;
	const struct settings *settings;
	struct counters *counters;
	struct lws_context *context;
	struct lws_vhost *vhost;
	struct lws_protocols protocols[2];
	lws_retry_bo_t retry;                 /* all zero: no timers of libwebsockets */
	struct websocket_conn *adopting;      /* whose handshake runs right now */
	struct websocket_link attaching;
	struct websocket_link queue;          /* QUEUED and DEAD */
	struct websocket_link open;           /* OPEN and BROKEN */
	struct websocket_link parting;        /* PARTING and PARTED, by deadline */
	struct timer queue_timer;
	struct timer parting_timer;
	uint64_t adopted_at;                  /* the turn, by its time, ... */
	unsigned adopted;                     /* ... and how many were adopted in it */
	char *scratch;                        /* gathers frames for one write */
};

struct websocket_conn {
	unsigned magic;
	uint8_t state;                        /* enum websocket_state */
	bool is_let_go;                       /* the lane has nothing to do with it any more */
	bool has_protocol;
	struct conn conn;
	struct websocket_link link;
	struct websocket *owner;
	struct lws *wsi;                      /* from OPEN on, until libwebsockets closes it */
	struct buffer *message;               /* a text message whose end is not here yet */
	char *reason;                         /* of the close code below */
	uint64_t deadline;                    /* PARTING, PARTED */
	int fd;                               /* ours until QUEUED is over, then only to be shut down */
	uint16_t head_size;                   /* of the request, unread in the kernel */
	uint16_t close_code;                  /* to be sent; 0: none */
	char key[WEBSOCKET_KEY];
};

void websocket_link_init(struct websocket_link *head);
/* To the end of another ring. */
void websocket_link_move(struct websocket_link *head, struct websocket_link *link);
struct websocket_conn *websocket_conn_of_link(struct websocket_link *link);
struct websocket_conn *websocket_conn_of(struct conn *c);

/* In the ring of those attaching. */
struct websocket_conn *websocket_conn_new(struct websocket *ws, int fd);
/* Unlinked, with everything but the descriptor. */
void websocket_conn_free(struct websocket_conn *c);
/* Tell the lane, once. */
void websocket_conn_lost(struct websocket_conn *c, int code);
/* OPEN: write what waits in the lane, as much as the socket takes. */
void websocket_conn_write(struct websocket_conn *c);
/* OPEN: say good-bye and end within WEBSOCKET_PARTING_TIME. */
void websocket_conn_part(struct websocket_conn *c, int code, const char *reason);
/* The socket takes more. */
void websocket_conn_writable(struct websocket_conn *c);
/* A piece of a message. */
void websocket_conn_receive(struct websocket_conn *c, const char *text, size_t size);
/* A close frame of the peer; true: end the connection, there is nothing to answer. */
bool websocket_conn_peer_parts(struct websocket_conn *c, const unsigned char *payload, size_t size);
/* Nothing can be written or waited for any more. */
void websocket_conn_break(struct websocket_conn *c);
void websocket_conn_ping(struct websocket_conn *c);

#endif
