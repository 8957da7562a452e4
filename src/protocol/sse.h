/* sse - framing of text/event-stream (WHATWG HTML, server-sent events).  Pure. */
#ifndef PROTOCOL_SSE_H
#define PROTOCOL_SSE_H

#include "base/buffer.h"
#include "muster/frame.h"
#include "muster/session_id.h"

#include <stddef.h>
#include <stdint.h>

/* A numbered frame: "id: <sid>.<n>\ndata: ..\n\n"; an unnumbered one with an
 * event name: "event: ..\ndata: ..\n\n", with the id line too when has_id. */
void sse_write(struct buffer *out, const struct frame *f, const char *sid_text, uint64_t n, _Bool has_id);
/* "<sid>.<n>" of a Last-Event-ID.  0, or -EINVAL. */
int sse_parse_id(struct session_sid *sid, uint64_t *n, const char *text, size_t size);

#endif
