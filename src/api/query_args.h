/* query_args - the query parameters of a reading verb as the one JSON object
 * that the verb takes: users=ann&users=bob, limit=10, epoch=k3v9&offset=17 or
 * last=5 (which make a "since"); everything else is a string.  What a value may
 * be is the verb's business.  Pure. */
#ifndef API_QUERY_ARGS_H
#define API_QUERY_ARGS_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { QUERY_ARGS_MAX = 16 }; /* names in one query */

struct query_args {
	struct query_arg {
		char *name;
		struct buffer value; /* JSON, a list without its brackets */
		bool is_list;
	} items[QUERY_ARGS_MAX];
	size_t count;
	struct buffer since; /* the members of "since" */
};

void query_args_init(struct query_args *a);
void query_args_fini(struct query_args *a);
/* One decoded parameter; value may be NULL for none.  0, or -EINVAL and a sentence:
 * too many names, one given twice. */
int query_args_add(struct query_args *a, const char *name, const char *value, size_t size,
	struct error *err);
/* Append the object. */
void query_args_write(const struct query_args *a, struct buffer *out);

#endif
