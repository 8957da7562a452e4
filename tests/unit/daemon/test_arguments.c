/* The command line, good and bad. */
#include "daemon/arguments.h"

#include "suites.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int parse(struct arguments *a, char *const *argv, struct error *err)
{
	char *copy[16] = { NULL }; /* getopt moves its arguments about */
	int argc = 0;

	for (; argv[argc] != NULL; argc++)
		copy[argc] = argv[argc];
	err->text[0] = '\0';
	return arguments_parse(a, argc, copy, err);
}

#define ARGV(...) ((char *const[]){ program, __VA_ARGS__, NULL })

static char program[] = "musterd", config[] = "-c", config_long[] = "--config=/other", file[] = "/some/file",
	option[] = "-o", first[] = "resume=1s", second[] = "-oping=2s", verbose[] = "-v", check[] = "--check-config",
	print[] = "--print-config", help[] = "--help", version[] = "--version", unknown[] = "-x",
	unknown_long[] = "--nope", too_much[] = "--verbose=1", extra[] = "now";

static void nothing(void)
{
	struct arguments a;
	struct error err;

	REQUIRE_INT(parse(&a, (char *const[]){ program, NULL }, &err), 0);
	CHECK_INT(a.action, ARGUMENTS_RUN);
	CHECK_INT(a.override_count, 0);
	arguments_fini(&a);
}

static void files(void)
{
	struct arguments a;
	struct error err;

	REQUIRE_INT(parse(&a, ARGV(config, file), &err), 0);
	CHECK_TEXT(a.config, "/some/file");
	arguments_fini(&a);
	CHECK_POINTER(a.config, NULL);
	REQUIRE_INT(parse(&a, ARGV(config, file, config_long), &err), 0);
	CHECK_TEXT(a.config, "/other");
	arguments_fini(&a);
}

static void overrides(void)
{
	struct arguments a;
	struct error err;

	REQUIRE_INT(parse(&a, ARGV(option, first, verbose, second), &err), 0);
	REQUIRE_INT(a.override_count, 3);
	CHECK_TEXT(a.overrides[0], "resume=1s");
	CHECK_TEXT(a.overrides[1], "log.level=debug");
	CHECK_TEXT(a.overrides[2], "ping=2s");
	arguments_fini(&a);
}

static enum arguments_action action_of(char *argument)
{
	struct arguments a;
	struct error err;
	enum arguments_action action;

	REQUIRE_INT(parse(&a, ARGV(argument), &err), 0);
	action = a.action;
	arguments_fini(&a);
	return action;
}

static void actions(void)
{
	CHECK_INT(action_of(check), ARGUMENTS_CHECK_CONFIG);
	CHECK_INT(action_of(print), ARGUMENTS_PRINT_CONFIG);
	CHECK_INT(action_of(help), ARGUMENTS_HELP);
	CHECK_INT(action_of(version), ARGUMENTS_VERSION);
}

static void check_refused(char *const *argv, const char *sentence)
{
	struct arguments a;
	struct error err;

	CHECK_INT(parse(&a, argv, &err), -EINVAL);
	CHECK_TEXT(err.text, sentence);
	CHECK_POINTER(a.overrides, NULL);
}

static void refused(void)
{
	check_refused(ARGV(unknown), "there is no option -x");
	check_refused(ARGV(verbose, unknown_long), "--nope is not an option, is short for several, or takes no value");
	check_refused(ARGV(too_much), "--verbose=1 is not an option, is short for several, or takes no value");
	check_refused(ARGV(option, first, config), "-c needs a value");
	check_refused(ARGV(extra), "now: only options are taken");
}

static void usage(void)
{
	char *text;
	size_t size;
	FILE *memory = open_memstream(&text, &size);

	REQUIRE(memory != NULL);
	arguments_help(memory);
	fclose(memory);
	CHECK(strstr(text, "--print-config") != NULL);
	CHECK(strstr(text, SYSCONFDIR "/muster/muster.conf") != NULL);
	free(text);
}

static const struct test tests[] = {
	{ "without arguments the daemon runs", nothing },
	{ "the last file named is read", files },
	{ "overrides keep their order, and -v is one", overrides },
	{ "each action has its option", actions },
	{ "a wrong argument is named", refused },
	{ "the usage names the default file", usage },
	{ NULL, NULL },
};
const struct suite arguments_suite = { "arguments", tests };
