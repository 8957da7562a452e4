/* run_story - tell stories to the core, with a clock that only the story
 * moves, and compare what the core says.
 *
 * usage: run_story FILE.story ...
 *
 * Ends with 1 at the first line that does not come true, naming it. */
#include "story.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void story_fail(const struct story *s, const char *format, ...)
{
	va_list list;

	fprintf(stderr, "%s:%u: ", s->file, s->line);
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
	exit(1);
}

bool story_has_more(const struct story *s)
{
	return s->words[s->at] != NULL;
}

const char *story_word(struct story *s, const char *what)
{
	if (!story_has_more(s))
		story_fail(s, "%s is missing at the end of the line", what);
	return s->words[s->at++];
}

bool story_take(struct story *s, const char *word)
{
	if (!story_has_more(s) || strcmp(s->words[s->at], word) != 0)
		return false;
	s->at++;
	return true;
}

void story_end_of_line(const struct story *s)
{
	if (story_has_more(s))
		story_fail(s, "'%s' means nothing here", s->words[s->at]);
}

static uint64_t number(const struct story *s, const char *text, const char **end, const char *what)
{
	char *after;
	uint64_t n = strtoull(text, &after, 10);

	if (after == text || text[0] == '-')
		story_fail(s, "'%s' is not %s", text, what);
	*end = after;
	return n;
}

uint64_t story_number(struct story *s, const char *what)
{
	const char *text = story_word(s, what), *end;
	uint64_t n = number(s, text, &end, what);

	if (*end != '\0')
		story_fail(s, "'%s' is not %s", text, what);
	return n;
}

uint64_t story_time(struct story *s)
{
	const char *text = story_word(s, "a time"), *unit;
	uint64_t n = number(s, text, &unit, "a time");

	if (strcmp(unit, "ms") == 0)
		return n;
	if (strcmp(unit, "s") == 0)
		return n * 1000;
	story_fail(s, "'%s' is not a time: say 3s or 250ms", text);
}

struct session_id story_session(struct story *s)
{
	const char *name = story_word(s, "a session");
	struct session_id id = { { 0 } };

	if (strlen(name) > sizeof(id.bytes))
		story_fail(s, "the session's name '%s' is longer than %zu", name, sizeof(id.bytes));
	memcpy(id.bytes, name, strlen(name));
	return id;
}

enum client_state story_state(struct story *s)
{
	if (story_take(s, "active"))
		return STATE_ACTIVE;
	if (story_take(s, "idle"))
		return STATE_IDLE;
	if (story_take(s, "hidden"))
		return STATE_HIDDEN;
	story_fail(s, "a state is missing: active, idle or hidden");
}

uint64_t story_lanes(struct story *s)
{
	uint64_t lanes = 0;

	do {
		uint64_t lane = story_number(s, "a lane");

		if (lane >= s->lanes)
			story_fail(s, "there is no lane %u", (unsigned)lane);
		lanes |= UINT64_C(1) << lane;
	} while (story_has_more(s) && s->words[s->at][0] >= '0' && s->words[s->at][0] <= '9');
	return lanes;
}

void story_say(struct story_text *t, const char *format, ...)
{
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(t->bytes + t->size, sizeof(t->bytes) - t->size, format, list);
	va_end(list);
	if (n > 0)
		t->size += (size_t)n;
	if (t->size >= sizeof(t->bytes))
		t->size = sizeof(t->bytes) - 1;
}

void story_say_lanes(struct story_text *t, const char *what, uint64_t lanes)
{
	story_say(t, " %s", what);
	for (unsigned lane = 0; lane < MAX_LANES; lane++)
		if (lanes & (UINT64_C(1) << lane))
			story_say(t, " %u", lane);
	if (lanes == 0)
		story_say(t, " none");
}

void story_say_counts(struct story_text *t, const struct presence_counts *counts)
{
	story_say(t, " users %u devices %u sessions %u", (unsigned)counts->users, (unsigned)counts->devices,
		(unsigned)counts->sessions);
}

void story_compare(const struct story *s, const struct story_text *expected, const struct story_text *happened)
{
	if (strcmp(expected->bytes, happened->bytes) != 0)
		story_fail(s, "expected:%s\n%s:%u: happened:%s", expected->bytes, s->file, s->line, happened->bytes);
}

static void split(struct story *s, char *line)
{
	unsigned n = 0;

	for (char *word = strtok(line, " \t\r\n"); word != NULL && word[0] != '#'; word = strtok(NULL, " \t\r\n")) {
		if (n == MAX_WORDS)
			story_fail(s, "more than %d words", MAX_WORDS);
		s->words[n++] = word;
	}
	s->words[n] = NULL;
	s->at = 0;
}

static void tell_line(struct story *s, char *line)
{
	const char *verb;

	split(s, line);
	if (!story_has_more(s))
		return;
	verb = story_word(s, "a verb");
	if (strcmp(verb, "expect") == 0)
		story_expect(s);
	else if (!story_act(s, verb))
		story_fail(s, "'%s' is nothing that can be done", verb);
	story_end_of_line(s);
}

static void init(struct story *s, const char *file)
{
	*s = (struct story){ .file = file, .lanes = 2 };
	s->settings.presence_interval = 1000;
	s->settings.dedup_ttl = 3600 * 1000;
	s->settings.dedup_max = 1000;
	s->settings.limits.subscriptions = 128;
	s->settings.limits.channels = 1000;
	s->settings.channels = s->rules;
}

static void fini(struct story *s)
{
	core_free(s->core);
	for (size_t i = 0; i < s->settings.channel_count; i++)
		free(s->rules[i].pattern);
}

static void tell(const char *file)
{
	struct story s;
	char line[MAX_LINE];
	FILE *in = fopen(file, "r");

	init(&s, file);
	if (in == NULL)
		story_fail(&s, "cannot be read");
	while (fgets(line, sizeof(line), in) != NULL) {
		s.line++;
		if (strchr(line, '\n') == NULL && !feof(in))
			story_fail(&s, "the line is longer than %d", MAX_LINE);
		tell_line(&s, line);
	}
	fclose(in);
	if (s.core == NULL)
		story_fail(&s, "nothing happens in this story");
	story_expect_silence(&s);
	fini(&s);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: run_story FILE.story ...\n");
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		tell(argv[i]);
		printf("ok %s\n", argv[i]);
	}
	return 0;
}
