/* descriptors - how many connections the process may hold. */
#ifndef DAEMON_DESCRIPTORS_H
#define DAEMON_DESCRIPTORS_H

#include <stdint.h>

/* Raise the soft limit of descriptors to the hard one and return it. */
uint64_t descriptors_raise(void);
/* The limit of connections in force: what was configured, or (0, or more than
 * is possible) what the descriptors allow less a reserve. */
uint64_t descriptors_connections(uint64_t configured, uint64_t descriptors);

#endif
