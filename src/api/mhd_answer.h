/* mhd_answer - one whole answer to a request of libmicrohttpd. */
#ifndef API_MHD_ANSWER_H
#define API_MHD_ANSWER_H

#include "api/mhd_result.h"
#include "base/buffer.h"
#include "muster/counters.h"

/* Queue the answer; the body is taken.  An error status counts as a request refused,
 * unless counters is NULL, and 401 says how to come in. */
mhd_result mhd_answer(struct MHD_Connection *connection, unsigned status, const char *type,
	struct buffer *body, struct counters *counters);

#endif
