/* arguments - the command line of musterd. */
#ifndef DAEMON_ARGUMENTS_H
#define DAEMON_ARGUMENTS_H

#include "base/error.h"

#include <stddef.h>
#include <stdio.h>

/* What musterd exits with, by whatever way. */
enum exit_status { EXIT_STATUS_OK = 0, EXIT_STATUS_FAILED = 1, EXIT_STATUS_USAGE = 2 };

enum arguments_action {
	ARGUMENTS_RUN,
	ARGUMENTS_CHECK_CONFIG,
	ARGUMENTS_PRINT_CONFIG,
	ARGUMENTS_HELP,
	ARGUMENTS_VERSION,
};

struct arguments {
	enum arguments_action action;
	char *config;            /* the file to read; NULL: none, the built-in defaults */
	const char **overrides;  /* each "name=value", as config_read() takes them; -v is one */
	size_t override_count;
};

/* The overrides stay argv's strings.  Without -c, config is the file below
 * SYSCONFDIR if there is one.  -EINVAL (EXIT_STATUS_USAGE) leaves nothing to free. */
int arguments_parse(struct arguments *arguments, int argc, char **argv, struct error *err);
void arguments_fini(struct arguments *arguments);
/* How to call it; the options of the configuration are config_help()'s. */
void arguments_help(FILE *to);

#endif
