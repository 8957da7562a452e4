/* story - one .story file being told to a core: the line at hand, the clock,
 * the settings of the story.  story_actions.c has what can be done,
 * story_expect.c what can be expected. */
#ifndef SCENARIOS_STORY_H
#define SCENARIOS_STORY_H

#include "core/core.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_WORDS = 64, MAX_LINE = 4096, MAX_RULES = 16 };

struct story {
	const char *file;
	unsigned line;
	char *words[MAX_WORDS + 1]; /* ends with NULL */
	unsigned at;                /* the next word */
	struct settings settings;
	struct channel_rule rules[MAX_RULES];
	unsigned lanes;
	struct core *core;          /* NULL until the first action */
	uint64_t now;
	unsigned crowd;             /* sessions that came by `crowd` */
};

/* Say file, line and what is wrong, and end the program. */
_Noreturn void story_fail(const struct story *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The next word, of which there must be one: `what` says which is missing. */
const char *story_word(struct story *s, const char *what);
/* Take the next word if it is this one. */
bool story_take(struct story *s, const char *word);
bool story_has_more(const struct story *s);
void story_end_of_line(const struct story *s); /* fails when words are left */
uint64_t story_number(struct story *s, const char *what);
uint64_t story_time(struct story *s); /* "3s", "250ms" */
struct session_id story_session(struct story *s);
enum client_state story_state(struct story *s);
/* "lanes 0 1" or "lane 0" without its first word: a bitmap. */
uint64_t story_lanes(struct story *s);

/* A text that grows, for comparing what happened with what was expected. */
struct story_text {
	char bytes[1 << 16];
	size_t size;
};
void story_say(struct story_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void story_say_lanes(struct story_text *t, const char *what, uint64_t lanes);
void story_say_counts(struct story_text *t, const struct presence_counts *counts);
void story_compare(const struct story *s, const struct story_text *expected, const struct story_text *happened);

/* The tables of verbs; true: it was one. */
bool story_act(struct story *s, const char *verb);
void story_expect(struct story *s);
/* Fails when the core has something to tell that the story did not expect. */
void story_expect_silence(struct story *s);

#endif
