/* request - a verb that a backend asks for, over ROUTER or HTTP: one table of verbs
 * (src/hub/verbs.c) serves both faces. */
#ifndef MUSTER_REQUEST_H
#define MUSTER_REQUEST_H

#include <stddef.h>

enum role { ROLE_READ = 1, ROLE_PUBLISH = 2, ROLE_ADMIN = 4 };

/* Embedded in its maker's object. */
struct request {
	const char *verb;  /* a C string; unknown ones are answered CODE_NO_SUCH_COMMAND */
	const char *args;  /* unchecked bytes, meant to be one JSON object; stay the maker's */
	size_t size;
	unsigned roles;    /* enum role, or-ed: what the asker may do */
	/* Exactly once, on the hub's thread, perhaps from inside the call that asked.
	 * json: the envelope {"code":..,"msg":..,"data":..}, borrowed.  The request is
	 * the maker's again. */
	void (*answer)(struct request *r, const char *json, size_t size);
};

/* On the hub's thread. */
typedef void request_fn(void *context, struct request *r);

#endif
