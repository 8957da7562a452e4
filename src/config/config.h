/* config - from a file and the command line to struct settings.  All or
 * nothing: what is wrong is said in one sentence with file, line and what is
 * allowed, and nothing is changed.  Not for two threads at once: libconfuse
 * keeps its scanner in globals. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/error.h"
#include "muster/settings.h"

#include <stdio.h>

/* The defaults, then the file, then each "name=value".  Without a file there
 * is one channel section, "demo/" and a star, whose members may publish and which
 * keeps the last 100 messages.
 * Fills *out, which needs config_free() then; -EINVAL or the negative errno of
 * the file leaves it as it is. */
int config_read(struct settings *out, const char *path_or_null, const char *const *overrides,
	size_t override_count, struct error *err);
/* The same from text in memory; name stands for the file in messages. */
int config_read_text(struct settings *out, const char *text, size_t size, const char *name,
	const char *const *overrides, size_t override_count, struct error *err);
/* What was allocated; *settings is empty afterwards, and may be so before. */
void config_free(struct settings *settings);

/* One call a sentence for whatever is allowed but deserves a line in the log. */
void config_warn(const struct settings *settings, void (*warn)(void *arg, const char *text), void *arg);
/* A file that reads back as the same settings, explained by comments. */
void config_print(FILE *to, const struct settings *settings);
/* Every option with type, default and range. */
void config_help(FILE *to);

#endif
