/* fuzz_config - any text as a configuration file: it is refused with a
 * sentence, or what is printed of it reads back and prints the same. */
#include "fuzz/fuzz.h"

#include "config/config.h"

#include <string.h>

static char *printed(const struct settings *s, size_t *size)
{
	char *text = NULL;
	FILE *memory = open_memstream(&text, size);

	MUST(memory != NULL);
	config_print(memory, s);
	fclose(memory);
	return text;
}

static void read_back(const struct settings *s)
{
	size_t size, again_size;
	char *text = printed(s, &size), *again_text;
	struct settings again;

	MUST(config_read_text(&again, text, size, "printed", NULL, 0, NULL) == 0);
	again_text = printed(&again, &again_size);
	MUST(size == again_size && memcmp(text, again_text, size) == 0);
	free(text);
	free(again_text);
	config_free(&again);
}

static void ignore(void *arg, const char *text)
{
	(void)arg;
	(void)text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings s;
	struct error err = { "" };

	if (config_read_text(&s, (const char *)data, size, "fuzz", NULL, 0, &err) < 0) {
		MUST(err.text[0] != '\0');
		return 0;
	}
	config_warn(&s, ignore, NULL);
	read_back(&s);
	config_free(&s);
	return 0;
}
