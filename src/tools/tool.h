/* tool - a subcommand of `muster`: one file each, one row each in main.c. */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

enum tool_status { TOOL_OK = 0, TOOL_FAILED = 1, TOOL_USAGE = 2 };

struct tool {
	const char *name;
	const char *summary; /* one line */
	const char *usage;   /* what stands behind "usage: muster " and the lines below it */
	/* argv[0] is the subcommand's name.  What muster exits with. */
	enum tool_status (*run)(int argc, char **argv);
};

extern const struct tool pub_tool;
extern const struct tool tail_tool;

/* "muster NAME: sentence" on stderr; the status to exit with. */
enum tool_status tool_fail(const struct tool *tool, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The same, with a hint at --help. */
enum tool_status tool_misuse(const struct tool *tool, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Just say it. */
void tool_note(const struct tool *tool, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
enum tool_status tool_help(const struct tool *tool);

#endif
