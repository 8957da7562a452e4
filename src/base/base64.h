/* base64 - RFC 4648: section 4 with padding, section 5 (url) without. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* Characters for size bytes, without the NUL that encode writes behind them. */
size_t base64_size(size_t size);
size_t base64url_size(size_t size);
void base64_encode(char *out, const void *data, size_t size);
void base64url_encode(char *out, const void *data, size_t size);
/* With its padding; bits that no byte takes may be set. */
bool base64_is_valid(const char *text, size_t size);
/* Exactly out_size bytes from canonical text; 0, or -1 when the text is anything else. */
int base64url_decode(void *out, size_t out_size, const char *text, size_t size);

#endif
