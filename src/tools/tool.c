/* tool - see tool.h. */
#include "tools/tool.h"

#include <stdarg.h>
#include <stdio.h>

static void __attribute__((format(printf, 2, 0)))
say(const struct tool *tool, const char *format, va_list args)
{
	fprintf(stderr, "muster %s: ", tool->name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

enum tool_status tool_fail(const struct tool *tool, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(tool, format, args);
	va_end(args);
	return TOOL_FAILED;
}

enum tool_status tool_misuse(const struct tool *tool, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(tool, format, args);
	va_end(args);
	fprintf(stderr, "Try: muster %s --help\n", tool->name);
	return TOOL_USAGE;
}

void tool_note(const struct tool *tool, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(tool, format, args);
	va_end(args);
}

enum tool_status tool_help(const struct tool *tool)
{
	printf("usage: muster %s", tool->usage);
	return TOOL_OK;
}
