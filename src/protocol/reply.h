/* reply - the answer to a command, as an unnumbered frame.  Pure. */
#ifndef PROTOCOL_REPLY_H
#define PROTOCOL_REPLY_H

#include "base/buffer.h"
#include "muster/codes.h"
#include "muster/command.h"
#include "muster/frame.h"

/* {"seq":1,"cmd":"subscribe","code":200,"data":<data>}; seq is left out when
 * the command had none.  data is JSON text or NULL for none. */
struct frame *reply_ok(const struct command *to, const char *data, size_t size);
/* {"seq":..,"cmd":"..","code":1003,"error":".."}; `to` may be NULL (unreadable). */
struct frame *reply_error(const struct command *to, int code, const char *sentence);

#endif
