/* buffer - see buffer.h.  The limit bounds `size`; `capacity` may exceed it
 * by the NUL that buffer_printf() and buffer_steal() need. */
#include "base/buffer.h"

#include "base/xalloc.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

void buffer_init(struct buffer *b, size_t limit)
{
	*b = (struct buffer){.limit = limit};
}

void buffer_fini(struct buffer *b)
{
	free(b->data);
	buffer_init(b, b->limit);
}

void buffer_clear(struct buffer *b)
{
	b->size = 0;
	b->overflow = false;
}

/* May more bytes be appended?  Latches the overflow when not. */
static bool may_append(struct buffer *b, size_t more)
{
	size_t limit = b->limit ? b->limit : SIZE_MAX / 2;

	if (b->size > limit || more > limit - b->size)
		b->overflow = true;
	return !b->overflow;
}

static void grow(struct buffer *b, size_t need)
{
	size_t capacity = b->capacity ? b->capacity : FIRST_CAPACITY;

	if (need <= b->capacity)
		return;
	while (capacity < need)
		capacity *= 2;
	if (b->limit && capacity > b->limit)
		capacity = need > b->limit ? need : b->limit;
	b->data = xrealloc(b->data, capacity);
	b->capacity = capacity;
}

void buffer_reserve(struct buffer *b, size_t more)
{
	if (may_append(b, more))
		grow(b, b->size + more);
}

void buffer_append(struct buffer *b, const void *data, size_t size)
{
	if (size == 0 || !may_append(b, size))
		return;
	grow(b, b->size + size);
	memcpy(b->data + b->size, data, size);
	b->size += size;
}

void buffer_append_text(struct buffer *b, const char *text)
{
	buffer_append(b, text, strlen(text));
}

void buffer_append_char(struct buffer *b, char c)
{
	buffer_append(b, &c, 1);
}

void buffer_printf(struct buffer *b, const char *format, ...)
{
	size_t room = b->capacity - b->size;
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(room ? b->data + b->size : NULL, room, format, args);
	va_end(args);
	assert(size >= 0);
	if (!may_append(b, (size_t)size))
		return;
	if ((size_t)size >= room) {
		grow(b, b->size + (size_t)size + 1);
		va_start(args, format);
		vsnprintf(b->data + b->size, (size_t)size + 1, format, args);
		va_end(args);
	}
	b->size += (size_t)size;
}

void buffer_consume(struct buffer *b, size_t size)
{
	assert(size <= b->size);
	b->size -= size;
	if (size && b->size)
		memmove(b->data, b->data + size, b->size);
}

char *buffer_steal(struct buffer *b, size_t *size)
{
	char *data;

	if (b->overflow) {
		buffer_fini(b);
		return NULL;
	}
	data = xrealloc(b->data, b->size + 1);
	data[b->size] = '\0';
	if (size)
		*size = b->size;
	buffer_init(b, b->limit);
	return data;
}
