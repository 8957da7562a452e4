/* utf8 - see utf8.h.  Most text is ASCII, so eight bytes at a time are
 * skipped while none has its top bit set. */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* What the bytes of a lead promise: how many follow, and the least code
 * point that needs them all. */
struct form {
	unsigned char mask, lead;
	unsigned follow;
	uint32_t least;
};

static const struct form forms[] = {
	{0x80, 0x00, 0, 0},
	{0xe0, 0xc0, 1, 0x80},
	{0xf0, 0xe0, 2, 0x800},
	{0xf8, 0xf0, 3, 0x10000},
};

/* The bytes of the character at the front, 0 when there is no valid one. */
static size_t decode(const unsigned char *at, size_t size, uint32_t *code)
{
	const struct form *form = forms;
	uint32_t value;

	while ((at[0] & form->mask) != form->lead)
		if (++form == forms + sizeof forms / sizeof *forms)
			return 0;
	if (form->follow >= size)
		return 0;
	value = at[0] & (unsigned char)~form->mask;
	for (unsigned i = 1; i <= form->follow; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (at[i] & 0x3f);
	}
	if (value < form->least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*code = value;
	return form->follow + 1;
}

static size_t skip_ascii(const unsigned char *at, size_t size)
{
	size_t done = 0;
	uint64_t word;

	for (; size - done >= sizeof word; done += sizeof word) {
		memcpy(&word, at + done, sizeof word);
		if (word & UINT64_C(0x8080808080808080))
			break;
	}
	return done;
}

bool utf8_is_valid(const char *text, size_t size)
{
	const unsigned char *at = (const unsigned char *)text;
	uint32_t code;

	while (size > 0) {
		size_t step = size >= 8 ? skip_ascii(at, size) : 0;

		if (step == 0)
			step = decode(at, size, &code);
		if (step == 0)
			return false;
		at += step;
		size -= step;
	}
	return true;
}

static bool is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

bool utf8_is_printable(const char *text, size_t size)
{
	const unsigned char *at = (const unsigned char *)text;
	uint32_t code;

	while (size > 0) {
		size_t step = decode(at, size, &code);

		if (step == 0 || is_control(code))
			return false;
		at += step;
		size -= step;
	}
	return true;
}
