/* socket_address - "127.0.0.1:8080", "[::1]:8080", "*:8080" and "unix:/path"
 * to what the socket calls take, and back.  Numbers only, no names are
 * looked up; "*" is every IPv4 address of the host. */
#ifndef BASE_SOCKET_ADDRESS_H
#define BASE_SOCKET_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

enum { SOCKET_ADDRESS_TEXT = 128 }; /* holds any address as text */

struct socket_address {
	struct sockaddr_storage storage; /* storage.ss_family says which */
	socklen_t size;
};

/* 0, -EINVAL, or -ENAMETOOLONG for a path.  Port 0 is fine, a port is needed. */
int socket_address_parse(struct socket_address *a, const char *text);
/* As parse takes it; what is neither IP nor a path is "unknown".  Returns out. */
const char *socket_address_format(const struct socket_address *a, char out[SOCKET_ADDRESS_TEXT]);
/* Only this host can be at the other end: 127.0.0.0/8 (also mapped into IPv6), ::1, unix. */
bool socket_address_is_loopback(const struct socket_address *a);

#endif
