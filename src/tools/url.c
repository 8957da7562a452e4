/* url - see url.h. */
#include "tools/url.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *prefix;
	bool is_tls;
	int port;
} schemes[] = {
	{"http://", false, 80}, {"https://", true, 443}, {"ws://", false, 80}, {"wss://", true, 443},
};

static const char *parse_scheme(struct url *url, const char *text)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t size = strlen(schemes[i].prefix);

		if (strncmp(text, schemes[i].prefix, size) == 0) {
			url->is_tls = schemes[i].is_tls;
			url->port = schemes[i].port;
			return text + size;
		}
	}
	return NULL;
}

static int copy(char *out, size_t capacity, const char *text, size_t size)
{
	if (size >= capacity)
		return -EINVAL;
	memcpy(out, text, size);
	out[size] = '\0';
	return 0;
}

/* Of "host:port", "[::1]:port" and both without a port. */
static int parse_authority(struct url *url, const char *text, size_t size)
{
	const char *host = text, *end = text + size, *host_end;
	char *rest;
	long port;

	if (size && text[0] == '[') {
		host++;
		host_end = memchr(host, ']', (size_t)(end - host));
		text = host_end ? host_end + 1 : NULL;
	} else {
		host_end = memchr(host, ':', size);
		host_end = text = host_end ? host_end : end;
	}
	if (!host_end || host_end == host ||
	    copy(url->host, sizeof url->host, host, (size_t)(host_end - host)) < 0)
		return -EINVAL;
	if (text == end)
		return 0;
	port = strtol(text + 1, &rest, 10);
	if (*text != ':' || rest != end || port < 1 || port > 65535)
		return -EINVAL;
	url->port = (int)port;
	return 0;
}

int url_parse(struct url *url, const char *text, struct error *err)
{
	const char *authority = parse_scheme(url, text), *path, *end;
	size_t size;

	if (authority) {
		size = strcspn(authority, "/?#");
		path = authority + size;
		end = path + strlen(path);
		while (end > path && end[-1] == '/')
			end--;
		if (parse_authority(url, authority, size) == 0 && *path != '?' && *path != '#' &&
		    copy(url->authority, sizeof url->authority, authority, size) == 0 &&
		    copy(url->prefix, sizeof url->prefix, path, (size_t)(end - path)) == 0)
			return 0;
	}
	return error_set(err, -EINVAL, "\"%s\" is no address of a server: write http://HOST:PORT", text);
}

static bool is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		(c && strchr("-._~", c));
}

void url_write_parameter(struct buffer *out, const char *name, const char *value, bool has_more)
{
	if (has_more)
		buffer_append_char(out, '&');
	buffer_append_text(out, name);
	buffer_append_char(out, '=');
	for (; *value; value++)
		if (is_unreserved((unsigned char)*value))
			buffer_append_char(out, *value);
		else
			buffer_printf(out, "%%%02X", (unsigned char)*value);
}
