/* suite - see suite.h.  CUnit keeps the text of a failed assertion and prints
 * it with file and line: both values are written into that text. */
#include "support/suite.h"

#include <CUnit/Basic.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_SIZE = 1024, SHOWN = 160 };

static void record(struct suite_place place, bool holds, const char *message)
{
	CU_assertImplementation(holds ? CU_TRUE : CU_FALSE, place.line, message, place.file, "",
		place.fatal ? CU_TRUE : CU_FALSE);
}

void suite_check(struct suite_place place, const char *text, bool holds)
{
	record(place, holds, text);
}

void suite_check_int(struct suite_place place, const char *text, intmax_t actual, intmax_t expected)
{
	char message[MESSAGE_SIZE];

	if (actual == expected) {
		record(place, true, text);
		return;
	}
	snprintf(message, sizeof message, "%s is %" PRIdMAX ", expected %" PRIdMAX, text, actual,
		expected);
	record(place, false, message);
}

/* Bytes fit for a terminal: as C would write them, cut when there are many. */
static const char *show(char out[4 * SHOWN + 8], const void *data, size_t size)
{
	const unsigned char *at = data;
	char *to = out;

	if (!data)
		return "NULL";
	*to++ = '"';
	for (size_t i = 0; i < size && i < SHOWN; i++)
		if (at[i] >= 0x20 && at[i] < 0x7f)
			*to++ = (char)at[i];
		else
			to += sprintf(to, "\\x%02x", at[i]);
	strcpy(to, size > SHOWN ? "\"..." : "\"");
	return out;
}

/* Where two blocks part. */
static size_t common(const void *a, size_t a_size, const void *b, size_t b_size)
{
	const unsigned char *left = a, *right = b;
	size_t at = 0;

	while (at < a_size && at < b_size && left[at] == right[at])
		at++;
	return at;
}

void suite_check_bytes(struct suite_place place, const char *text, const void *actual,
	size_t actual_size, const void *expected, size_t expected_size)
{
	char left[4 * SHOWN + 8], right[4 * SHOWN + 8], message[2 * MESSAGE_SIZE];

	if (!actual == !expected && actual_size == expected_size &&
	    (actual_size == 0 || !actual || memcmp(actual, expected, actual_size) == 0)) {
		record(place, true, text);
		return;
	}
	snprintf(message, sizeof message,
		"%s is %s (%zu bytes), expected %s (%zu bytes), they part at byte %zu", text,
		show(left, actual, actual_size), actual_size, show(right, expected, expected_size),
		expected_size,
		actual && expected ? common(actual, actual_size, expected, expected_size) : 0);
	record(place, false, message);
}

void suite_check_text(struct suite_place place, const char *text, const char *actual,
	const char *expected)
{
	suite_check_bytes(place, text, actual, actual ? strlen(actual) : 0, expected,
		expected ? strlen(expected) : 0);
}

void suite_check_pointer(struct suite_place place, const char *text, const void *actual,
	const void *expected)
{
	char message[MESSAGE_SIZE];

	if (actual == expected) {
		record(place, true, text);
		return;
	}
	snprintf(message, sizeof message, "%s is %p, expected %p", text, actual, expected);
	record(place, false, message);
}

static int add_suite(const struct suite *suite)
{
	CU_pSuite added = CU_add_suite(suite->name, NULL, NULL);

	if (!added)
		return -1;
	for (const struct test *test = suite->tests; test->fact; test++)
		if (!CU_add_test(added, test->fact, test->run))
			return -1;
	return 0;
}

static int add_suites(const struct suite *const suites[])
{
	for (; *suites; suites++)
		if (add_suite(*suites) < 0)
			return -1;
	return 0;
}

/* Unbuffered, so that a crash leaves the name of its test behind. */
static bool run(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	CU_basic_set_mode(CU_BRM_VERBOSE);
	if (CU_basic_run_tests() != CUE_SUCCESS)
		return false;
	printf("\n");
	return CU_get_number_of_tests_run() > 0 && CU_get_number_of_failure_records() == 0;
}

int suites_run(const struct suite *const suites[])
{
	bool passed = false;

	if (CU_initialize_registry() != CUE_SUCCESS || add_suites(suites) < 0)
		fprintf(stderr, "CUnit: %s\n", CU_get_error_msg());
	else
		passed = run();
	CU_cleanup_registry();
	return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
