/* origin - is a web page of this origin allowed to attach?  Pure. */
#ifndef PROTOCOL_ORIGIN_H
#define PROTOCOL_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

/* patterns: "*" (any page at all), "same" (the origin's host and port are
 * those of the Host header), or an origin, whose host may begin with the label
 * "*" for all hosts below: scheme https, host *.example.org.  Scheme and host
 * compare without case, a default port equals none. */
bool origin_is_allowed(char *const *patterns, size_t count, const char *origin, size_t origin_size,
	const char *host, size_t host_size);

#endif
