/* stderr is a file while a test listens. */
#include "base/log.h"

#include "suites.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct capture {
	int saved;
	FILE *file;
	char *text;
};

static void capture_start(struct capture *c)
{
	c->file = tmpfile();
	c->saved = dup(STDERR_FILENO);
	REQUIRE(c->file && c->saved >= 0);
	dup2(fileno(c->file), STDERR_FILENO);
}

/* c->text is what was written, to be freed. */
static void capture_stop(struct capture *c)
{
	size_t size;

	dup2(c->saved, STDERR_FILENO);
	close(c->saved);
	fseek(c->file, 0, SEEK_END);
	size = (size_t)ftell(c->file);
	rewind(c->file);
	c->text = calloc(1, size + 1);
	if (!c->text || fread(c->text, 1, size, c->file) != size)
		abort();
	fclose(c->file);
}

static bool looks_like(const char *text, const char *pattern)
{
	for (; *pattern && *text; pattern++, text++)
		if (*pattern == '9' ? *text < '0' || *text > '9' : *pattern != *text)
			return false;
	return *pattern == '\0' && *text == '\0';
}

static void one_line(void)
{
	struct capture c;

	capture_start(&c);
	log_warning("event=%s count=%d", "full", 3);
	capture_stop(&c);
	CHECK_TEXT(c.text + 25, "warning event=full count=3\n");
	CHECK(looks_like(c.text, "9999-99-99T99:99:99.999Z warning event=full count=9\n"));
	free(c.text);
}

static void levels(void)
{
	struct capture c;

	capture_start(&c);
	log_debug("hidden");
	log_set_level(LOG_LEVEL_ERROR);
	log_info("hidden");
	log_warning("hidden");
	log_error("shown");
	log_set_level(LOG_LEVEL_DEBUG);
	log_debug("shown");
	log_set_level(LOG_LEVEL_INFO);
	capture_stop(&c);
	CHECK_INT(strlen(c.text), 2 * (25 + 12));
	CHECK(strstr(c.text, "hidden") == NULL);
	CHECK(strstr(c.text, "Z error shown\n") != NULL);
	CHECK(strstr(c.text, "Z debug shown\n") != NULL);
	CHECK(log_is_on(LOG_LEVEL_INFO) && !log_is_on(LOG_LEVEL_DEBUG));
	free(c.text);
}

static void stays_one_line(void)
{
	struct capture c;

	capture_start(&c);
	log_info("%s", "a\nb\r\x1b[2J\x7f");
	log_info("%5000d|", 1);
	capture_stop(&c);
	CHECK(strstr(c.text, "info a b  [2J \n") != NULL);
	CHECK(strchr(c.text, '|') == NULL);
	CHECK_INT(c.text[strlen(c.text) - 1], '\n');
	CHECK(strlen(c.text) < 4096);
	free(c.text);
}

static void keeps_errno(void)
{
	struct capture c;

	capture_start(&c);
	errno = ENOENT;
	log_info("reason=%m");
	CHECK_INT(errno, ENOENT);
	capture_stop(&c);
	CHECK(strstr(c.text, strerror(ENOENT)) != NULL);
	free(c.text);
}

enum { THREADS = 4, LINES = 300 };

static void *write_lines(void *data)
{
	char text[200];

	memset(text, *(const char *)data, sizeof text);
	for (int i = 0; i < LINES; i++)
		log_info("%.*s", (int)sizeof text, text);
	return NULL;
}

static void lines_stay_whole(void)
{
	static char letters[THREADS] = {'a', 'b', 'c', 'd'};
	pthread_t threads[THREADS];
	struct capture c;
	unsigned whole = 0;

	capture_start(&c);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, write_lines, &letters[i]);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	capture_stop(&c);
	for (char *line = strtok(c.text, "\n"); line; line = strtok(NULL, "\n"))
		whole += strlen(line) == 230 && strspn(line + 30, (char[]){line[30], '\0'}) == 200;
	CHECK_INT(whole, THREADS * LINES);
	free(c.text);
}

static void quotes(void)
{
	static const struct {
		const char *text;
		size_t size;
		const char *quoted;
	} cases[] = {
		{"plain_word-1.2:3/x@y+z", 22, "plain_word-1.2:3/x@y+z"},
		{"", 0, "\"\""},
		{"two words", 9, "\"two words\""},
		{"a=b", 3, "\"a=b\""},
		{"say \"\\\"", 7, "\"say \\\"\\\\\\\"\""},
		{"\n\t\x1b", 3, "\"\\x0a\\x09\\x1b\""},
		{"a\0b", 3, "\"a\\x00b\""},
		{"\xc3\xa9\x7f", 3, "\"\\xc3\\xa9\\x7f\""},
	};
	char out[64];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_TEXT(log_quote(out, sizeof out, cases[i].text, cases[i].size), cases[i].quoted);
}

static void quotes_cut(void)
{
	char out[8];

	CHECK_TEXT(log_quote(out, sizeof out, "abcdefghij", 10), "abcdefg");
	CHECK_TEXT(log_quote(out, sizeof out, "a b c d e", 9), "\"a b c\"");
	CHECK_TEXT(log_quote(out, sizeof out, "ab\n\n", 4), "\"ab\"");
	CHECK_TEXT(log_quote(out, sizeof out, "a\n\n", 3), "\"a\\x0a\"");
	CHECK_TEXT(log_quote(out, 3, "a b", 3), "\"\"");
	CHECK_TEXT(log_quote(out, 2, "a b", 3), "");
	CHECK_TEXT(log_quote(out, 1, "ab", 2), "");
}

static void limited(void)
{
	struct log_limit l = {0};
	unsigned suppressed = 99, allowed = 0;

	for (int i = 0; i < 10; i++)
		allowed += log_allow(&l, 3, 5500, &suppressed);
	CHECK_INT(allowed, 3);
	CHECK_INT(suppressed, 0);
	CHECK(log_allow(&l, 3, 6000, &suppressed));
	CHECK_INT(suppressed, 7);
	CHECK(log_allow(&l, 3, 6001, &suppressed));
	CHECK_INT(suppressed, 0);
}

static const struct test tests[] = {
	{"a line is a time, a level and the text", one_line},
	{"what is below the level is not written", levels},
	{"whatever the text, it stays one line of bounded length", stays_one_line},
	{"errno survives and can be named", keeps_errno},
	{"lines of several threads stay whole", lines_stay_whole},
	{"text from outside is quoted and escaped", quotes},
	{"a quote that does not fit is cut between escapes and closed", quotes_cut},
	{"a limit counts what it suppressed", limited},
	{NULL, NULL},
};
const struct suite log_suite = {"log", tests};
