/* http_head - line by line; each line that is whole is judged at once, so
 * that nonsense is refused before its end has come. */
#include "protocol/http_head.h"

#include <string.h>
#include <strings.h>

enum { MAX_METHOD = 32 };

enum status {
	MALFORMED = -400,
	TARGET_TOO_LARGE = -414,
	HEAD_TOO_LARGE = -431,
	VERSION_UNKNOWN = -505,
};

static bool is_token_char(char c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		return true;
	return c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static bool is_token(struct http_span span)
{
	for (size_t i = 0; i < span.size; i++)
		if (!is_token_char(span.text[i]))
			return false;
	return span.size > 0;
}

/* Bytes that no line may have; a tab only in header values. */
static bool is_control(char c)
{
	return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

static bool has_control(struct http_span span)
{
	for (size_t i = 0; i < span.size; i++)
		if (is_control(span.text[i]))
			return true;
	return false;
}

static bool is_visible_ascii(struct http_span span)
{
	for (size_t i = 0; i < span.size; i++)
		if (span.text[i] < 0x21 || span.text[i] > 0x7e)
			return false;
	return true;
}

/* The line at `at`, without its CRLF: 1 and *line, 0 when it is not whole yet,
 * or -400 for a byte that has no place in any line. */
static int take_line(struct http_span *line, const char *at, const char *end)
{
	const char *stop = memchr(at, '\r', (size_t)(end - at));

	line->text = at;
	line->size = (size_t)((stop != NULL ? stop : end) - at);
	if (has_control(*line)) /* a bare line feed is one */
		return MALFORMED;
	if (stop == NULL || stop + 1 == end)
		return 0;
	return stop[1] == '\n' ? 1 : MALFORMED;
}

static struct http_span span_of(const char *from, const char *to)
{
	return (struct http_span){from, (size_t)(to - from)};
}

static struct http_span trim(struct http_span span)
{
	while (span.size > 0 && (span.text[0] == ' ' || span.text[0] == '\t')) {
		span.text++;
		span.size--;
	}
	while (span.size > 0 && (span.text[span.size - 1] == ' ' || span.text[span.size - 1] == '\t'))
		span.size--;
	return span;
}

static bool span_is_any_case(struct http_span span, const char *text)
{
	return span.size == strlen(text) && strncasecmp(span.text, text, span.size) == 0;
}

bool http_span_is(struct http_span span, const char *text)
{
	return span.text != NULL && span.size == strlen(text) && memcmp(span.text, text, span.size) == 0;
}

static int parse_version(struct http_head *head, struct http_span version)
{
	if (version.size != 8 || memcmp(version.text, "HTTP/", 5) != 0 || version.text[6] != '.')
		return MALFORMED;
	if (version.text[5] < '0' || version.text[5] > '9' || version.text[7] < '0' || version.text[7] > '9')
		return MALFORMED;
	if (version.text[5] != '1')
		return VERSION_UNKNOWN;
	head->minor = version.text[7] - '0';
	return 0;
}

/* /path?query */
static void split_path(struct http_head *head, struct http_span target)
{
	const char *end = target.text + target.size;
	const char *mark = memchr(target.text, '?', target.size);

	head->path = span_of(target.text, mark != NULL ? mark : end);
	if (mark != NULL)
		head->query = span_of(mark + 1, end);
}

static size_t scheme_size(struct http_span target)
{
	if (target.size > 7 && strncasecmp(target.text, "http://", 7) == 0)
		return 7;
	if (target.size > 8 && strncasecmp(target.text, "https://", 8) == 0)
		return 8;
	return 0;
}

/* http://authority/path?query: *authority is compared with Host later. */
static int parse_absolute(struct http_head *head, struct http_span *authority, struct http_span target)
{
	size_t scheme = scheme_size(target);
	const char *from = target.text + scheme, *end = target.text + target.size, *at = from;

	while (at < end && *at != '/' && *at != '?')
		at++;
	if (scheme == 0 || at == from)
		return MALFORMED;
	*authority = span_of(from, at);
	split_path(head, span_of(at, end));
	if (head->path.size == 0)
		head->path = span_of(from - 1, from); /* the scheme's last slash serves as "/" */
	return 0;
}

static int parse_target(struct http_head *head, struct http_span *authority, struct http_span target)
{
	if (target.size == 0 || !is_visible_ascii(target) || memchr(target.text, '#', target.size) != NULL)
		return MALFORMED;
	if (target.text[0] == '/') {
		split_path(head, target);
		return 0;
	}
	if (http_span_is(target, "*") && http_span_is(head->method, "OPTIONS")) {
		head->path = target;
		return 0;
	}
	return parse_absolute(head, authority, target);
}

/* METHOD SP target SP HTTP/1.x */
static int parse_request_line(struct http_head *head, struct http_span *authority, struct http_span line)
{
	const char *end = line.text + line.size;
	const char *first = memchr(line.text, ' ', line.size);
	const char *last = memrchr(line.text, ' ', line.size);
	int status;

	if (first == NULL || first == last)
		return MALFORMED;
	head->method = span_of(line.text, first);
	if (!is_token(head->method) || head->method.size > MAX_METHOD)
		return MALFORMED;
	status = parse_version(head, span_of(last + 1, end));
	if (status < 0)
		return status;
	return parse_target(head, authority, span_of(first + 1, last));
}

/* name ":" OWS value OWS */
static int parse_header(struct http_head *head, struct http_span line)
{
	const char *end = line.text + line.size;
	const char *colon = memchr(line.text, ':', line.size);

	/* A space before the colon, or at the start of a folded line, is no token. */
	if (colon == NULL || !is_token(span_of(line.text, colon)))
		return MALFORMED;
	if (head->header_count == HTTP_MAX_HEADERS)
		return HEAD_TOO_LARGE;
	head->names[head->header_count] = span_of(line.text, colon);
	head->values[head->header_count] = trim(span_of(colon + 1, end));
	head->header_count++;
	return 0;
}

static int parse_length(struct http_head *head)
{
	struct http_span value = http_head_value(head, "Content-Length");
	size_t count = http_head_count(head, "Content-Length");

	if (count == 0)
		return 0;
	if (count > 1 || value.size == 0 || value.size > 18)
		return MALFORMED;
	for (size_t i = 0; i < value.size; i++) {
		if (value.text[i] < '0' || value.text[i] > '9')
			return MALFORMED;
		head->length = head->length * 10 + (uint64_t)(value.text[i] - '0');
	}
	head->has_length = true;
	return 0;
}

/* One in HTTP/1.1, the same as in an absolute target. */
static int check_host(const struct http_head *head, struct http_span authority)
{
	size_t count = http_head_count(head, "Host");
	struct http_span host = http_head_value(head, "Host");

	if (count > 1 || (count == 0 && head->minor > 0))
		return MALFORMED;
	if (authority.text == NULL || count == 0)
		return 0;
	if (authority.size != host.size || strncasecmp(authority.text, host.text, host.size) != 0)
		return MALFORMED;
	return 0;
}

static int finish(struct http_head *head, struct http_span authority)
{
	int status = parse_length(head);

	if (status == 0)
		status = check_host(head, authority);
	if (status < 0)
		return status;
	head->is_chunked = http_head_count(head, "Transfer-Encoding") > 0;
	if (head->is_chunked && (head->has_length || head->minor == 0))
		return MALFORMED;
	head->keeps_alive = !http_head_has_token(head, "Connection", "close")
		&& (head->minor > 0 || http_head_has_token(head, "Connection", "keep-alive"));
	return (int)head->size;
}

/* Header lines up to the empty one. */
static int parse_headers(struct http_head *head, const char *bytes, const char *at, const char *end)
{
	struct http_span line;
	int status;

	for (;;) {
		status = take_line(&line, at, end);
		if (status <= 0)
			return status;
		at = line.text + line.size + 2;
		if (line.size == 0) {
			head->size = (size_t)(at - bytes);
			return 1;
		}
		status = parse_header(head, line);
		if (status < 0)
			return status;
	}
}

/* Everything but the spans of headers, which header_count says to be unused. */
static void reset(struct http_head *head)
{
	memset(head, 0, offsetof(struct http_head, names));
	head->has_length = false;
	head->length = 0;
	head->is_chunked = false;
	head->keeps_alive = false;
}

int http_head_parse(struct http_head *head, const char *bytes, size_t size, size_t max_size)
{
	const char *at = bytes, *end = bytes + (size < max_size ? size : max_size);
	struct http_span line, authority = {NULL, 0};
	int status;

	reset(head);
	/* One empty line in front is forgiven (RFC 9112 section 2.2). */
	if (end - at >= 2 && at[0] == '\r' && at[1] == '\n')
		at += 2;
	status = take_line(&line, at, end);
	if (status == 0 && size >= max_size)
		return TARGET_TOO_LARGE;
	if (status <= 0)
		return status;
	status = parse_request_line(head, &authority, line);
	if (status < 0)
		return status;
	status = parse_headers(head, bytes, line.text + line.size + 2, end);
	if (status == 0 && size >= max_size)
		return HEAD_TOO_LARGE;
	return status > 0 ? finish(head, authority) : status;
}

/* The index of the next header of that name from i on; header_count: none. */
static size_t next_header(const struct http_head *head, const char *name, size_t i)
{
	while (i < head->header_count && !span_is_any_case(head->names[i], name))
		i++;
	return i;
}

size_t http_head_count(const struct http_head *head, const char *name)
{
	size_t count = 0;

	for (size_t i = next_header(head, name, 0); i < head->header_count; i = next_header(head, name, i + 1))
		count++;
	return count;
}

struct http_span http_head_value(const struct http_head *head, const char *name)
{
	size_t i = next_header(head, name, 0);

	if (i == head->header_count || next_header(head, name, i + 1) < head->header_count)
		return (struct http_span){NULL, 0};
	return head->values[i];
}

/* Cut what stands before the separator, trimmed, off *rest; false at the end. */
static bool take_item(struct http_span *item, struct http_span *rest, char separator)
{
	const char *end, *stop;

	if (rest->text == NULL)
		return false;
	end = rest->text + rest->size;
	stop = memchr(rest->text, separator, rest->size);
	*item = trim(span_of(rest->text, stop != NULL ? stop : end));
	*rest = stop != NULL ? span_of(stop + 1, end) : (struct http_span){NULL, 0};
	return true;
}

bool http_head_has_token(const struct http_head *head, const char *name, const char *token)
{
	struct http_span item, rest;

	for (size_t i = next_header(head, name, 0); i < head->header_count; i = next_header(head, name, i + 1)) {
		rest = head->values[i];
		while (take_item(&item, &rest, ','))
			if (span_is_any_case(item, token))
				return true;
	}
	return false;
}

struct http_span http_head_cookie(const struct http_head *head, const char *name)
{
	size_t length = strlen(name);
	struct http_span item, rest;

	for (size_t i = next_header(head, "Cookie", 0); i < head->header_count; i = next_header(head, "Cookie", i + 1)) {
		rest = head->values[i];
		while (take_item(&item, &rest, ';'))
			if (item.size > length && item.text[length] == '=' && memcmp(item.text, name, length) == 0)
				return span_of(item.text + length + 1, item.text + item.size);
	}
	return (struct http_span){NULL, 0};
}
