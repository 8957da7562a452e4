/* http_head - the head of an HTTP/1.x request (RFC 9112), parsed strictly in
 * place: nothing is copied, every span points into the given bytes.  What two
 * parsers could read differently (bare CR, folded lines, two lengths, a length
 * with a transfer coding, spaces before a colon) is refused.  Pure. */
#ifndef PROTOCOL_HTTP_HEAD_H
#define PROTOCOL_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_span {
	const char *text; /* NULL: absent */
	size_t size;
};

enum { HTTP_MAX_HEADERS = 100 };

struct http_head {
	size_t size;             /* bytes of the head with its last empty line */
	struct http_span method;
	struct http_span path;   /* of an origin-form target, without the query */
	struct http_span query;  /* behind the '?'; absent when none */
	int minor;               /* HTTP/1.minor */
	size_t header_count;
	struct http_span names[HTTP_MAX_HEADERS];
	struct http_span values[HTTP_MAX_HEADERS]; /* white space around them is off */
	bool has_length;         /* Content-Length */
	uint64_t length;
	bool is_chunked;         /* any Transfer-Encoding */
	bool keeps_alive;        /* by version and Connection */
};

/* > 0: the head is whole, *head is set, the result is head->size.  0: more
 * bytes are needed.  < 0: the HTTP status to refuse it with, negative (-400
 * malformed, -414 or -431 too large, -505 version). */
int http_head_parse(struct http_head *head, const char *bytes, size_t size, size_t max_size);
/* The value of the only header of that name (any case).  Absent, or given
 * more than once: {NULL, 0}; use http_head_count() to tell. */
struct http_span http_head_value(const struct http_head *head, const char *name);
size_t http_head_count(const struct http_head *head, const char *name);
/* True when a comma-separated header (all of that name) holds the token, any case. */
bool http_head_has_token(const struct http_head *head, const char *name, const char *token);
bool http_span_is(struct http_span span, const char *text); /* exactly */
/* A cookie's value from all Cookie headers; {NULL, 0} when absent. */
struct http_span http_head_cookie(const struct http_head *head, const char *name);

#endif
