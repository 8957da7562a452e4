/* xalloc - see xalloc.h.  A size of 0 still gives a pointer of its own, so
 * that NULL never means anything but "nothing was asked for". */
#include "base/xalloc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *p, size_t size)
{
	if (p)
		return p;
	fprintf(stderr, "out of memory: %zu bytes\n", size);
	abort();
}

void *xmalloc(size_t size)
{
	return checked(malloc(size ? size : 1), size);
}

void *xcalloc(size_t count, size_t size)
{
	if (count == 0 || size == 0)
		count = size = 1;
	return checked(calloc(count, size), count > SIZE_MAX / size ? SIZE_MAX : count * size);
}

void *xrealloc(void *old, size_t size)
{
	return checked(realloc(old, size ? size : 1), size);
}

char *xstrdup(const char *text)
{
	return text ? xstrndup(text, strlen(text)) : NULL;
}

char *xstrndup(const char *text, size_t size)
{
	char *copy = size < SIZE_MAX ? xmalloc(size + 1) : checked(NULL, size);

	if (size)
		memcpy(copy, text, size);
	copy[size] = '\0';
	return copy;
}

void *xmemdup(const void *data, size_t size)
{
	void *copy = xmalloc(size);

	if (size)
		memcpy(copy, data, size);
	return copy;
}
