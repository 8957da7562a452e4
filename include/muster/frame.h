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

enum slow_policy { SLOW_DROP_OLDEST, SLOW_DISCONNECT, SLOW_CONFLATE };

enum { EPOCH_SIZE = 9 }; /* 8 characters and a NUL */

struct frame {
	atomic_uint references;
	uint32_t size;         /* of the JSON text */
	uint8_t header_size;   /* 2, 4 or 10 */
	bool is_numbered;      /* counts in the stream */
	uint8_t slow;          /* enum slow_policy, when an outbox is full */
	const char *event;     /* SSE event name of an unnumbered frame; a literal, NULL: none */
	char *channel;         /* for the gap that may replace it; NULL: no channel; lies behind bytes */
	uint64_t conflate;     /* of target and key, hashed: an earlier one that waits is replaced; 0: never */
	uint64_t offset;       /* its position in the channel's history; 0: none */
	char epoch[EPOCH_SIZE];/* of that history */
	uint64_t lost;         /* of a gap: how many it stands for */
	uint64_t mail;         /* its position in a mailbox, until acknowledged; 0: none */
	char *mail_user;       /* whose; in the block of the frame, like channel */
	_Atomic int64_t *account; /* counts the bytes of frames alive; NULL: nobody counts */
	_Atomic int64_t *later;   /* the account of a frame in a history, from when it has left that */
	char bytes[];          /* header, text, and a NUL */
};

/* A frame with a copy of the text; one reference. */
struct frame *frame_new(const char *text, size_t size);
/* The same with a channel and a mailbox's user (each may be NULL), and with room
 * for size bytes of text that the caller writes behind the header before anybody
 * else sees it. */
struct frame *frame_new_empty(size_t size, const char *channel, const char *mail_user);
/* From here on its bytes count in *account, until it is freed.  Once. */
void frame_charge(struct frame *f, _Atomic int64_t *account);
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
