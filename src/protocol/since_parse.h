/* since_parse - from where on messages of a channel are wanted, and how many
 * at once: the same for clients' commands and backends' verbs.  Pure. */
#ifndef PROTOCOL_SINCE_PARSE_H
#define PROTOCOL_SINCE_PARSE_H

#include "base/error.h"
#include "muster/command.h"
#include "protocol/json_decode.h"

/* {"epoch":"k3v9","offset":17} (without the epoch it is one that no history has) or
 * {"last":5}; absent or null is SINCE_NOW.  0, or CODE_INVALID with a sentence. */
int since_parse(struct since *out, struct json_span value, struct error *err);
/* 1 to MAX_HISTORY_PAGE, likewise. */
int history_limit_parse(uint64_t *out, struct json_span value, struct error *err);

#endif
