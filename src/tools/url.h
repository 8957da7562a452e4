/* url - where a server is: http:// or https://, and how a value is written
 * into a query.  Pure. */
#ifndef TOOLS_URL_H
#define TOOLS_URL_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>

struct url {
	bool is_tls;
	int port;
	char host[256];      /* as for a connection: no brackets */
	char authority[280]; /* as for a Host header */
	char prefix[256];    /* of every path: "" or "/live" */
};

/* Also ws:// and wss://.  0, or -EINVAL and a sentence. */
int url_parse(struct url *url, const char *text, struct error *err);
/* Append "name=value", the value percent-encoded, with "&" when has_more. */
void url_write_parameter(struct buffer *out, const char *name, const char *value, bool has_more);

#endif
