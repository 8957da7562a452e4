/* buffer - bytes that grow.  Appending never reports: the first thing that
 * does not fit under the limit latches the overflow, later appends do
 * nothing, and the caller asks once at the end. */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct buffer {
	char *data; /* NULL while nothing was appended; not NUL-terminated */
	size_t size;
	size_t capacity;
	size_t limit; /* 0: none */
	bool overflow;
};

void buffer_init(struct buffer *b, size_t limit);
void buffer_fini(struct buffer *b);
void buffer_clear(struct buffer *b); /* keeps the memory, forgets the overflow */
/* Room to write more bytes behind size, or the overflow. */
void buffer_reserve(struct buffer *b, size_t more);
void buffer_append(struct buffer *b, const void *data, size_t size);
void buffer_append_text(struct buffer *b, const char *text);
void buffer_append_char(struct buffer *b, char c);
void buffer_printf(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Drop the first size bytes. */
void buffer_consume(struct buffer *b, size_t size);
/* The bytes with a NUL behind them, owned by the caller; the buffer is empty
 * afterwards.  NULL after an overflow. */
char *buffer_steal(struct buffer *b, size_t *size);

#endif
