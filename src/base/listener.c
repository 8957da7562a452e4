/* listener - see listener.h. */
#include "base/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char *unix_path(const struct socket_address *a)
{
	return ((const struct sockaddr_un *)&a->storage)->sun_path;
}

static bool is_socket(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISSOCK(status.st_mode);
}

bool listener_is_blocked(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && !S_ISSOCK(status.st_mode);
}

static int new_socket(int family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	return fd < 0 ? -errno : fd;
}

static int bind_to(int fd, const struct socket_address *a)
{
	return bind(fd, (const struct sockaddr *)&a->storage, a->size) < 0 ? -errno : 0;
}

/* Whether a unix socket was left behind by a process that is gone.  A file is
 * as silent as such a socket, so connect() alone cannot tell. */
static bool is_left_over(const struct socket_address *a)
{
	int fd, result;

	if (!is_socket(unix_path(a)))
		return false;
	fd = new_socket(AF_UNIX);
	if (fd < 0)
		return false;
	result = connect(fd, (const struct sockaddr *)&a->storage, a->size) < 0 ? errno : 0;
	close(fd);
	return result == ECONNREFUSED;
}

/* On Linux the mode a socket has when it is bound is that of its file. */
static int bind_unix(int fd, mode_t mode, const struct socket_address *a)
{
	int result;

	if (fchmod(fd, mode) < 0)
		return -errno;
	result = bind_to(fd, a);
	if (result == -EADDRINUSE && is_left_over(a) && unlink(unix_path(a)) == 0)
		result = bind_to(fd, a);
	return result;
}

static int bind_tcp(int fd, const struct socket_address *a)
{
	const int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
		return -errno;
	if (a->storage.ss_family == AF_INET6 &&
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) < 0)
		return -errno;
	return bind_to(fd, a);
}

static int bind_and_listen(int fd, mode_t mode, struct socket_address *a)
{
	bool is_unix = a->storage.ss_family == AF_UNIX;
	int result = is_unix ? bind_unix(fd, mode, a) : bind_tcp(fd, a);

	if (result < 0)
		return result;
	if (listen(fd, SOMAXCONN) < 0)
		return -errno;
	if (is_unix)
		return 0;
	a->size = sizeof a->storage;
	return getsockname(fd, (struct sockaddr *)&a->storage, &a->size) < 0 ? -errno : 0;
}

static const char *why_not(const struct socket_address *a, int result)
{
	if (result == -EADDRINUSE && a->storage.ss_family == AF_UNIX && listener_is_blocked(unix_path(a)))
		return "what lies there is no socket";
	return strerror(-result);
}

int listener_open(const char *text, mode_t mode, struct socket_address *bound, struct error *err)
{
	struct socket_address address;
	int fd, result;

	if (socket_address_parse(&address, text) < 0)
		return error_set(err, -EINVAL,
			"\"%s\" is no address: write ADDRESS:PORT, [ADDRESS]:PORT or unix:/PATH", text);
	fd = new_socket(address.storage.ss_family);
	result = fd < 0 ? fd : bind_and_listen(fd, mode, &address);
	if (result < 0) {
		if (fd >= 0)
			close(fd);
		return error_set(err, result, "cannot listen on %s: %s", text, why_not(&address, result));
	}
	*bound = address;
	return fd;
}

void listener_remove(const struct socket_address *bound)
{
	if (bound->storage.ss_family == AF_UNIX && is_socket(unix_path(bound)))
		unlink(unix_path(bound));
}
