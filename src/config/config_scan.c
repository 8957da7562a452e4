/* config_scan - one pass over the text, byte by byte. */
#include "config/config_scan.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { BRACES = 8 }; /* more than can be right */

struct scan {
	char *at;
	char *end;
	unsigned line;
	bool in_word;    /* the byte before belongs to a word without quotes */
	bool was_quoted; /* the word before was a text in quotes or a variable */
	unsigned depth;  /* of open braces */
	unsigned opened[BRACES]; /* the line of each */
	struct error *err;
};

static void blank_until_newline(struct scan *s)
{
	while (s->at < s->end && *s->at != '\n')
		*s->at++ = ' ';
}

static int blank_block(struct scan *s)
{
	char *close = strstr(s->at + 2, "*/");

	if (close == NULL)
		return error_set(s->err, -EINVAL, "the comment that starts here has no end: \"*/\" is missing");
	for (; s->at < close + 2; s->at++) {
		if (*s->at == '\n')
			s->line++;
		else
			*s->at = ' ';
	}
	return 0;
}

/* ${NAME} or ${NAME:-default}, which libconfuse replaces. */
static int skip_variable(struct scan *s)
{
	char *close = s->at + strcspn(s->at, "}\n");

	if (*close != '}')
		return error_set(s->err, -EINVAL, "the variable that starts here has no end: \"}\" is missing");
	s->at = close + 1;
	return 0;
}

static int skip_quoted(struct scan *s)
{
	char quote = *s->at++;

	while (*s->at != quote) {
		if (*s->at == '\\' && s->at[1] != '\0' && s->at[1] != '\n') {
			s->at += 2;
		} else if (*s->at == '\n' || *s->at == '\0') {
			return error_set(s->err, -EINVAL, "a text has no closing %c on its line", quote);
		} else if (quote == '"' && s->at[0] == '$' && s->at[1] == '{') {
			int r = skip_variable(s);

			if (r < 0)
				return r;
		} else {
			s->at++;
		}
	}
	s->at++;
	return 0;
}

static int refuse_byte(struct scan *s)
{
	unsigned char c = (unsigned char)*s->at;

	if (c > ' ' && c < 0x7f)
		return error_set(s->err, -EINVAL, "a \"%c\" must stand between quotes", c);
	return error_set(s->err, -EINVAL, "a control character (0x%02x) is not allowed", c);
}

static bool is_allowed(const struct scan *s)
{
	switch (*s->at) {
	case '\n':
	case '\t':
		return true;
	case '\r':
		return s->at[1] == '\n';
	case '+':
		return s->at[1] == '=';
	case '*':
	case '|':
	case '(':
	case ')':
		return false;
	default:
		return (unsigned char)*s->at >= ' ' && *s->at != 0x7f;
	}
}

static bool is_word(char c)
{
	return c != '\0' && strchr(" \t\r\n={}()+,", c) == NULL;
}

/* libconfuse takes the end of the file for the end of a section. */
static int scan_brace(struct scan *s)
{
	if (*s->at == '{' && s->depth == BRACES)
		return error_set(s->err, -EINVAL, "too many braces are open here");
	if (*s->at == '{')
		s->opened[s->depth++] = s->line;
	else if (*s->at == '}' && s->depth > 0)
		s->depth--;
	return 0;
}

static int scan_plain(struct scan *s)
{
	char c = *s->at;

	if (!is_allowed(s))
		return refuse_byte(s);
	if (s->was_quoted && (c == '=' || c == '+'))
		return error_set(s->err, -EINVAL, "the name of an option stands without quotes");
	s->was_quoted = s->was_quoted && strchr(" \t\r\n", c) != NULL;
	s->in_word = is_word(c);
	if (c == '\n')
		s->line++;
	if (scan_brace(s) < 0)
		return -EINVAL;
	s->at++;
	return 0;
}

static int scan_step(struct scan *s)
{
	bool starts_word = !s->in_word;

	s->in_word = false;
	if (*s->at == '#' || (starts_word && s->at[0] == '/' && s->at[1] == '/')) {
		blank_until_newline(s);
		return 0;
	}
	if (starts_word && s->at[0] == '/' && s->at[1] == '*')
		return blank_block(s);
	if (*s->at == '"' || *s->at == '\'' || (s->at[0] == '$' && s->at[1] == '{')) {
		s->was_quoted = true;
		return *s->at == '$' ? skip_variable(s) : skip_quoted(s);
	}
	return scan_plain(s);
}

int config_scan(char *text, size_t size, unsigned *line, struct error *err)
{
	struct scan s = { .at = text, .end = text + size, .line = 1, .err = err };
	int r = 0;

	/* A NUL ends every search inside the text, and is refused where it stands. */
	while (r == 0 && s.at < s.end)
		r = scan_step(&s);
	*line = s.line;
	if (r == 0 && s.depth > 0) {
		*line = s.opened[s.depth - 1];
		r = error_set(err, -EINVAL, "the brace that opens here is not closed");
	}
	return r;
}
