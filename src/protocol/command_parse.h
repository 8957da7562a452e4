/* command_parse - one JSON command of a client into a struct command.  Pure. */
#ifndef PROTOCOL_COMMAND_PARSE_H
#define PROTOCOL_COMMAND_PARSE_H

#include "base/error.h"
#include "muster/codes.h"
#include "muster/command.h"

/* 0 and *out is the caller's to command_free(); else the reply code (CODE_INVALID,
 * CODE_INVALID_USER, CODE_TOO_LARGE) with a sentence in *err.  Where the seq and the
 * name could still be read, *out is then a command that holds just them, so
 * that the refusal can be answered; otherwise NULL.  *is_malformed: it was not
 * JSON at all, or no object. */
int command_parse(struct command **out, _Bool *is_malformed, struct error *err, const char *text, size_t size);

#endif
