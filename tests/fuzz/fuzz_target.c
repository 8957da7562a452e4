/* A target comes back as it was: parsing, formatting and parsing again is
 * stable, and only a sid changes on the way. */
#include "fuzz/fuzz.h"
#include "muster/target.h"

#include "muster/limits.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	char written[TARGET_TEXT];
	struct target t, again;
	char *first, *second;

	if (target_parse(&t, text, size) < 0)
		return 0;
	MUST(size <= MAX_TARGET);
	first = target_format(&t);
	MUST(target_write(written, &t) == strlen(first) && strcmp(written, first) == 0);
	if (t.kind == TARGET_SESSION)
		MUST(strlen(first) == strlen("session/") + SESSION_ID_TEXT);
	else
		MUST(strlen(first) == size && memcmp(first, text, size) == 0);
	MUST(target_parse(&again, first, strlen(first)) == 0);
	MUST(again.kind == t.kind);
	second = target_format(&again);
	MUST(strcmp(first, second) == 0);
	free(second);
	free(first);
	target_fini(&again);
	target_fini(&t);
	return 0;
}
