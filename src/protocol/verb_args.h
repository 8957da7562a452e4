/* verb_args - the arguments of a verb, one JSON object, checked and bounded.  Pure.
 * `publish` and `broadcast` take their message by envelope_parse_object(). */
#ifndef PROTOCOL_VERB_ARGS_H
#define PROTOCOL_VERB_ARGS_H

#include "base/error.h"
#include "muster/command.h"
#include "muster/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_VERB_USERS = 10000, MAX_BROADCAST = 1000 };

/* The names of arguments, as bits. */
enum {
	ARG_CHANNEL = 1 << 0,
	ARG_USER = 1 << 1,
	ARG_APP = 1 << 2,
	ARG_USERS = 1 << 3,
	ARG_SINCE = 1 << 4,
	ARG_LIMIT = 1 << 5,
	ARG_TARGET = 1 << 6 | 1 << 7,   /* also "to" */
	ARG_CODE = 1 << 8,
	ARG_REASON = 1 << 9,
	ARG_RECONNECT = 1 << 10,
	ARG_SESSION = 1 << 11 | 1 << 12, /* also "id" */
};

struct verb_args {
	unsigned given;       /* which, as bits */
	char *channel;        /* NULL: not given; the same for all strings */
	char *user;
	char *app;
	char **users;         /* at most MAX_VERB_USERS */
	size_t user_count;
	struct since since;
	uint64_t limit;       /* 0: not given */
	bool has_target;
	struct target target; /* "to" or "target" */
	int code;             /* 0: not given; else 1000, 1008 or 4000-4999 */
	char *reason;         /* at most 120 bytes */
	bool reconnect;
	bool has_session;     /* "session" or "id": an id or a sid */
	struct session_id session;
};

/* Everything the text says; what it does not know is an error.  Empty text is an
 * empty object.  0, or a reply code with a sentence (nothing to free then). */
int verb_args_parse(struct verb_args *out, const char *text, size_t size, struct error *err);
/* The name of one that was given and is not of these, or NULL. */
const char *verb_args_stranger(const struct verb_args *a, unsigned known);
void verb_args_fini(struct verb_args *a);

#endif
