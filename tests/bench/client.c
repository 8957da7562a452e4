/* client - see client.h: sockets and requests. */
#include "bench/client.h"

#include "base/xalloc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 1024, MAX_TEXT = 2048, MAX_FRAME = 1024 };

void crowd_init(struct crowd *crowd)
{
	crowd->epoll = epoll_create1(EPOLL_CLOEXEC);
	crowd->bytes = xmalloc(READ_SIZE);
	crowd->server.sin_family = AF_INET;
	crowd->server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (!crowd->keys)
		crowd->keys = 1;
}

void crowd_fini(struct crowd *crowd)
{
	close(crowd->epoll);
	free(crowd->bytes);
}

void client_init(struct client *c, struct crowd *crowd, unsigned index, enum client_kind kind)
{
	*c = (struct client){.crowd = crowd, .fd = -1, .index = index, .kind = kind};
	buffer_init(&c->rest, 0);
}

/* -- saying ---------------------------------------------------------------------- */

void client_say(struct client *c, const void *bytes, size_t size)
{
	/* a broken connection is told by its hang-up */
	if (c->fd >= 0 && send(c->fd, bytes, size, MSG_NOSIGNAL) == (ssize_t)size)
		return;
}

/* Masked with zero, which leaves the payload as it is. */
void client_say_frame(struct client *c, unsigned opcode, const void *payload, size_t size)
{
	unsigned char frame[8 + MAX_FRAME] = {(unsigned char)(0x80 | opcode)};
	size_t at = 2;

	if (size > MAX_FRAME)
		return;
	if (size < 126) {
		frame[1] = (unsigned char)(0x80 | size);
	} else {
		frame[1] = 0x80 | 126;
		frame[at++] = (unsigned char)(size >> 8);
		frame[at++] = (unsigned char)size;
	}
	memcpy(frame + at + 4, payload, size);
	client_say(c, frame, at + 4 + size);
}

/* The template with %d and %k filled in. */
static void fill(char out[MAX_TEXT], const struct client *c, const char *template)
{
	size_t size = 0;

	while (*template && size + 16 < MAX_TEXT) {
		bool is_index = strncmp(template, "%d", 2) == 0, is_key = strncmp(template, "%k", 2) == 0;

		if (is_index || is_key) {
			size += (size_t)snprintf(out + size, MAX_TEXT - size, "%u",
				is_index ? c->index : c->index % c->crowd->keys);
			template += 2;
		} else {
			out[size++] = *template++;
		}
	}
	out[size] = '\0';
}

/* The path, and where the session goes on. */
static void write_target(struct buffer *out, const struct client *c)
{
	char path[MAX_TEXT];

	fill(path, c, c->crowd->path);
	buffer_append_text(out, path);
	if (c->crowd->follows && c->sid[0])
		buffer_printf(out, "%csid=%s&n=%" PRIu64, strchr(path, '?') ? '&' : '?', c->sid, c->n);
}

void client_say_texts(struct client *c)
{
	char text[MAX_TEXT];

	for (unsigned i = 0; i < c->crowd->text_count; i++) {
		fill(text, c, c->crowd->texts[i]);
		client_say_frame(c, 1, text, strlen(text));
	}
}

static const char *headers_of(enum client_kind kind)
{
	switch (kind) {
	case CLIENT_WS:
		return "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
			"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n";
	case CLIENT_SSE:
		return "Accept: text/event-stream\r\n";
	case CLIENT_POLL:
		break;
	}
	return "";
}

/* The path of another kind of Muster's clients: /ws, /sse, /poll. */
static const char *door_of(enum client_kind kind)
{
	static const char *const doors[] = {[CLIENT_WS] = "/ws", [CLIENT_SSE] = "/sse", [CLIENT_POLL] = "/poll"};

	return doors[kind];
}

void client_ask(struct client *c)
{
	struct buffer text;

	buffer_init(&text, 0);
	buffer_append_text(&text, "GET ");
	if (c->crowd->path[0] != '/')
		buffer_append_text(&text, door_of(c->kind));
	write_target(&text, c);
	buffer_printf(&text, " HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s\r\n", ntohs(c->crowd->server.sin_port),
		headers_of(c->kind));
	c->state = CLIENT_HEAD;
	client_say(c, text.data, c->cuts_next ? text.size / 2 : text.size);
	c->cuts_next = false;
	buffer_fini(&text);
}

