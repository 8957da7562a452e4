/* client - one WebSocket, event stream or long-poll client of a load program.
 *
 *   IDLE -> CONNECTING -> HEAD -> OPEN            (ws, sse)
 *                         HEAD -> BODY -> HEAD .. (poll: each answer asks again)
 *
 * All clients of a crowd share one epoll set, one buffer to read into, and the
 * figures.  Payloads are {"k":K,"t":T,..}: K is the running number that each
 * client checks, T the time of publishing in ns.  A client of Muster (the
 * crowd's `follows`) learns its sid, counts the pushes of its stream and says so
 * when it asks or comes again; of any other server only payloads are looked at. */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include "base/buffer.h"
#include "bench/figures.h"
#include "muster/session_id.h"

#include <netinet/in.h>
#include <stdbool.h>

enum client_kind { CLIENT_WS, CLIENT_SSE, CLIENT_POLL };
enum client_state { CLIENT_IDLE, CLIENT_CONNECTING, CLIENT_HEAD, CLIENT_BODY, CLIENT_OPEN };

enum { MAX_TEXTS = 4, READ_SIZE = 256 * 1024 };

struct client;

struct crowd {
	struct sockaddr_in server;
	unsigned sources;           /* addresses 127.0.0.2 and on to come from; 0: the usual one */
	const char *path;           /* of the request: %d is the client's index, %k that modulo keys */
	unsigned keys;
	const char *texts[MAX_TEXTS]; /* said by a WebSocket on open, with %d and %k */
	unsigned text_count;
	bool follows;               /* the server is Muster */
	bool starts_at_zero;        /* the first number must be 0, not any */
	unsigned ack;               /* WebSocket: every so many pushes; 0: never */
	void (*on_open)(struct client *c);                   /* greeted, and what it said was answered; a poll asks again */
	void (*on_closed)(struct client *c, const char *why); /* by the other side; c is IDLE, and may start again later */
	void (*on_number)(struct client *c);                 /* one more delivery; NULL: nobody asks */
	int epoll;
	char *bytes;                /* READ_SIZE, shared */
	struct figures figures;
};

struct client {
	struct crowd *crowd;
	int fd;
	unsigned index;
	enum client_kind kind;
	enum client_state state;
	struct buffer rest;      /* what came and is not whole yet */
	size_t body_size;        /* BODY */
	unsigned awaited;        /* the greeting, replies to texts */
	bool was_opened;         /* on_open was called for this connection */
	bool cuts_next;          /* says half of its next request only, once */
	bool was_renewed;        /* named its sid and was given another; for the owner to reset */
	char sid[SID_TEXT + 1];  /* "" while unknown */
	uint64_t n;              /* pushes of the session's stream that came */
	uint64_t acked;
	uint64_t next;           /* the number that must come */
	bool has_next;
};

void crowd_init(struct crowd *crowd);
void crowd_fini(struct crowd *crowd);
/* Wait at most ms for something, and let the clients take it in. */
void crowd_turn(struct crowd *crowd, int ms);

void client_init(struct client *c, struct crowd *crowd, unsigned index, enum client_kind kind);
/* Connect and ask; with a sid, go on with its session.  False: no socket. */
bool client_start(struct client *c);
/* Close from our side, without a word; a reset when told so. */
void client_drop(struct client *c, bool resets);
/* Give up the descriptor, open as it is, to the caller. */
int client_release(struct client *c);
/* Send what the socket will surely take. */
void client_say(struct client *c, const void *bytes, size_t size);
void client_say_frame(struct client *c, unsigned opcode, const void *payload, size_t size);
/* Forget the session, so that the next start is a new one. */
void client_forget(struct client *c);

/* client_read.c: take in whole pieces; how many bytes were used.  The client may
 * be IDLE afterwards. */
size_t client_read(struct client *c, const char *bytes, size_t size);
/* client_push.c: one text that came: a push, a reply, or a payload alone. */
void client_take(struct client *c, const char *text, size_t size);
/* The items of a poll's answer. */
void client_take_items(struct client *c, const char *text, size_t size);
/* client.c, for client_read.c: the transport is open, or has ended. */
void client_opened(struct client *c);
void client_lost(struct client *c, const char *why);
void client_ask(struct client *c);
void client_say_texts(struct client *c);

/* The digits that follow key in the text. */
bool text_number(const char *text, size_t size, const char *key, uint64_t *out);

#endif
