/* refusal_row - see refusal_row.h: two tables. */
#include "protocol/refusal_row.h"

#include "muster/codes.h"

#include <stddef.h>

struct row {
	int number;
	enum counter counter;
};

static const struct row codes[] = {
	{CODE_NOT_LOGGED_IN, COUNTER_COMMANDS_NOT_LOGGED_IN},
	{CODE_INVALID, COUNTER_COMMANDS_INVALID},
	{CODE_INVALID_USER, COUNTER_COMMANDS_INVALID},
	{CODE_NOT_AUTHORISED, COUNTER_COMMANDS_NOT_AUTHORISED},
	{CODE_NO_DATA, COUNTER_COMMANDS_NO_DATA},
	{CODE_NO_SUCH_COMMAND, COUNTER_COMMANDS_NO_SUCH_COMMAND},
	{CODE_TOO_MANY, COUNTER_COMMANDS_RATE},
	{CODE_TOO_LARGE, COUNTER_COMMANDS_TOO_LARGE},
	{CODE_OVER_LIMIT, COUNTER_COMMANDS_OVER_LIMIT},
};

static const struct row statuses[] = {
	{307, COUNTER_HTTP_307},
	{400, COUNTER_HTTP_400},
	{401, COUNTER_HTTP_401},
	{403, COUNTER_HTTP_403},
	{404, COUNTER_HTTP_404},
	{405, COUNTER_HTTP_405},
	{408, COUNTER_HTTP_408},
	{410, COUNTER_HTTP_410},
	{411, COUNTER_HTTP_411},
	{413, COUNTER_HTTP_413},
	{414, COUNTER_HTTP_414},
	{426, COUNTER_HTTP_426},
	{429, COUNTER_HTTP_429},
	{431, COUNTER_HTTP_431},
	{503, COUNTER_HTTP_503},
};

static enum counter find(const struct row *rows, size_t count, int number, enum counter other)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].number == number)
			return rows[i].counter;
	return other;
}

enum counter refusal_row_of_code(int code)
{
	return find(codes, sizeof(codes) / sizeof(codes[0]), code, COUNTER_COMMANDS_OTHER);
}

enum counter refusal_row_of_status(int status)
{
	return find(statuses, sizeof(statuses) / sizeof(statuses[0]), status, COUNTER_HTTP_OTHER);
}
