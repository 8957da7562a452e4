/* frame - one encoded push or reply: immutable bytes, made once, shared by
 * every receiver on every lane.  The JSON text has its WebSocket header (RFC
 * 6455 section 5.2, an unmasked text frame) right in front of it, so a
 * WebSocket sends the whole run and the other transports the text alone. */
#ifndef MUSTER_FRAME_H
#define MUSTER_FRAME_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum slow_policy { SLOW_DROP_OLDEST, SLOW_DISCONNECT };

struct frame {
	atomic_uint references;
	uint32_t size;         /* of the JSON text */
	uint8_t header_size;   /* 2, 4 or 10 */
	bool is_numbered;      /* counts in the stream */
	uint8_t slow;          /* enum slow_policy, when an outbox is full */
	const char *event;     /* SSE event name of an unnumbered frame; a literal, NULL: none */
	char *channel;         /* for the gap that may replace it; NULL: no channel; lies behind bytes */
	char bytes[];          /* header, text, and a NUL */
};

/* A frame with a copy of the text; one reference. */
struct frame *frame_new(const char *text, size_t size);
/* The same with a channel (or NULL), and with room for size bytes of text
 * that the caller writes behind the header before anybody else sees it. */
struct frame *frame_new_empty(size_t size, const char *channel);
struct frame *frame_ref(struct frame *f);
void frame_unref(struct frame *f); /* any thread; NULL is fine */

static inline const char *frame_text(const struct frame *f)
{
	return f->bytes + f->header_size;
}

static inline size_t frame_wire_size(const struct frame *f) /* header and text, from bytes */
{
	return (size_t)f->header_size + f->size;
}

#endif
