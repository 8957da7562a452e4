/* client_read - from bytes to texts: heads of HTTP, bodies of polls, frames of
 * WebSockets and events of streams.  What is not whole is left for later. */
#include "bench/client.h"

#include "muster/codes.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_HEAD = 16 * 1024 };

bool text_number(const char *text, size_t size, const char *key, uint64_t *out)
{
	size_t length = strlen(key);
	const char *at = memmem(text, size, key, length), *end = text + size;
	uint64_t n = 0;

	if (!at)
		return false;
	at += length;
	if (at == end || *at < '0' || *at > '9')
		return false;
	while (at < end && *at >= '0' && *at <= '9')
		n = n * 10 + (uint64_t)(*at++ - '0');
	*out = n;
	return true;
}

static void broken(struct client *c, const char *why)
{
	c->crowd->figures.broken++;
	client_lost(c, why);
}

/* -- heads ------------------------------------------------------------------------- */

/* A session that is unknown is told so after the handshake, so Muster's clients
 * are open when they were greeted. */
static void begin(struct client *c)
{
	bool says = c->kind == CLIENT_WS && !c->sid[0] && c->crowd->text_count;

	c->state = CLIENT_OPEN;
	c->awaited = c->crowd->follows + (says ? c->crowd->text_count : 0);
	if (says)
		client_say_texts(c);
	if (!c->awaited)
		client_opened(c);
}

static size_t read_head(struct client *c, const char *bytes, size_t size)
{
	const char *end = memmem(bytes, size, "\r\n\r\n", 4);
	size_t length = end ? (size_t)(end - bytes) + 4 : 0;
	uint64_t status = 0, body = 0;

	if (!end) {
		if (size > MAX_HEAD)
			broken(c, "a head without end");
		return 0;
	}
	text_number(bytes, length, "HTTP/1.1 ", &status);
	if (status != (c->kind == CLIENT_WS ? 101 : 200)) {
		client_lost(c, status == 410 ? "gone" : status == 503 ? "not now" : "refused");
		return 0;
	}
	if (c->kind != CLIENT_POLL) {
		begin(c);
		return length;
	}
	if (!text_number(bytes, length, "Content-Length: ", &body)) {
		broken(c, "an answer without length");
		return 0;
	}
	c->body_size = (size_t)body;
	c->state = CLIENT_BODY;
	return length;
}

/* -- polls ------------------------------------------------------------------------- */

static size_t read_body(struct client *c, const char *bytes, size_t size)
{
	size_t length = c->body_size;

	if (size < length)
		return 0;
	client_take_items(c, bytes, length);
	if (c->state != CLIENT_BODY)
		return 0;
	client_ask(c);
	if (!c->was_opened)
		client_opened(c);
	return c->fd < 0 ? 0 : length;
}

/* -- WebSockets -------------------------------------------------------------------- */

/* The size of the header; 0 when more is needed. */
static size_t read_header(const unsigned char *b, size_t size, uint64_t *payload)
{
	size_t extra = size < 2 ? 0 : (b[1] & 127) == 127 ? 8 : (b[1] & 127) == 126 ? 2 : 0;

	if (size < 2 + extra)
		return 0;
	*payload = extra ? 0 : b[1] & 127;
	for (size_t i = 0; i < extra; i++)
		*payload = *payload << 8 | b[2 + i];
	return 2 + extra;
}

static size_t read_frame(struct client *c, const char *bytes, size_t size)
{
	const unsigned char *b = (const unsigned char *)bytes;
	uint64_t length = 0;
	size_t header = read_header(b, size, &length);

	if (header == 0 || size - header < length)
		return 0;
	if (b[0] == 0x81) {
		client_take(c, bytes + header, (size_t)length);
	} else if (b[0] == 0x89) {
		client_say_frame(c, 10, bytes + header, (size_t)length);
	} else if (b[0] == 0x88) {
		client_lost(c, length >= 2 && b[header] << 8 == (CLOSE_UNKNOWN_SESSION & 0xff00) &&
			b[header + 1] == (CLOSE_UNKNOWN_SESSION & 0xff) ? "gone" : "close frame");
		return 0;
	} else {
		broken(c, "a strange frame");
		return 0;
	}
	return header + (size_t)length;
}

/* -- event streams ------------------------------------------------------------------ */

static const char *line_of(const char *event, size_t size, const char *name, size_t *length)
{
	size_t named = strlen(name);

	for (const char *at = event, *end = event + size, *stop; at < end; at = stop + 1) {
		stop = memchr(at, '\n', (size_t)(end - at));
		if (!stop)
			stop = end;
		if ((size_t)(stop - at) >= named && memcmp(at, name, named) == 0) {
			*length = (size_t)(stop - at) - named;
			return at + named;
		}
	}
	return NULL;
}

/* The id of a push says which it is. */
static void check_id(struct client *c, const char *event, size_t size)
{
	size_t length = 0;
	const char *id = line_of(event, size, "id: ", &length);
	uint64_t n = 0;

	if (!id || !c->crowd->follows)
		return;
	if (!text_number(id, length, ".", &n) || n != c->n)
		c->crowd->figures.misnumbered++;
}

static size_t read_event(struct client *c, const char *bytes, size_t size)
{
	const char *end = memmem(bytes, size, "\n\n", 2);
	size_t length = 0;
	const char *data;

	if (!end)
		return 0;
	data = line_of(bytes, (size_t)(end - bytes), "data: ", &length);
	if (data)
		client_take(c, data, length);
	check_id(c, bytes, (size_t)(end - bytes));
	return (size_t)(end - bytes) + 2;
}

/* -- all ------------------------------------------------------------------------------ */

static size_t read_once(struct client *c, const char *bytes, size_t size)
{
	if (c->state == CLIENT_HEAD)
		return read_head(c, bytes, size);
	if (c->state == CLIENT_BODY)
		return read_body(c, bytes, size);
	if (c->state == CLIENT_OPEN && c->kind == CLIENT_WS)
		return read_frame(c, bytes, size);
	if (c->state == CLIENT_OPEN && c->kind == CLIENT_SSE)
		return read_event(c, bytes, size);
	return 0;
}

size_t client_read(struct client *c, const char *bytes, size_t size)
{
	size_t used = 0, step;
	int fd = c->fd;

	while (c->fd == fd && used < size && (step = read_once(c, bytes + used, size - used)) > 0)
		used += step;
	return used;
}
