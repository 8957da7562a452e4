/* config_report - messages about a file, ours and libconfuse's, in one form:
 * "muster.conf:12: ...".  libconfuse hands no pointer of ours to its
 * callbacks, so every section carries one, as its first option, under a name
 * that no file can say. */
#ifndef CONFIG_CONFIG_REPORT_H
#define CONFIG_CONFIG_REPORT_H

#include "base/error.h"

#include <confuse.h>
#include <stdbool.h>
#include <stddef.h>

struct config_report {
	const char *name; /* of the file */
	struct error *err;
	bool failed; /* the first error is the one to tell */
};

/* The option to put first in the root and in every section. */
cfg_opt_t config_report_option(struct config_report *r);
/* What a section carries. */
struct config_report *config_report_of(cfg_t *cfg);

void config_report_error(struct config_report *r, int line, const char *sentence); /* line 0: of no line */
void config_report_unknown(cfg_t *cfg, const char *option);
/* For cfg_set_error_function(). */
void config_report_said(cfg_t *cfg, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* "limits.channels", of a section and an option in it. */
void config_full_name(char *out, size_t capacity, cfg_t *cfg, const char *option);

#endif
