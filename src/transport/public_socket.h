/* public_socket - a listening socket of the public port. */
#ifndef TRANSPORT_PUBLIC_SOCKET_H
#define TRANSPORT_PUBLIC_SOCKET_H

#include "base/error.h"
#include "base/socket_address.h"

/* A bound, listening, non-blocking socket, or -errno with a sentence.  A stale
 * unix socket, one that nobody answers on, is replaced. */
int public_socket_open(const char *address, struct error *err);
/* What it is bound to, as text. */
const char *public_socket_describe(int fd, char out[SOCKET_ADDRESS_TEXT]);
/* Close it; a unix socket's name goes too. */
void public_socket_close(int fd);

#endif
