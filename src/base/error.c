/* error - see error.h.  The sentence is built aside, so that a caller can put
 * its own words around err->text; a cut never splits a UTF-8 character, for
 * the sentence may travel in JSON. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Where a text of size bytes that was cut there can end. */
static size_t whole_characters(const char *text, size_t size)
{
	size_t at = size, need;
	unsigned char lead;

	while (at > 0 && size - at < 3 && ((unsigned char)text[at - 1] & 0xc0) == 0x80)
		at--;
	if (at == 0)
		return size;
	lead = (unsigned char)text[at - 1];
	need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	return size - (at - 1) < need ? at - 1 : size;
}

int error_set(struct error *err, int code, const char *format, ...)
{
	int saved = errno;
	char text[sizeof err->text];
	va_list args;
	int size;

	if (!err)
		return code;
	va_start(args, format);
	size = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (size < 0)
		text[0] = '\0';
	else if ((size_t)size >= sizeof text)
		text[whole_characters(text, sizeof text - 1)] = '\0';
	memcpy(err->text, text, strlen(text) + 1);
	errno = saved;
	return code;
}
