/* Which page may attach: the input is pattern, origin and host with the byte
 * 0x1f between them.  Case never matters, an open door stays open, and only
 * what looks like an origin passes a closed one. */
#include "fuzz/fuzz.h"
#include "protocol/origin.h"

#include <string.h>

enum { PATTERN, ORIGIN, HOST, PARTS, MAX_SIZE = 512 };

struct part {
	char text[MAX_SIZE + 1];
	size_t size;
};

static void split(struct part *parts, const char *text, size_t size)
{
	size_t which = 0;

	for (size_t i = 0; i < size && which < PARTS; i++) {
		if (text[i] == 0x1f)
			which++;
		else
			parts[which].text[parts[which].size++] = text[i];
	}
}

static void raise(struct part *part)
{
	for (size_t i = 0; i < part->size; i++)
		if (part->text[i] >= 'a' && part->text[i] <= 'z')
			part->text[i] = (char)(part->text[i] - 'a' + 'A');
}

static bool is_allowed(char *pattern, const struct part *parts)
{
	return origin_is_allowed(&pattern, 1, parts[ORIGIN].text, parts[ORIGIN].size, parts[HOST].text, parts[HOST].size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct part parts[PARTS] = {0};
	char star[] = "*", same[] = "same";
	bool by_pattern, by_host;

	if (size > MAX_SIZE)
		return 0;
	split(parts, (const char *)data, size);
	by_pattern = is_allowed(parts[PATTERN].text, parts);
	by_host = is_allowed(same, parts);
	MUST(is_allowed(star, parts));
	MUST(!origin_is_allowed(NULL, 0, parts[ORIGIN].text, parts[ORIGIN].size, parts[HOST].text, parts[HOST].size));
	if (by_host || (by_pattern && strcmp(parts[PATTERN].text, star) != 0)) {
		MUST(memmem(parts[ORIGIN].text, parts[ORIGIN].size, "://", 3) != NULL);
		MUST(memchr(parts[ORIGIN].text, '*', parts[ORIGIN].size) == NULL);
		MUST(memchr(parts[ORIGIN].text, '@', parts[ORIGIN].size) == NULL);
	}
	raise(&parts[ORIGIN]);
	raise(&parts[HOST]);
	MUST(is_allowed(parts[PATTERN].text, parts) == by_pattern || strcmp(parts[PATTERN].text, same) == 0);
	MUST(is_allowed(same, parts) == by_host);
	return 0;
}
