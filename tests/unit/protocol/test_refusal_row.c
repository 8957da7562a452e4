/* Codes and statuses, and the reasons that the counters have for them. */
#include "protocol/refusal_row.h"

#include "muster/codes.h"
#include "suites.h"

static void codes_have_rows(void)
{
	CHECK_INT(refusal_row_of_code(CODE_NOT_LOGGED_IN), COUNTER_COMMANDS_NOT_LOGGED_IN);
	CHECK_INT(refusal_row_of_code(CODE_INVALID), COUNTER_COMMANDS_INVALID);
	CHECK_INT(refusal_row_of_code(CODE_INVALID_USER), COUNTER_COMMANDS_INVALID);
	CHECK_INT(refusal_row_of_code(CODE_TOO_MANY), COUNTER_COMMANDS_RATE);
	CHECK_INT(refusal_row_of_code(CODE_OVER_LIMIT), COUNTER_COMMANDS_OVER_LIMIT);
}

static void statuses_have_rows(void)
{
	CHECK_INT(refusal_row_of_status(307), COUNTER_HTTP_307);
	CHECK_INT(refusal_row_of_status(405), COUNTER_HTTP_405);
	CHECK_INT(refusal_row_of_status(503), COUNTER_HTTP_503);
}

static void others_are_other(void)
{
	CHECK_INT(refusal_row_of_code(CODE_SERVER_ERROR), COUNTER_COMMANDS_OTHER);
	CHECK_INT(refusal_row_of_code(CODE_EXPIRED), COUNTER_COMMANDS_OTHER);
	CHECK_INT(refusal_row_of_code(0), COUNTER_COMMANDS_OTHER);
	CHECK_INT(refusal_row_of_status(500), COUNTER_HTTP_OTHER);
	CHECK_INT(refusal_row_of_status(505), COUNTER_HTTP_OTHER);
}

static const struct test tests[] = {
	{"the codes of replies have rows", codes_have_rows},
	{"the statuses of answers have rows", statuses_have_rows},
	{"what has no row is other", others_are_other},
	{NULL, NULL},
};

const struct suite refusal_row_suite = {"refusal_row", tests};