/* -- life -------------------------------------------------------------------------- */

static void come_from(const struct client *c)
{
	struct sockaddr_in from = {.sin_family = AF_INET};
	int on = 1;

	if (!c->crowd->sources)
		return;
	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + c->index % c->crowd->sources);
	setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
	if (bind(c->fd, (struct sockaddr *)&from, sizeof from) < 0)
		perror("bind");
}

bool client_start(struct client *c)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return false;
	come_from(c);
	c->state = CLIENT_CONNECTING;
	c->was_opened = false;
	c->awaited = 0;
	if (connect(c->fd, (struct sockaddr *)&c->crowd->server, sizeof c->crowd->server) < 0 && errno != EINPROGRESS) {
		close(c->fd);
		c->fd = -1;
		c->state = CLIENT_IDLE;
		return false;
	}
	epoll_ctl(c->crowd->epoll, EPOLL_CTL_ADD, c->fd, &event);
	return true;
}

void client_drop(struct client *c, bool resets)
{
	struct linger at_once = {.l_onoff = 1};

	if (c->fd < 0)
		return;
	if (resets)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	close(c->fd);
	c->fd = -1;
	c->state = CLIENT_IDLE;
	c->cuts_next = false;
	buffer_fini(&c->rest);
}

int client_release(struct client *c)
{
	int fd = c->fd;

	epoll_ctl(c->crowd->epoll, EPOLL_CTL_DEL, fd, NULL);
	c->fd = -1;
	c->state = CLIENT_IDLE;
	c->cuts_next = false;
	buffer_fini(&c->rest);
	return fd;
}

void client_forget(struct client *c)
{
	c->sid[0] = '\0';
	c->n = c->acked = c->next = 0;
	c->has_next = false;
}

void client_lost(struct client *c, const char *why)
{
	struct figures *f = &c->crowd->figures;

	if (c->was_opened)
		f->closed++;
	else
		f->failed++;
	client_drop(c, false);
	c->crowd->on_closed(c, why);
}

void client_opened(struct client *c)
{
	c->was_opened = true;
	c->crowd->figures.opened++;
	c->crowd->on_open(c);
}

/* -- events ------------------------------------------------------------------------ */

/* What was left over stands before what came now. */
static void take_in(struct client *c, const char *bytes, size_t size)
{
	size_t used;

	c->crowd->figures.bytes += size;
	if (c->rest.size) {
		buffer_append(&c->rest, bytes, size);
		used = client_read(c, c->rest.data, c->rest.size);
		if (c->fd >= 0)
			buffer_consume(&c->rest, used);
		if (c->fd >= 0 && c->rest.size == 0)
			buffer_fini(&c->rest);
		return;
	}
	used = client_read(c, bytes, size);
	if (c->fd >= 0 && used < size)
		buffer_append(&c->rest, bytes + used, size - used);
}

static void on_readable(struct client *c)
{
	int fd = c->fd;

	while (c->fd == fd) {
		ssize_t got = recv(fd, c->crowd->bytes, READ_SIZE, 0);

		if (got > 0) {
			take_in(c, c->crowd->bytes, (size_t)got);
			if (got < READ_SIZE)
				return; /* edge-triggered: more, or the end, comes as an event */
		} else if (got == 0) {
			client_lost(c, "end of stream");
		} else if (errno != EINTR) {
			if (errno != EAGAIN)
				client_lost(c, strerror(errno));
			return;
		}
	}
}

static void on_event(struct client *c, unsigned events)
{
	if (c->fd < 0)
		return;
	if (c->state == CLIENT_CONNECTING && (events & (EPOLLERR | EPOLLHUP))) {
		client_lost(c, "cannot connect");
		return;
	}
	if (c->state == CLIENT_CONNECTING && (events & EPOLLOUT))
		client_ask(c);
	if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
		on_readable(c);
		if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) && c->fd >= 0)
			on_readable(c);
	}
}

void crowd_turn(struct crowd *crowd, int ms)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(crowd->epoll, events, EVENTS, ms);

	for (int i = 0; i < count; i++)
		on_event(events[i].data.ptr, events[i].events);
}
