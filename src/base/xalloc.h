/* xalloc - allocation for our own small things, which cannot fail: out of
 * memory ends the process.  What an outsider can make large is checked
 * against its limit before it gets here. */
#ifndef BASE_XALLOC_H
#define BASE_XALLOC_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *text);               /* NULL gives NULL */
char *xstrndup(const char *text, size_t size); /* copies exactly size bytes and adds a NUL */
void *xmemdup(const void *data, size_t size);

#endif
