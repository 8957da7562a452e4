/* push_line - a push as one line for people:
 *
 *     channel/news  e  from bob  {"a":1}
 *     presence room  +ann@web -bob@web  12 users, 15 sessions
 *
 * Whatever a push holds, the line is one line and harmless to a terminal.  Pure. */
#ifndef TOOLS_PUSH_LINE_H
#define TOOLS_PUSH_LINE_H

#include "base/buffer.h"

#include <stddef.h>

/* Append the line, without its end, for a push that is valid JSON. */
void push_line(struct buffer *out, const char *push, size_t size);

#endif
