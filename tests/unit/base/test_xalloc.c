/* What xalloc promises beyond malloc. */
#include "base/xalloc.h"

#include "suites.h"

#include <stdlib.h>
#include <string.h>

static void nothing_is_still_a_pointer(void)
{
	void *a = xmalloc(0), *b = xcalloc(0, 8), *c = xmemdup(NULL, 0);

	CHECK(a && b && c);
	a = xrealloc(a, 0);
	CHECK(a != NULL);
	free(a);
	free(b);
	free(c);
}

static void cleared(void)
{
	static const unsigned char zeros[24];
	void *p = xcalloc(3, 8);

	CHECK_BYTES(p, 24, zeros, 24);
	free(p);
}

static void copies(void)
{
	char *whole = xstrdup("words"), *part = xstrndup("words", 3), *none = xstrndup(NULL, 0);
	char *zero = xstrndup("a\0b", 3);

	CHECK_TEXT(whole, "words");
	CHECK_TEXT(part, "wor");
	CHECK_TEXT(none, "");
	CHECK_BYTES(zero, 4, "a\0b", 4);
	CHECK(xstrdup(NULL) == NULL);
	free(whole);
	free(part);
	free(none);
	free(zero);
}

static const struct test tests[] = {
	{"a size of 0 gives a pointer", nothing_is_still_a_pointer},
	{"xcalloc gives zeros", cleared},
	{"copies hold exactly the bytes and a NUL", copies},
	{NULL, NULL},
};
const struct suite xalloc_suite = {"xalloc", tests};
