/* frame - one block of memory each: the struct, the WebSocket header, the
 * text, a NUL, and the channel's name. */
#include "muster/frame.h"

#include "base/xalloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The last fragment of a text message; the length in the fewest bytes, as RFC
 * 6455 asks.  Returns the size of the header. */
static uint8_t write_header(char *out, size_t size)
{
	out[0] = (char)0x81;
	if (size < 126) {
		out[1] = (char)size;
		return 2;
	}
	if (size <= UINT16_MAX) {
		out[1] = 126;
		out[2] = (char)(size >> 8);
		out[3] = (char)size;
		return 4;
	}
	out[1] = 127;
	for (int i = 0; i < 8; i++)
		out[2 + i] = (char)((uint64_t)size >> (56 - 8 * i));
	return 10;
}

struct frame *frame_new_empty(size_t size, const char *channel)
{
	size_t channel_size = channel != NULL ? strlen(channel) + 1 : 0;
	struct frame *f = xmalloc(sizeof(*f) + 10 + size + 1 + channel_size);

	assert(size <= UINT32_MAX);
	*f = (struct frame){.size = (uint32_t)size};
	atomic_init(&f->references, 1);
	f->header_size = write_header(f->bytes, size);
	f->bytes[f->header_size + size] = '\0';
	if (channel != NULL)
		f->channel = memcpy(f->bytes + f->header_size + size + 1, channel, channel_size);
	return f;
}

struct frame *frame_new(const char *text, size_t size)
{
	struct frame *f = frame_new_empty(size, NULL);

	memcpy(f->bytes + f->header_size, text, size);
	return f;
}

struct frame *frame_ref(struct frame *f)
{
	atomic_fetch_add_explicit(&f->references, 1, memory_order_relaxed);
	return f;
}

void frame_unref(struct frame *f)
{
	unsigned before;

	if (f == NULL)
		return;
	before = atomic_fetch_sub_explicit(&f->references, 1, memory_order_acq_rel);
	assert(before > 0);
	if (before == 1)
		free(f);
}
