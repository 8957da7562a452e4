/* identity - who a session is.  A plain value with an owner; strings are
 * UTF-8 within the sizes of limits.h. */
#ifndef MUSTER_IDENTITY_H
#define MUSTER_IDENTITY_H

#include <stddef.h>

struct attribute {
	char *name;
	char *value;
};

struct identity {
	char *user;   /* NULL: not logged in */
	char *app;    /* never NULL once attached; "0" by default */
	char *device; /* never NULL once attached */
	struct attribute *attributes; /* from a token or ticket only */
	size_t attribute_count;
};

/* A deep copy into *to, which was empty; to be freed by identity_fini(). */
void identity_copy(struct identity *to, const struct identity *from);
/* Free what it holds and leave it empty. */
void identity_fini(struct identity *who);
/* The value of an attribute, borrowed, or NULL. */
const char *identity_attribute(const struct identity *who, const char *name);

#endif
