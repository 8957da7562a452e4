/* arguments - getopt_long, with its messages as ours. */
#include "daemon/arguments.h"

#include "base/xalloc.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char default_config[] = SYSCONFDIR "/muster/muster.conf";

enum { OPTION_CHECK = 256, OPTION_PRINT, OPTION_HELP, OPTION_VERSION };

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "option", required_argument, NULL, 'o' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "check-config", no_argument, NULL, OPTION_CHECK },
	{ "print-config", no_argument, NULL, OPTION_PRINT },
	{ "help", no_argument, NULL, OPTION_HELP },
	{ "version", no_argument, NULL, OPTION_VERSION },
	{ NULL, 0, NULL, 0 },
};

static void add_override(struct arguments *a, const char *text)
{
	a->overrides = xrealloc(a->overrides, (a->override_count + 1) * sizeof a->overrides[0]);
	a->overrides[a->override_count++] = text;
}

/* c is '?' or ':'; getopt has moved on to the argument behind. */
static int refuse(int c, char **argv, struct error *err)
{
	const char *what = argv[optind - 1];

	if (c == ':')
		return error_set(err, -EINVAL, "%.100s needs a value", what);
	if (optopt > 0 && optopt < 256 && strchr("cov", optopt) == NULL)
		return error_set(err, -EINVAL, "there is no option -%c", optopt);
	return error_set(err, -EINVAL, "%.100s is not an option, is short for several, or takes no value", what);
}

static int take(struct arguments *a, int c, char **argv, struct error *err)
{
	switch (c) {
	case 'c':
		free(a->config);
		a->config = xstrdup(optarg);
		return 0;
	case 'o':
		add_override(a, optarg);
		return 0;
	case 'v':
		add_override(a, "log.level=debug");
		return 0;
	case OPTION_CHECK:
		a->action = ARGUMENTS_CHECK_CONFIG;
		return 0;
	case OPTION_PRINT:
		a->action = ARGUMENTS_PRINT_CONFIG;
		return 0;
	case OPTION_HELP:
		a->action = ARGUMENTS_HELP;
		return 0;
	case OPTION_VERSION:
		a->action = ARGUMENTS_VERSION;
		return 0;
	default:
		return refuse(c, argv, err);
	}
}

static int take_all(struct arguments *a, int argc, char **argv, struct error *err)
{
	int c, r = 0;

	optind = 0; /* from the start, whoever used getopt before */
	opterr = 0;
	while (r == 0 && (c = getopt_long(argc, argv, ":c:o:v", long_options, NULL)) != -1)
		r = take(a, c, argv, err);
	if (r == 0 && optind < argc)
		r = error_set(err, -EINVAL, "%.100s: only options are taken", argv[optind]);
	return r;
}

int arguments_parse(struct arguments *arguments, int argc, char **argv, struct error *err)
{
	struct arguments *a = arguments;
	int r;

	memset(a, 0, sizeof *a);
	r = take_all(a, argc, argv, err);
	if (r < 0)
		arguments_fini(a);
	/* One that is there but out of reach is not passed over. */
	else if (a->config == NULL && (access(default_config, F_OK) == 0 || errno == EACCES))
		a->config = xstrdup(default_config);
	return r;
}

void arguments_fini(struct arguments *arguments)
{
	free(arguments->config);
	free(arguments->overrides);
	memset(arguments, 0, sizeof *arguments);
}

void arguments_help(FILE *to)
{
	fprintf(to, "usage: musterd [-c FILE] [-o NAME=VALUE]... [-v]\n"
		"       musterd --check-config | --print-config [-c FILE] [-o NAME=VALUE]...\n"
		"       musterd --help | --version\n"
		"\n"
		"  -c, --config FILE        read this file, not %s\n"
		"  -o, --option NAME=VALUE  set an option; wins over the file\n"
		"  -v, --verbose            the same as -o log.level=debug\n"
		"      --check-config       say whether the configuration is right, and end\n"
		"      --print-config       write the configuration in force, and end\n"
		"      --help               write this and every option, and end\n"
		"      --version            write the version, and end\n", default_config);
}
