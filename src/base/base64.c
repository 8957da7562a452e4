/* base64 - see base64.h.  Decoding accepts only what encoding would have
 * written, so that one value has one text. */
#include "base/base64.h"

#include <string.h>

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

size_t base64_size(size_t size)
{
	return size / 3 * 4 + (size % 3 ? 4 : 0);
}

size_t base64url_size(size_t size)
{
	return size / 3 * 4 + (size % 3 ? size % 3 + 1 : 0);
}

/* Three bytes, or what is left of them, as 24 bits from the top. */
static unsigned load(const unsigned char *data, size_t size)
{
	unsigned bits = (unsigned)data[0] << 16;

	if (size > 1)
		bits |= (unsigned)data[1] << 8;
	if (size > 2)
		bits |= data[2];
	return bits;
}

/* Returns behind the last character. */
static char *encode(char *out, const unsigned char *in, size_t size, const char *alphabet)
{
	while (size > 0) {
		size_t bytes = size < 3 ? size : 3;
		unsigned bits = load(in, bytes);

		for (size_t i = 0; i <= bytes; i++)
			*out++ = alphabet[bits >> (18 - 6 * i) & 63];
		in += bytes;
		size -= bytes;
	}
	return out;
}

void base64_encode(char *out, const void *data, size_t size)
{
	char *end = encode(out, data, size, standard);

	for (size_t left = size % 3; left > 0 && left < 3; left++)
		*end++ = '=';
	*end = '\0';
}

void base64url_encode(char *out, const void *data, size_t size)
{
	*encode(out, data, size, url) = '\0';
}

/* What strchr() finds for a NUL is no character of the alphabet. */
static bool is_standard(char c)
{
	return c != '\0' && strchr(standard, c) != NULL;
}

bool base64_is_valid(const char *text, size_t size)
{
	size_t padding = 0;

	if (size % 4 != 0)
		return false;
	while (padding < 2 && padding < size && text[size - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < size - padding; i++)
		if (!is_standard(text[i]))
			return false;
	return true;
}

/* Of the url alphabet: 0..63, or -1. */
static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
}

static bool is_canonical(const char *text, size_t size, size_t out_size)
{
	static const int spare_bits[] = {0, 15, 3};

	if (size != base64url_size(out_size))
		return false;
	for (size_t i = 0; i < size; i++)
		if (value_of(text[i]) < 0)
			return false;
	return size == 0 || (value_of(text[size - 1]) & spare_bits[out_size % 3]) == 0;
}

int base64url_decode(void *out, size_t out_size, const char *text, size_t size)
{
	unsigned char *to = out;
	unsigned bits = 0, have = 0;

	if (!is_canonical(text, size, out_size))
		return -1;
	for (size_t i = 0; i < size; i++) {
		bits = (bits << 6 | (unsigned)value_of(text[i])) & 0xffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			*to++ = (unsigned char)(bits >> have);
		}
	}
	return 0;
}
