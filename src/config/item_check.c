/* item_check - addresses, endpoints, origins, topics and paths. */
#include "config/item_check.h"

#include "base/socket_address.h"
#include "base/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	ENDPOINT_MAX = 256,
	ORIGIN_MAX = 256,
	TOPIC_MAX = 255,
	PATH_MAX_BYTES = 500, /* SQLite takes 512, and puts names of its own behind it */
};

static const char *after(const char *text, const char *prefix)
{
	size_t size = strlen(prefix);

	return strncmp(text, prefix, size) == 0 ? text + size : NULL;
}

/* Letters, digits, and what else; not empty. */
static bool is_made_of(const char *text, size_t size, const char *more)
{
	for (size_t i = 0; i < size; i++) {
		if (!isalnum((unsigned char)text[i]) && (text[i] == '\0' || strchr(more, text[i]) == NULL))
			return false;
	}
	return size > 0;
}

static bool is_port(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits <= 5 && text[digits] == '\0' && atoi(text) <= 65535;
}

int item_check_address(const char *item, struct error *err)
{
	struct socket_address address;
	int r = socket_address_parse(&address, item);

	if (r == -ENAMETOOLONG)
		return error_set(err, -EINVAL, "a path of at most 107 bytes is needed");
	if (r < 0)
		return error_set(err, -EINVAL, "an address such as \"127.0.0.1:8080\", \"[::1]:8080\", "
			"\"*:8080\" or \"unix:/run/muster/public.sock\" is needed");
	return 0;
}

bool item_is_private_address(const char *item)
{
	struct socket_address address;

	return socket_address_parse(&address, item) == 0 && socket_address_is_loopback(&address);
}

/* Where the endpoint itself starts, behind "bind:" or "connect:". */
static const char *endpoint_start(const char *item, bool *connects)
{
	const char *rest = after(item, "connect:");

	*connects = rest != NULL;
	if (rest == NULL)
		rest = after(item, "bind:");
	return rest != NULL ? rest : item;
}

/* host:port, where binding may leave either to the system with "*". */
static bool is_tcp(const char *text, bool connects)
{
	const char *colon = strrchr(text, ':');
	size_t size;

	if (colon == NULL)
		return false;
	size = (size_t)(colon - text);
	if (connects && (!is_port(colon + 1) || atoi(colon + 1) == 0))
		return false;
	if (!is_port(colon + 1) && strcmp(colon + 1, "*") != 0)
		return false;
	if (!connects && size == 1 && text[0] == '*')
		return true;
	if (size > 2 && text[0] == '[' && text[size - 1] == ']')
		return is_made_of(text + 1, size - 2, ":.%");
	return is_made_of(text, size, "-._");
}

int item_check_endpoint(const char *item, struct error *err)
{
	bool connects;
	const char *start = endpoint_start(item, &connects);
	const char *tcp = after(start, "tcp://"), *ipc = after(start, "ipc://");

	if (strlen(item) <= ENDPOINT_MAX) {
		if (tcp != NULL && is_tcp(tcp, connects))
			return 0;
		if (ipc != NULL && (ipc[0] == '/' || ipc[0] == '@') && ipc[1] != '\0' && strlen(ipc) <= 107)
			return 0;
	}
	return error_set(err, -EINVAL, "an endpoint such as \"tcp://127.0.0.1:5570\" or "
		"\"ipc:///run/muster/sub\", with \"connect:\" in front to connect instead of bind, is needed");
}

bool item_is_private_endpoint(const char *item)
{
	bool connects;
	const char *tcp = after(endpoint_start(item, &connects), "tcp://");

	if (connects || tcp == NULL || after(tcp, "localhost:") != NULL)
		return true;
	if (after(tcp, "[::1]:") != NULL)
		return true;
	/* A name ("127.example.org") or an interface ("eth0") is not taken for an address. */
	return after(tcp, "127.") != NULL && strspn(tcp, "0123456789.") == (size_t)(strrchr(tcp, ':') - tcp);
}

/* scheme://host[:port], the first label of the host may be "*". */
static bool is_origin(const char *text)
{
	const char *host = strstr(text, "://");
	const char *port;

	if (host == NULL || !is_made_of(text, (size_t)(host - text), "+-."))
		return false;
	host += 3;
	if (after(host, "*.") != NULL)
		host += 2;
	port = host + strcspn(host, ":");
	if (host[0] == '[') {
		const char *end = strchr(host, ']');

		if (end == NULL || !is_made_of(host + 1, (size_t)(end - host - 1), ":."))
			return false;
		port = end + 1;
	} else if (!is_made_of(host, (size_t)(port - host), "-.")) {
		return false;
	}
	return *port == '\0' || (*port == ':' && is_port(port + 1));
}

int item_check_origin(const char *item, struct error *err)
{
	if (strcmp(item, "*") == 0 || strcmp(item, "same") == 0)
		return 0;
	if (strlen(item) <= ORIGIN_MAX && is_origin(item))
		return 0;
	return error_set(err, -EINVAL, "\"same\", \"*\" or an origin such as \"https://www.example.org\" "
		"or \"https://*.example.org\" is needed");
}

int item_check_topic(const char *item, struct error *err)
{
	if (strlen(item) <= TOPIC_MAX)
		return 0;
	return error_set(err, -EINVAL, "a prefix of at most %d bytes is needed", TOPIC_MAX);
}

/* Absolute, so that it does not depend on where the daemon was started. */
int item_check_path(const char *item, struct error *err)
{
	size_t size = strlen(item);

	if (item[0] == '/' && size <= PATH_MAX_BYTES && item[size - 1] != '/' && utf8_is_printable(item, size))
		return 0;
	return error_set(err, -EINVAL, "the absolute path of a file, of at most %d bytes, is needed",
		PATH_MAX_BYTES);
}
