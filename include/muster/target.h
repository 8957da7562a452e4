/* target - whom a message is for (doc/protocol.md, Targets). */
#ifndef MUSTER_TARGET_H
#define MUSTER_TARGET_H

#include "muster/session_id.h"

#include <stddef.h>

enum target_kind {
	TARGET_ALL,
	TARGET_APP,
	TARGET_USER,     /* app NULL: on all apps */
	TARGET_DEVICE,
	TARGET_SESSION,
	TARGET_CHANNEL,  /* also "$all" and "$app/<app>" */
};

/* Only the members of its kind are set; strings are owned, escapes undone. */
struct target {
	enum target_kind kind;
	char *app;
	char *user;
	char *device;
	char *channel;
	struct session_id session; /* a sid in the text was turned into its id */
};

/* Parse exactly size bytes.  0 and *target is the caller's to target_fini();
 * -EINVAL: not a target, out of limits, not UTF-8, a control character. */
int target_parse(struct target *target, const char *text, size_t size);
void target_fini(struct target *target);
/* The canonical text (never a sid), owned by the caller. */
char *target_format(const struct target *target);
/* The same into out, with a NUL; its size without that.  No allocation. */
enum { TARGET_TEXT = 640 };
size_t target_write(char out[TARGET_TEXT], const struct target *target);
/* True for a valid channel name: 1-200 bytes of UTF-8, no control characters, no spaces;
 * of the names that begin with '$' only "$all" and "$app/<app>". */
_Bool channel_name_is_valid(const char *name, size_t size);
/* True for a valid user name: 1-128 bytes of UTF-8, no control characters. */
_Bool user_name_is_valid(const char *name, size_t size);

#endif
