/* request_peek - see request_peek.h. */
#include "transport/request_peek.h"

#include "muster/session_id.h"
#include "protocol/sse.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static const struct {
	const char *path;
	enum route route;
} routes[] = {
	{"/ws", ROUTE_WS},
	{"/sse", ROUTE_SSE},
	{"/poll", ROUTE_POLL},
	{"/send", ROUTE_SEND},
	{"/attach-check", ROUTE_CHECK},
};

static enum route classify(const struct http_head *head)
{
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++)
		if (http_span_is(head->path, routes[i].path))
			return http_span_is(head->method, "OPTIONS") ? ROUTE_PREFLIGHT : routes[i].route;
	return ROUTE_FILES;
}

/* The sid of a query, as it is written by everybody: plain, its characters
 * need no escapes.  Anything else is left to who parses the query. */
static bool query_sid(struct session_sid *sid, struct http_span query)
{
	const char *at = query.text, *end = query.text + query.size;

	while (at && at < end) {
		const char *next = memchr(at, '&', (size_t)(end - at));
		size_t size = (size_t)((next ? next : end) - at);

		if (size > 4 && memcmp(at, "sid=", 4) == 0)
			return session_sid_parse(sid, at + 4, size - 4) == 0;
		at = next ? next + 1 : end;
	}
	return false;
}

static bool named_sid(const struct request_peek *p, struct session_sid *sid)
{
	struct http_span id = {NULL, 0};
	uint64_t n;

	if (p->route == ROUTE_SSE)
		id = http_head_value(&p->head, "Last-Event-ID");
	if (id.text && sse_parse_id(sid, &n, id.text, id.size) == 0)
		return true;
	return query_sid(sid, p->head.query);
}

static ssize_t peek_bytes(struct request_peek *p, int fd)
{
	ssize_t got;

	do {
		got = recv(fd, p->bytes, sizeof p->bytes, MSG_PEEK | MSG_DONTWAIT);
	} while (got < 0 && errno == EINTR);
	return got;
}

/* A head that comes in small pieces is parsed once a line, not once a piece. */
static bool is_worth_parsing(const struct request_peek *p, uint32_t seen)
{
	return p->size >= MAX_REQUEST_HEAD ||
		(p->size > seen && memchr(p->bytes + seen, '\n', p->size - seen));
}

int request_peek(struct request_peek *p, int fd, uint32_t *seen)
{
	struct session_sid sid;
	ssize_t got = peek_bytes(p, fd);
	int result;

	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return PEEK_MORE;
	if (got <= 0)
		return PEEK_GONE;
	p->size = (size_t)got;
	if (!is_worth_parsing(p, *seen)) {
		*seen = (uint32_t)p->size;
		return PEEK_MORE;
	}
	result = http_head_parse(&p->head, p->bytes, p->size, MAX_REQUEST_HEAD);
	if (result < 0)
		return result;
	if (result == 0) {
		*seen = (uint32_t)p->size;
		return p->size < MAX_REQUEST_HEAD ? PEEK_MORE : -431;
	}
	p->route = classify(&p->head);
	p->names_lane = named_sid(p, &sid);
	p->lane = p->names_lane ? sid.bytes[0] : 0;
	return PEEK_WHOLE;
}
