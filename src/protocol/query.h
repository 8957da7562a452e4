/* query - the parameters of an attach: a query string (or the JSON body of
 * POST /poll, the Authorization header, the subprotocol list) into a struct
 * attach.  Pure. */
#ifndef PROTOCOL_QUERY_H
#define PROTOCOL_QUERY_H

#include "base/error.h"
#include "muster/attach.h"

#include <stddef.h>

/* Add what the text says to *a.  0, or -EINVAL and a sentence: a bad escape, a
 * parameter out of its limits, a number that is none, one that is given twice
 * (channel may).  Unknown parameters are passed over (proxies add their own). */
int query_parse(struct attach *a, const char *text, size_t size, struct error *err);
/* The same parameters as one JSON object; "channel" a string or a list. */
int query_parse_json(struct attach *a, const char *text, size_t size, struct error *err);

#endif
