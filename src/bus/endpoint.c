/* endpoint - see endpoint.h. */
#include "bus/endpoint.h"

#include <errno.h>
#include <string.h>

static bool skip(const char **text, const char *prefix)
{
	size_t size = strlen(prefix);

	if (strncmp(*text, prefix, size) != 0)
		return false;
	*text += size;
	return true;
}

static bool is_tcp_address(const char *text)
{
	const char *colon;

	if (!skip(&text, "tcp://"))
		return false;
	colon = strrchr(text, ':');
	return colon && colon != text && colon[1];
}

static bool is_ipc_address(const char *text)
{
	return skip(&text, "ipc://") && *text;
}

int endpoint_parse(struct endpoint *e, const char *text, struct error *err)
{
	const char *address = text;
	bool is_connect = skip(&address, "connect:");

	if (!is_connect)
		skip(&address, "bind:");
	if (!is_tcp_address(address) && !is_ipc_address(address))
		return error_set(err, -EINVAL,
			"\"%s\" is no endpoint: write tcp://ADDRESS:PORT or ipc://PATH, with "
			"\"connect:\" before it to connect instead of bind", text);
	*e = (struct endpoint){is_connect, address};
	return 0;
}

bool endpoint_is_private(const struct endpoint *e)
{
	const char *path = e->address;

	return skip(&path, "ipc://") && *path != '@';
}

const char *endpoint_path(const struct endpoint *e)
{
	const char *path = e->address;

	skip(&path, "ipc://");
	return path;
}

void endpoint_simplify(char *address)
{
	static const char mapped[] = "[::ffff:";
	char *open = strstr(address, mapped);
	char *dot = open ? strchr(open, '.') : NULL;
	char *close = open ? strchr(open, ']') : NULL;
	size_t size;

	if (!close || !dot || dot > close)
		return;
	size = (size_t)(close - open) - (sizeof mapped - 1);
	memmove(open, open + sizeof mapped - 1, size);
	memmove(open + size, close + 1, strlen(close + 1) + 1);
}
