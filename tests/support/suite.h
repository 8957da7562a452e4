/* suite - CUnit with less typing.  A test is a fact and a function; a suite
 * is a table of tests, a program a table of suites.  The CHECKs go on after a
 * failure and show both values; a REQUIRE ends its test there, for facts
 * without which the rest cannot be tried.  For the main thread only. */
#ifndef SUPPORT_SUITE_H
#define SUPPORT_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test {
	const char *fact; /* a sentence; NULL ends the table */
	void (*run)(void);
};

struct suite {
	const char *name;
	const struct test *tests;
};

/* Run the suites of a NULL-terminated table and print CUnit's summary.  The
 * exit status of main(): failure too when there was nothing to run. */
int suites_run(const struct suite *const suites[]);

struct suite_place {
	const char *file;
	unsigned line;
	bool fatal;
};

void suite_check(struct suite_place place, const char *text, bool holds);
void suite_check_int(struct suite_place place, const char *text, intmax_t actual, intmax_t expected);
void suite_check_text(struct suite_place place, const char *text, const char *actual,
	const char *expected);
void suite_check_bytes(struct suite_place place, const char *text, const void *actual,
	size_t actual_size, const void *expected, size_t expected_size);
void suite_check_pointer(struct suite_place place, const char *text, const void *actual,
	const void *expected);

#define SUITE_HERE (struct suite_place){__FILE__, __LINE__, false}
#define SUITE_FATAL (struct suite_place){__FILE__, __LINE__, true}

#define CHECK(cond) suite_check(SUITE_HERE, #cond, (cond))
#define CHECK_INT(actual, expected) \
	suite_check_int(SUITE_HERE, #actual, (intmax_t)(actual), (intmax_t)(expected))
/* Strings; NULL equals only NULL. */
#define CHECK_TEXT(actual, expected) suite_check_text(SUITE_HERE, #actual, (actual), (expected))
#define CHECK_BYTES(actual, actual_size, expected, expected_size) \
	suite_check_bytes(SUITE_HERE, #actual, (actual), (actual_size), (expected), (expected_size))
#define CHECK_POINTER(actual, expected) \
	suite_check_pointer(SUITE_HERE, #actual, (actual), (expected))

#define REQUIRE(cond) suite_check(SUITE_FATAL, #cond, (cond))
#define REQUIRE_INT(actual, expected) \
	suite_check_int(SUITE_FATAL, #actual, (intmax_t)(actual), (intmax_t)(expected))
#define REQUIRE_TEXT(actual, expected) suite_check_text(SUITE_FATAL, #actual, (actual), (expected))

#endif
