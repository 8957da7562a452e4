/* origin - origins and patterns are taken apart into scheme, host and port
 * (RFC 6454), and these are compared. */
#include "protocol/origin.h"

#include <string.h>
#include <strings.h>

struct part {
	const char *text;
	size_t size;
};

struct origin {
	struct part scheme; /* empty in a Host header */
	struct part host;
	unsigned port;      /* 0: not given */
};

static bool part_is(struct part a, const char *text)
{
	return a.size == strlen(text) && strncasecmp(a.text, text, a.size) == 0;
}

static bool part_equals(struct part a, struct part b)
{
	return a.size == b.size && strncasecmp(a.text, b.text, a.size) == 0;
}

static unsigned default_port(struct part scheme)
{
	if (part_is(scheme, "http") || part_is(scheme, "ws"))
		return 80;
	if (part_is(scheme, "https") || part_is(scheme, "wss"))
		return 443;
	return 0;
}

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_host(struct part host)
{
	bool is_address = host.size > 2 && host.text[0] == '[' && host.text[host.size - 1] == ']';
	const char *others = is_address ? ".:" : ".-_*";
	size_t edge = is_address ? 1 : 0;

	if (host.size == 0)
		return false;
	for (size_t i = edge; i < host.size - edge; i++)
		if (!is_letter_or_digit(host.text[i]) && memchr(others, host.text[i], strlen(others)) == NULL)
			return false;
	return true;
}

static bool parse_port(unsigned *port, struct part digits)
{
	unsigned n = 0;

	if (digits.size == 0 || digits.size > 5)
		return false;
	for (size_t i = 0; i < digits.size; i++) {
		if (digits.text[i] < '0' || digits.text[i] > '9')
			return false;
		n = n * 10 + (unsigned)(digits.text[i] - '0');
	}
	*port = n;
	return n >= 1 && n <= 65535;
}

/* host or host:port */
static bool parse_authority(struct origin *o, const char *text, size_t size)
{
	const char *bracket = memrchr(text, ']', size);
	const char *colon = memrchr(text, ':', size);

	if (colon != NULL && bracket != NULL && colon < bracket)
		colon = NULL;
	o->host = (struct part){text, colon != NULL ? (size_t)(colon - text) : size};
	o->port = 0;
	if (colon != NULL && !parse_port(&o->port, (struct part){colon + 1, size - o->host.size - 1}))
		return false;
	return is_host(o->host);
}

static bool parse_origin(struct origin *o, const char *text, size_t size)
{
	const char *mark = memmem(text, size, "://", 3);

	if (mark == NULL || mark == text)
		return false;
	o->scheme = (struct part){text, (size_t)(mark - text)};
	for (size_t i = 0; i < o->scheme.size; i++)
		if (!is_letter_or_digit(text[i]) && memchr("+-.", text[i], 3) == NULL)
			return false;
	if (!parse_authority(o, mark + 3, size - o->scheme.size - 3))
		return false;
	if (o->port == 0)
		o->port = default_port(o->scheme);
	return true;
}

/* "*.example.org" stands for the hosts below it, at any depth, as in a
 * Content-Security-Policy; not for example.org. */
static bool host_matches(struct part pattern, struct part host)
{
	struct part tail = {pattern.text + 1, pattern.size - 1};

	if (pattern.size < 3 || pattern.text[0] != '*' || pattern.text[1] != '.')
		return part_equals(pattern, host);
	if (host.size <= tail.size || host.text[0] == '.')
		return false;
	return part_equals(tail, (struct part){host.text + host.size - tail.size, tail.size});
}

static bool is_same(const struct origin *origin, const char *host, size_t host_size)
{
	struct origin own = {.port = 0};

	if (host == NULL || !parse_authority(&own, host, host_size))
		return false;
	/* Host does not say the scheme, which a proxy may have changed. */
	if (own.port == 0)
		own.port = default_port(origin->scheme);
	return part_equals(own.host, origin->host) && own.port == origin->port;
}

static bool pattern_allows(const char *pattern, const struct origin *origin)
{
	struct origin p = {.port = 0};

	return parse_origin(&p, pattern, strlen(pattern)) && part_equals(p.scheme, origin->scheme)
		&& p.port == origin->port && host_matches(p.host, origin->host);
}

bool origin_is_allowed(char *const *patterns, size_t count, const char *origin, size_t origin_size,
	const char *host, size_t host_size)
{
	struct origin o = {.port = 0};
	bool is_origin = parse_origin(&o, origin, origin_size) && memchr(o.host.text, '*', o.host.size) == NULL;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(patterns[i], "*") == 0)
			return true;
		if (!is_origin)
			continue;
		if (strcmp(patterns[i], "same") == 0 ? is_same(&o, host, host_size) : pattern_allows(patterns[i], &o))
			return true;
	}
	return false;
}
