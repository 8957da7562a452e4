/* http_refusal - the answer to a request that gets nothing else: a status, a
 * small JSON body {"code":..,"error":".."}, and the end of the connection.
 * Written straight to the socket, because whoever refuses has not given it to
 * an engine yet.  Any thread. */
#ifndef TRANSPORT_HTTP_REFUSAL_H
#define TRANSPORT_HTTP_REFUSAL_H

#include "base/buffer.h"
#include "muster/counters.h"
#include "muster/transport.h"

/* "Unauthorized" and the like; "Error" for a status we never send. */
const char *http_status_phrase(int status);
/* The reply code that stands in the body of a refusal with this status. */
int http_refusal_code(int status);
/* The body alone.  why->code 0: by the status.  A 410 also says how the
 * session ended and whether to come again. */
void http_refusal_body(struct buffer *out, const struct attach_refusal *why);
/* Head and body, always with Connection: close.  extra_header: whole header
 * lines with their CRLF, or NULL. */
void http_refusal_write(struct buffer *out, const struct attach_refusal *why, const char *extra_header);
/* Count the refusal, take and end the connection: what the client has sent so far is read (closing
 * over it would reset the connection before the answer is seen), the answer sent
 * as far as the socket takes it.  Never blocks. */
void http_refuse(int fd, const struct attach_refusal *why, const char *extra_header, struct counters *counters);

#endif
