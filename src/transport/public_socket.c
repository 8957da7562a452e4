/* public_socket - see public_socket.h. */
#include "transport/public_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void set_options(int fd, int family)
{
	int on = 1;

	if (family == AF_INET || family == AF_INET6)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
}

/* Does a socket file lie there that nobody listens on? */
static int is_stale(const struct socket_address *a)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), is_dead;

	if (fd < 0)
		return 0;
	is_dead = connect(fd, (const struct sockaddr *)&a->storage, a->size) < 0 && errno == ECONNREFUSED;
	close(fd);
	return is_dead;
}

static const char *unix_path(const struct socket_address *a)
{
	return ((const struct sockaddr_un *)&a->storage)->sun_path;
}

static int bind_address(int fd, const struct socket_address *a)
{
	const struct sockaddr *sa = (const struct sockaddr *)&a->storage;

	if (bind(fd, sa, a->size) == 0)
		return 0;
	if (errno != EADDRINUSE || sa->sa_family != AF_UNIX || !is_stale(a))
		return -errno;
	if (unlink(unix_path(a)) < 0)
		return -errno;
	return bind(fd, sa, a->size) < 0 ? -errno : 0;
}

int public_socket_open(const char *address, struct error *err)
{
	struct socket_address a;
	int result = socket_address_parse(&a, address), fd;

	if (result < 0)
		return error_set(err, result, "listen: \"%s\" is no address: write 127.0.0.1:8080, [::1]:8080 or unix:/path",
			address);
	fd = socket(a.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return error_set(err, -errno, "listen: no socket for %s: %s", address, strerror(errno));
	set_options(fd, a.storage.ss_family);
	result = bind_address(fd, &a);
	if (result == 0 && listen(fd, SOMAXCONN) < 0)
		result = -errno;
	if (result == 0)
		return fd;
	close(fd);
	return error_set(err, result, "listen: cannot bind %s: %s", address, strerror(-result));
}

static int bound_address(int fd, struct socket_address *a)
{
	memset(a, 0, sizeof *a);
	a->size = sizeof a->storage;
	return getsockname(fd, (struct sockaddr *)&a->storage, &a->size) < 0 ? -errno : 0;
}

const char *public_socket_describe(int fd, char out[SOCKET_ADDRESS_TEXT])
{
	struct socket_address a;

	return bound_address(fd, &a) < 0 ? strcpy(out, "unknown") : socket_address_format(&a, out);
}

void public_socket_close(int fd)
{
	struct socket_address a;

	if (bound_address(fd, &a) == 0 && a.storage.ss_family == AF_UNIX && a.size > offsetof(struct sockaddr_un, sun_path))
		unlink(unix_path(&a));
	close(fd);
}
