/* frame - one block of memory each: the struct, the WebSocket header, the
 * text, a NUL, and the names of channel and user. */
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

/* With its NUL; nothing for no name. */
static size_t name_size(const char *name)
{
	return name != NULL ? strlen(name) + 1 : 0;
}

struct frame *frame_new_empty(size_t size, const char *channel, const char *mail_user)
{
	size_t channel_size = name_size(channel), user_size = name_size(mail_user);
	struct frame *f = xmalloc(sizeof(*f) + 10 + size + 1 + channel_size + user_size);
	char *names;

	assert(size <= UINT32_MAX);
	*f = (struct frame){.size = (uint32_t)size};
	atomic_init(&f->references, 1);
	f->header_size = write_header(f->bytes, size);
	f->bytes[f->header_size + size] = '\0';
	names = f->bytes + f->header_size + size + 1;
	if (channel != NULL)
		f->channel = memcpy(names, channel, channel_size);
	if (mail_user != NULL)
		f->mail_user = memcpy(names + channel_size, mail_user, user_size);
	return f;
}

struct frame *frame_new(const char *text, size_t size)
{
	struct frame *f = frame_new_empty(size, NULL, NULL);

	memcpy(f->bytes + f->header_size, text, size);
	return f;
}

void frame_charge(struct frame *f, _Atomic int64_t *account)
{
	assert(f->account == NULL);
	f->account = account;
	atomic_fetch_add_explicit(account, (int64_t)frame_wire_size(f), memory_order_relaxed);
}

static void frame_free(struct frame *f)
{
	if (f->account != NULL)
		atomic_fetch_sub_explicit(f->account, (int64_t)frame_wire_size(f), memory_order_relaxed);
	free(f);
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
		frame_free(f);
}
