/* http_conn - one connection that speaks HTTP/1.1 with us, within the folder.
 *
 *   state     | what it waits for               | timer
 *   ----------+---------------------------------+-------------------------------
 *   HEAD      | a whole request head            | head_timeout, idle_timeout
 *   BODY      | the rest of a /send body        | head_timeout
 *   WAITING   | the lane: attach, push, replies | a poll's wait
 *   STREAM    | pushes, until either side ends  | a reader that stands still
 *   ANSWERING | room for the rest of an answer  | a reader that stands still
 *   LINGER    | the peer's end, answer is given | LINGER_TIME
 *   GONE      | being freed                     | -
 *
 *   HEAD -> BODY -> WAITING -> ANSWERING -> HEAD, or LINGER -> GONE
 *   HEAD -> WAITING -> STREAM -> LINGER -> GONE
 *   HEAD -> ANSWERING (refused)            any -> GONE (peer gone)
 *
 * A connection owns no buffer while it waits: requests are peeked into the
 * lane's shared struct request_peek, answers are built in shared buffers, and
 * only what the socket did not take is kept. */
#ifndef TRANSPORT_HTTP_CONN_H
#define TRANSPORT_HTTP_CONN_H

#include "base/buffer.h"
#include "base/log.h"
#include "muster/lane.h"
#include "transport/http.h"
#include "transport/request_peek.h"

#include <netinet/in.h>

enum { HTTP_STREAM_FRAMES = 256 }; /* of one write to a stream */

enum http_state {
	HTTP_HEAD,
	HTTP_BODY,
	HTTP_WAITING,
	HTTP_STREAM,
	HTTP_ANSWERING,
	HTTP_LINGER,
	HTTP_GONE,
	HTTP_STATES,
};

struct http {
	struct lane *lane;
	struct loop *loop;
	struct websocket *websocket;
	struct files *files;
	const struct settings *settings;
	struct counters *counters;
	struct lane *const *lanes;
	unsigned lane_count;
	struct http_conn *conns;     /* all of them */
	struct http_conn *graveyard; /* GONE, freed by the reaper */
	struct timer reaper;
	size_t body_bytes;           /* held by all BODY states */
	bool is_draining;            /* no answer keeps its connection any more */
	struct log_limit origin_limit;
	struct request_peek peek;    /* the request being served */
	struct buffer head;          /* shared, to build answers in */
	struct buffer text;
	struct outgoing *frames;     /* shared, for lane_take() */
	size_t max_frames;           /* of a poll's answer */
};

