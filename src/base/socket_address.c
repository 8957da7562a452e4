/* socket_address - addresses as text; inet_pton and inet_ntop do the digits. */
#include "base/socket_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

/* One to five digits and nothing behind them. */
static int parse_port(const char *text, uint16_t *port)
{
	unsigned value = 0;
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 5 || text[digits] != '\0')
		return -EINVAL;
	for (; *text != '\0'; text++)
		value = value * 10 + (unsigned)(*text - '0');
	if (value > UINT16_MAX)
		return -EINVAL;
	*port = (uint16_t)value;
	return 0;
}

static int parse_unix(struct socket_address *a, const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	size_t size = strlen(path);

	if (path[0] != '/')
		return -EINVAL;
	if (size >= sizeof un.sun_path)
		return -ENAMETOOLONG;
	memcpy(un.sun_path, path, size + 1);
	memset(a, 0, sizeof *a);
	memcpy(&a->storage, &un, sizeof un);
	a->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size + 1);
	return 0;
}

static int parse_ipv4(struct socket_address *a, const char *host, uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };

	if (strcmp(host, "*") == 0)
		in.sin_addr.s_addr = htonl(INADDR_ANY);
	else if (inet_pton(AF_INET, host, &in.sin_addr) != 1)
		return -EINVAL;
	memset(a, 0, sizeof *a);
	memcpy(&a->storage, &in, sizeof in);
	a->size = sizeof in;
	return 0;
}

static int parse_ipv6(struct socket_address *a, const char *host, uint16_t port)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	if (inet_pton(AF_INET6, host, &in6.sin6_addr) != 1)
		return -EINVAL;
	memset(a, 0, sizeof *a);
	memcpy(&a->storage, &in6, sizeof in6);
	a->size = sizeof in6;
	return 0;
}

int socket_address_parse(struct socket_address *a, const char *text)
{
	char host[INET6_ADDRSTRLEN + 2]; /* with its brackets */
	const char *colon = strrchr(text, ':');
	size_t size;
	uint16_t port;

	if (strncmp(text, "unix:", 5) == 0)
		return parse_unix(a, text + 5);
	if (colon == NULL || parse_port(colon + 1, &port) < 0)
		return -EINVAL;
	size = (size_t)(colon - text);
	if (size >= sizeof host)
		return -EINVAL;
	memcpy(host, text, size);
	host[size] = '\0';
	if (size < 2 || host[0] != '[' || host[size - 1] != ']')
		return parse_ipv4(a, host, port);
	host[size - 1] = '\0';
	return parse_ipv6(a, host + 1, port);
}

static const char *format_unix(const struct socket_address *a, char out[SOCKET_ADDRESS_TEXT])
{
	struct sockaddr_un un;
	size_t path = offsetof(struct sockaddr_un, sun_path);

	memcpy(&un, &a->storage, sizeof un);
	/* A client's socket usually has no name at all. */
	snprintf(out, SOCKET_ADDRESS_TEXT, "unix:%.*s", a->size > path ? (int)(a->size - path) : 0,
		un.sun_path);
	return out;
}

const char *socket_address_format(const struct socket_address *a, char out[SOCKET_ADDRESS_TEXT])
{
	char host[INET6_ADDRSTRLEN];
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	switch (a->storage.ss_family) {
	case AF_INET:
		memcpy(&in, &a->storage, sizeof in);
		inet_ntop(AF_INET, &in.sin_addr, host, sizeof host);
		snprintf(out, SOCKET_ADDRESS_TEXT, "%s:%u", host, (unsigned)ntohs(in.sin_port));
		return out;
	case AF_INET6:
		memcpy(&in6, &a->storage, sizeof in6);
		inet_ntop(AF_INET6, &in6.sin6_addr, host, sizeof host);
		snprintf(out, SOCKET_ADDRESS_TEXT, "[%s]:%u", host, (unsigned)ntohs(in6.sin6_port));
		return out;
	case AF_UNIX:
		return format_unix(a, out);
	default:
		return strcpy(out, "unknown");
	}
}

bool socket_address_is_loopback(const struct socket_address *a)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	switch (a->storage.ss_family) {
	case AF_UNIX:
		return true;
	case AF_INET:
		memcpy(&in, &a->storage, sizeof in);
		return ntohl(in.sin_addr.s_addr) >> 24 == 127;
	case AF_INET6:
		memcpy(&in6, &a->storage, sizeof in6);
		if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr))
			return in6.sin6_addr.s6_addr[12] == 127;
		return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
	default:
		return false;
	}
}
