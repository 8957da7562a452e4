/* listener - a listening socket at an address as socket_address reads it, TCP
 * or unix.  What lies where a unix socket shall be is left alone, unless it is a
 * socket that nobody answers on. */
#ifndef BASE_LISTENER_H
#define BASE_LISTENER_H

#include "base/error.h"
#include "base/socket_address.h"

#include <stdbool.h>
#include <sys/types.h>

/* Bind and listen; the descriptor, which does not block, or a negative errno and a
 * sentence.  *bound is the real address.  The file of a unix socket has this mode,
 * less the umask. */
int listener_open(const char *text, mode_t mode, struct socket_address *bound, struct error *err);
/* Remove the file of a unix socket; the descriptor is the caller's to close. */
void listener_remove(const struct socket_address *bound);
/* Does something that is no socket lie at this path? */
bool listener_is_blocked(const char *path);

#endif
