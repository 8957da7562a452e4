/* http_conn - see http_conn.h: the life of a connection, from state to state. */
#include "transport/http_conn.h"

#include "base/xalloc.h"
#include "muster/attach.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	REQUESTS_A_TURN = 16,       /* pipelined ones, before others have their turn */
	LINGER_TIME = 2000,
	LINGER_TIME_DRAINING = 200, /* nobody is waited for long at the end */
	LINGER_BYTES = 256 * 1024,  /* read and thrown away while lingering */
	BODIES_TOTAL = 32 << 20,    /* of all connections of a lane that are in BODY */
};

struct http_conn *http_conn_of(struct conn *c)
{
	return (struct http_conn *)((char *)c - offsetof(struct http_conn, conn));
}

void http_conn_set_timer(struct http_conn *c, uint64_t delay)
{
	loop_timer_set(c->http->loop, &c->timer, loop_now(c->http->loop) + delay);
}

static void clear_timer(struct http_conn *c)
{
	loop_timer_clear(c->http->loop, &c->timer);
}

/* -- the end ------------------------------------------------------------------ */

static void drop_buffer(struct http_conn *c)
{
	if (c->state == HTTP_BODY)
		c->http->body_bytes -= c->buffer.size;
	buffer_fini(&c->buffer);
	c->sent = 0;
}

static void unlink_conn(struct http_conn *c)
{
	if (c->prev)
		c->prev->next = c->next;
	else
		c->http->conns = c->next;
	if (c->next)
		c->next->prev = c->prev;
}

/* Whoever is on the stack may still hold the pointer: memory goes later. */
static void bury(struct http_conn *c)
{
	struct http *h = c->http;

	unlink_conn(c);
	c->next = h->graveyard;
	h->graveyard = c;
	if (!timer_is_set(&h->reaper))
		loop_timer_set(h->loop, &h->reaper, loop_now(h->loop));
}

int http_conn_release(struct http_conn *c)
{
	int fd = c->watch.fd;

	assert(c->state != HTTP_GONE);
	loop_unwatch(c->http->loop, &c->watch);
	clear_timer(c);
	drop_buffer(c);
	free(c->origin);
	attach_free(c->again);
	c->state = HTTP_GONE;
	bury(c);
	lane_count_connection(c->http->lane, -1);
	return fd;
}

void http_conn_end(struct http_conn *c)
{
	close(http_conn_release(c));
}

void http_conn_reap(struct http *h)
{
	struct http_conn *c;

	while ((c = h->graveyard)) {
		h->graveyard = c->next;
		free(c);
	}
}

/* Read and throw away, until the peer is done: closing with unread bytes would
 * send a reset, which may overtake the answer. */
static void discard(struct http_conn *c)
{
	char sink[8192];
	ssize_t got;

	while (c->linger_left > 0) {
		got = recv(c->watch.fd, sink, sizeof sink, MSG_DONTWAIT);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (got <= 0)
			break;
		c->linger_left -= (uint32_t)got < c->linger_left ? (uint32_t)got : c->linger_left;
	}
	http_conn_end(c);
}

static void linger(struct http_conn *c)
{
	c->state = HTTP_LINGER;
	c->linger_left = LINGER_BYTES;
	shutdown(c->watch.fd, SHUT_WR);
	http_conn_set_timer(c, c->http->is_draining ? LINGER_TIME_DRAINING : LINGER_TIME);
	discard(c);
}

/* -- sending -------------------------------------------------------------------- */

static void keep(struct http_conn *c, const struct iovec *part, size_t *skip)
{
	size_t skipped = *skip < part->iov_len ? *skip : part->iov_len;

	*skip -= skipped;
	buffer_append(&c->buffer, (const char *)part->iov_base + skipped, part->iov_len - skipped);
}

