/* refusal_row - to which row of the counters a refusal belongs: that of a command
 * by the code of its reply, that of a request by the status of its answer.  Pure. */
#ifndef PROTOCOL_REFUSAL_ROW_H
#define PROTOCOL_REFUSAL_ROW_H

#include "muster/counters.h"

/* What has no row of its own is "other". */
enum counter refusal_row_of_code(int code);
enum counter refusal_row_of_status(int status);

#endif