/* The peer's address, kept small. */
union http_peer {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* What waits for the lane, as a few functions; NULL members do nothing. */
struct http_exchange {
	void (*left)(struct http_conn *c);    /* the client has left while WAITING or in STREAM */
	void (*expired)(struct http_conn *c); /* the timer, while WAITING */
	void (*room)(struct http_conn *c);    /* in STREAM, all that was pending is out */
};

struct http_conn {
	struct conn conn;
	struct watch watch;
	struct timer timer;
	struct http *http;
	struct http_conn *next;
	struct http_conn *prev;
	const struct http_exchange *exchange;
	struct buffer buffer;       /* BODY: what came; STREAM, ANSWERING: what has to go */
	char *origin;               /* to be named in the answer's CORS headers; NULL: none */
	struct attach *again;       /* SSE: to attach afresh when the session is unknown */
	size_t sent;                /* of the buffer, in STREAM and ANSWERING */
	struct send_request send;
	struct session_sid sid;     /* SEND */
	uint64_t n;                 /* POLL: what the client has, for an answer without a session */
	uint64_t wait;              /* POLL: ms */
	uint64_t body_size;         /* BODY: all of it */
	uint32_t seen;              /* HEAD: see request_peek() */
	uint32_t linger_left;       /* LINGER: bytes that will still be read */
	union http_peer peer;
	enum http_state state;
	bool has_served;            /* this is not its first request */
	bool keeps_alive;           /* after the answer */
	bool has_input;             /* bytes may wait unread: look again */
	bool has_left;              /* the peer sends no more */
	bool has_begun;             /* HEAD: part of a request is there */
	bool was_continued;         /* 100 Continue was sent for this request */
	bool is_head_request;       /* HEAD: no body in the answer */
	bool is_poll_open;          /* POLL: opened() was called */
};

/* -- life ------------------------------------------------------------------ */

struct http_conn *http_conn_of(struct conn *c);
/* In HEAD; owns fd from here on.  0, or -errno: nothing happened. */
int http_conn_open(struct http *h, int fd, const struct sockaddr_storage *peer);
/* Close and forget; memory goes later, so from any callback.  Does not tell the lane's session. */
void http_conn_end(struct http_conn *c);
/* The same without closing: the descriptor is the caller's. */
int http_conn_release(struct http_conn *c);
void http_conn_reap(struct http *h);
/* The idle ones go at once, the others with their answer. */
void http_conn_drain(struct http *h);
void http_conn_set_timer(struct http_conn *c, uint64_t delay);

/* -- the request ------------------------------------------------------------ */

/* Take size bytes that were peeked. */
void http_conn_consume(struct http_conn *c, size_t size);
/* Send a 100 Continue when the client waits for one. */
void http_conn_continue(struct http_conn *c);
/* BODY: collect body_size bytes, then send_serve(). */
void http_conn_read_body(struct http_conn *c);
/* The peer's address as text, without port. */
void http_conn_address(const struct http_conn *c, char *out, size_t size);

/* -- the answer ------------------------------------------------------------- */

struct http_answer {
	int status;
	const char *extra;  /* further header lines, each with its CRLF; NULL: none */
	const char *type;   /* NULL: application/json */
	const char *body;   /* may lie in http->text */
	size_t size;
	bool closes;        /* whatever the request said */
};

/* Answer the request (http_answer.c); then the next one, or the end. */
void http_conn_answer(struct http_conn *c, const struct http_answer *answer);
/* The bytes of an answer; keeps_alive says what comes after it. */
void http_conn_send_answer(struct http_conn *c, const struct buffer *head, const char *body, size_t size);
/* {"code":..,"error":".."}, for 410 with "close" and "reconnect"; Retry-After. */
void http_conn_refuse(struct http_conn *c, const struct attach_refusal *why, const char *extra, bool closes);
/* The same with the usual code of the status, closing; sentence NULL: its phrase. */
void http_conn_refuse_status(struct http_conn *c, int status, const char *sentence);
/* Begin a stream: a head without length.  Then http_conn_write() events. */
void http_conn_stream(struct http_conn *c, const char *extra);
/* In STREAM, with nothing pending: send, keep the rest for later.  False: the
 * connection broke, its hang-up follows. */
bool http_conn_write(struct http_conn *c, const char *data, size_t size);
size_t http_conn_pending(const struct http_conn *c);
/* In STREAM: no more comes; end when all is out. */
void http_conn_finish_stream(struct http_conn *c);
/* WAITING for the lane on behalf of this exchange. */
void http_conn_wait(struct http_conn *c, const struct http_exchange *exchange);

/* The Set-Cookie line that tells the client its new device, in out; or NULL. */
enum { HTTP_COOKIE_SIZE = 256 };
const char *http_device_cookie(const struct conn *conn, char out[HTTP_COOKIE_SIZE]);

/* -- the exchanges, each in its file ------------------------------------------ */

/* The request is whole, ours and consumed; the attaches are taken. */
void long_poll_serve(struct http_conn *c, struct attach *attach);
/* again: the same without a session, for when that is unknown; NULL: no session is named. */
void sse_serve(struct http_conn *c, struct attach *attach, struct attach *again);
/* c->sid is set. */
void send_serve(struct http_conn *c, const char *body, size_t size);

/* Serve the request in http->peek, or hand it on (http.c).  False: more of it
 * must come first. */
bool http_dispatch(struct http_conn *c);

#endif