/* What the socket does not take is kept.  0, or -errno: the connection is broken. */
static int put(struct http_conn *c, struct iovec parts[2])
{
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	size_t skip;
	ssize_t sent;

	do {
		sent = sendmsg(c->watch.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
		return -errno;
	skip = sent > 0 ? (size_t)sent : 0;
	keep(c, &parts[0], &skip);
	keep(c, &parts[1], &skip);
	return 0;
}

/* 0, or -errno. */
static int put_pending(struct http_conn *c)
{
	size_t before = c->sent;
	ssize_t sent;

	while (c->sent < c->buffer.size) {
		sent = send(c->watch.fd, c->buffer.data + c->sent, c->buffer.size - c->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
			return -errno;
		if (sent <= 0)
			break;
		c->sent += (size_t)sent;
	}
	if (c->sent == c->buffer.size) {
		drop_buffer(c);
		clear_timer(c);
	} else if (c->sent > before) {
		http_conn_set_timer(c, c->http->settings->pong_timeout);
	}
	return 0;
}

size_t http_conn_pending(const struct http_conn *c)
{
	return c->state == HTTP_STREAM || c->state == HTTP_ANSWERING ? c->buffer.size - c->sent : 0;
}

/* -- requests and answers ---------------------------------------------------------- */

static void next_request(struct http_conn *c)
{
	free(c->origin);
	c->origin = NULL;
	c->exchange = NULL;
	c->state = HTTP_HEAD;
	c->seen = 0;
	c->has_begun = c->was_continued = c->is_head_request = false;
	c->has_served = true;
	c->has_input |= c->has_left;
	http_conn_set_timer(c, c->has_input ? 0 : c->http->settings->idle_timeout);
}

static void answered(struct http_conn *c)
{
	if (c->keeps_alive)
		next_request(c);
	else
		linger(c);
}

void http_conn_send_answer(struct http_conn *c, const struct buffer *head, const char *body, size_t size)
{
	struct iovec parts[2] = {{head->data, head->size}, {(void *)(uintptr_t)body, size}};

	drop_buffer(c);
	c->state = HTTP_ANSWERING;
	if (put(c, parts) < 0)
		http_conn_end(c);
	else if (c->buffer.size == 0)
		answered(c);
	else
		http_conn_set_timer(c, c->http->settings->pong_timeout);
}

/* The session is told from the loop, not from inside its own call. */
static void break_later(struct http_conn *c)
{
	c->has_left = true;
	http_conn_set_timer(c, 0);
}

bool http_conn_write(struct http_conn *c, const char *data, size_t size)
{
	struct iovec parts[2] = {{(void *)(uintptr_t)data, size}, {NULL, 0}};

	assert(c->state == HTTP_STREAM);
	if (c->has_left)
		return false;
	if (c->buffer.size) { /* the head alone was more than the socket took */
		buffer_append(&c->buffer, data, size);
		return true;
	}
	if (put(c, parts) < 0) {
		break_later(c);
		return false;
	}
	if (c->buffer.size)
		http_conn_set_timer(c, c->http->settings->pong_timeout);
	return true;
}

void http_conn_finish_stream(struct http_conn *c)
{
	assert(c->state == HTTP_STREAM);
	c->state = HTTP_ANSWERING;
	c->keeps_alive = false;
	if (c->has_left)
		http_conn_end(c);
	else if (c->buffer.size == 0)
		answered(c);
}

void http_conn_wait(struct http_conn *c, const struct http_exchange *exchange)
{
	clear_timer(c);
	drop_buffer(c);
	c->state = HTTP_WAITING;
	c->exchange = exchange;
}

/* -- the request ----------------------------------------------------------------- */

void http_conn_consume(struct http_conn *c, size_t size)
{
	struct request_peek *peek = &c->http->peek;
	size_t done = 0;

	assert(size <= peek->size);
	while (done < size) {
		/* the same bytes over themselves: all spans stay as they are */
		ssize_t got = recv(c->watch.fd, peek->bytes + done, size - done, MSG_DONTWAIT);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break; /* broken meanwhile: its hang-up follows */
		done += (size_t)got;
	}
}

void http_conn_continue(struct http_conn *c)
{
	static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
	const struct http_head *head = &c->http->peek.head;

	if (c->was_continued || head->minor < 1 || !http_head_has_token(head, "Expect", "100-continue"))
		return;
	c->was_continued = true;
	/* nothing else waits to be sent, so it fits or the connection is broken */
	(void)!send(c->watch.fd, line, sizeof line - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void take_body(struct http_conn *c, const char *bytes, size_t size)
{
	buffer_append(&c->buffer, bytes, size);
	c->http->body_bytes += size;
}

static void body_is_whole(struct http_conn *c)
{
	struct buffer body = c->buffer;

	c->http->body_bytes -= body.size;
	buffer_init(&c->buffer, 0);
	c->state = HTTP_WAITING;
	c->has_input = true; /* nobody knows what is behind it */
	send_serve(c, body.data, body.size);
	buffer_fini(&body);
}

static void read_body(struct http_conn *c)
{
	char *scratch = c->http->peek.bytes;

	while (c->buffer.size < c->body_size) {
		size_t left = (size_t)c->body_size - c->buffer.size, room = sizeof c->http->peek.bytes;
		ssize_t got = recv(c->watch.fd, scratch, left < room ? left : room, MSG_DONTWAIT);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (got <= 0) {
			http_conn_end(c);
			return;
		}
		if (c->http->body_bytes + (size_t)got > BODIES_TOTAL) {
			http_conn_refuse_status(c, 503, "too many bodies at once, try again later");
			return;
		}
		take_body(c, scratch, (size_t)got);
	}
	body_is_whole(c);
}

void http_conn_read_body(struct http_conn *c)
{
	c->state = HTTP_BODY;
	c->exchange = NULL;
	http_conn_set_timer(c, c->http->settings->head_timeout);
	read_body(c);
}

void http_conn_address(const struct http_conn *c, char *out, size_t size)
{
	const void *address = c->peer.any.sa_family == AF_INET6 ? (const void *)&c->peer.v6.sin6_addr
								: (const void *)&c->peer.v4.sin_addr;

	if (c->peer.any.sa_family != AF_INET && c->peer.any.sa_family != AF_INET6)
		address = NULL;
	if (!address || !inet_ntop(c->peer.any.sa_family, address, out, (socklen_t)size)) {
		strncpy(out, "unix", size - 1);
		out[size - 1] = '\0';
	}
}

/* Part of a request is there, or none of it. */
static void wait_for_more(struct http_conn *c)
{
	bool has_begun = c->seen > 0;

	if (c->has_left) {
		http_conn_end(c);
	} else if (has_begun && !c->has_begun) {
		c->has_begun = true;
		http_conn_set_timer(c, c->http->settings->head_timeout);
	} else if (!timer_is_set(&c->timer)) {
		http_conn_set_timer(c, c->http->settings->idle_timeout);
	}
}

/* False: more bytes are needed, or it is over. */
static bool look_once(struct http_conn *c)
{
	int got;

	c->has_input = false;
	got = request_peek(&c->http->peek, c->watch.fd, &c->seen);
	if (got == PEEK_WHOLE) {
		if (http_dispatch(c))
			return true;
		c->seen = 1; /* begun; the head is parsed again when there is more */
	}
	if (got == PEEK_GONE) {
		http_conn_end(c);
	} else if (got < PEEK_GONE) {
		counter_add(c->http->counters, COUNTER_REFUSED_HEAD, 1);
		c->keeps_alive = false;
		http_conn_refuse_status(c, -got, NULL);
	} else {
		wait_for_more(c);
	}
	return false;
}

static void look(struct http_conn *c)
{
	for (int i = 0; i < REQUESTS_A_TURN; i++) {
		if (!look_once(c) || c->state != HTTP_HEAD)
			return;
	}
	c->has_input = true;
	http_conn_set_timer(c, 0);
}

/* -- what each state does ---------------------------------------------------------- */

static void leave(struct http_conn *c)
{
	if (c->exchange && c->exchange->left)
		c->exchange->left(c);
	else
		http_conn_end(c);
}

static void note_input(struct http_conn *c)
{
	c->has_input = true;
}

static void send_more(struct http_conn *c)
{
	if (put_pending(c) < 0)
		http_conn_end(c);
	else if (c->buffer.size == 0)
		answered(c);
}

static void stream_more(struct http_conn *c)
{
	if (c->buffer.size == 0)
		return;
	if (put_pending(c) < 0)
		break_later(c);
	else if (c->buffer.size == 0 && c->exchange->room)
		c->exchange->room(c);
}

static void head_expired(struct http_conn *c)
{
	if (c->has_input)
		look(c);
	else if (c->has_begun)
		http_conn_refuse_status(c, 408, NULL);
	else
		http_conn_end(c);
}

static void body_expired(struct http_conn *c)
{
	http_conn_refuse_status(c, 408, NULL);
}

static void wait_expired(struct http_conn *c)
{
	if (c->exchange->expired)
		c->exchange->expired(c);
}

/* Set for one of three things: it broke, more can be written, it stands still. */
static void stream_expired(struct http_conn *c)
{
	if (c->buffer.size == 0 && !c->has_left && c->exchange->room)
		c->exchange->room(c);
	else
		leave(c);
}

static const struct {
	void (*input)(struct http_conn *c);
	void (*output)(struct http_conn *c);
	void (*hangup)(struct http_conn *c);
	void (*expired)(struct http_conn *c);
} states[HTTP_STATES] = {
	[HTTP_HEAD] = {look, NULL, look, head_expired},
	[HTTP_BODY] = {read_body, NULL, read_body, body_expired},
	[HTTP_WAITING] = {note_input, NULL, leave, wait_expired},
	[HTTP_STREAM] = {NULL, stream_more, leave, stream_expired},
	[HTTP_ANSWERING] = {note_input, send_more, NULL, http_conn_end},
	[HTTP_LINGER] = {discard, NULL, discard, http_conn_end},
	[HTTP_GONE] = {NULL, NULL, NULL, NULL},
};

/* One event, one step: what the socket has is read or written until it has no
 * more, or is remembered in has_input and has_left. */
static void on_ready(struct watch *w, unsigned events)
{
	struct http_conn *c = (struct http_conn *)((char *)w - offsetof(struct http_conn, watch));
	enum http_state state = c->state;

	if (events & WATCH_HANGUP)
		c->has_left = true;
	if (events & WATCH_OUT && states[state].output)
		states[state].output(c);
	if (c->state != state)
		return note_input(c);
	if (events & WATCH_HANGUP && states[state].hangup)
		states[state].hangup(c);
	else if (events & WATCH_IN && states[state].input)
		states[state].input(c);
}

static void on_timer(struct timer *t, uint64_t now)
{
	struct http_conn *c = (struct http_conn *)((char *)t - offsetof(struct http_conn, timer));

	(void)now;
	if (states[c->state].expired)
		states[c->state].expired(c);
}

static void set_peer(union http_peer *to, const struct sockaddr_storage *peer)
{
	if (peer->ss_family == AF_INET)
		memcpy(&to->v4, peer, sizeof to->v4);
	else if (peer->ss_family == AF_INET6)
		memcpy(&to->v6, peer, sizeof to->v6);
	else
		to->any.sa_family = peer->ss_family;
}

void http_conn_drain(struct http *h)
{
	struct http_conn *next;

	h->is_draining = true;
	for (struct http_conn *c = h->conns; c; c = next) {
		next = c->next;
		if (c->state == HTTP_HEAD && c->has_served && !c->has_begun && !c->has_input)
			http_conn_end(c);
	}
}

static void link_conn(struct http *h, struct http_conn *c)
{
	c->next = h->conns;
	if (c->next)
		c->next->prev = c;
	h->conns = c;
}

int http_conn_open(struct http *h, int fd, const struct sockaddr_storage *peer)
{
	struct http_conn *c = xcalloc(1, sizeof *c);
	int result;

	c->http = h;
	c->state = HTTP_HEAD;
	timer_init(&c->timer, on_timer);
	buffer_init(&c->buffer, 0);
	set_peer(&c->peer, peer);
	result = loop_watch(h->loop, &c->watch, fd, on_ready);
	if (result < 0) {
		free(c);
		return result;
	}
	link_conn(h, c);
	http_conn_set_timer(c, h->settings->head_timeout);
	return 0;
}
