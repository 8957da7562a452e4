/* listener - a listening socket of the private side, TCP or unix. */
#ifndef API_LISTENER_H
#define API_LISTENER_H

#include "base/error.h"
#include "base/socket_address.h"

/* Bind and listen; the descriptor, or a negative errno and a sentence.  *bound
 * is the real address.  A unix socket is open to its owner alone (mode 0600);
 * one that is left over, so that nobody answers on it, is replaced. */
int listener_open(const char *text, struct socket_address *bound, struct error *err);
/* Remove the file of a unix socket; the descriptor is the caller's to close. */
void listener_remove(const struct socket_address *bound);

#endif
