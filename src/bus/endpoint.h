/* endpoint - one entry of bus.sub, bus.pull, bus.router or bus.xpub: a ZeroMQ address of the kinds
 * tcp:// and ipc://, with "bind:" (default) or "connect:" before it. */
#ifndef BUS_ENDPOINT_H
#define BUS_ENDPOINT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct endpoint {
	bool is_connect;
	const char *address; /* borrowed from the text */
};

/* 0, or -EINVAL and a sentence. */
int endpoint_parse(struct endpoint *e, const char *text, struct error *err);
/* Only those whom the file system lets can be at the other end: ipc:// with a
 * path.  An abstract name ("ipc://@name") is open to everybody on the host. */
bool endpoint_is_private(const struct endpoint *e);
/* The path of one that is private. */
const char *endpoint_path(const struct endpoint *e);
/* The address libzmq says it is bound to, as a person would write it: an IPv4
 * address that went through an IPv6 socket ("[::ffff:127.0.0.1]:5570") loses
 * its brackets and prefix.  In place. */
void endpoint_simplify(char *address);

#endif
