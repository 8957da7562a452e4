/* muster - the command for people and scripts: publish, listen.  Each
 * subcommand is a row of the table below. */
#include "tools/tool.h"

#include <stdio.h>
#include <string.h>

static const struct tool *const tools[] = {&pub_tool, &tail_tool};

enum { TOOL_COUNT = sizeof tools / sizeof *tools };

static void print_help(FILE *to)
{
	fprintf(to, "usage: muster COMMAND [OPTIONS]\n\n");
	for (size_t i = 0; i < TOOL_COUNT; i++)
		fprintf(to, "  %-10s  %s\n", tools[i]->name, tools[i]->summary);
	fprintf(to, "\n  --help      this text; `muster COMMAND --help` tells more\n"
		"  --version   the version\n");
}

static const struct tool *find_tool(const char *name)
{
	for (size_t i = 0; i < TOOL_COUNT; i++)
		if (strcmp(tools[i]->name, name) == 0)
			return tools[i];
	return NULL;
}

static int is_word(const char *text, const char *first, const char *second)
{
	return strcmp(text, first) == 0 || strcmp(text, second) == 0;
}

int main(int argc, char **argv)
{
	const struct tool *tool;

	if (argc < 2) {
		print_help(stderr);
		return TOOL_USAGE;
	}
	if (is_word(argv[1], "--help", "-h")) {
		print_help(stdout);
		return TOOL_OK;
	}
	if (is_word(argv[1], "--version", "-V")) {
		printf("muster %s\n", PACKAGE_VERSION);
		return TOOL_OK;
	}
	tool = find_tool(argv[1]);
	if (!tool) {
		fprintf(stderr, "muster: no such command: %s\nTry: muster --help\n", argv[1]);
		return TOOL_USAGE;
	}
	return tool->run(argc - 1, argv + 1);
}
