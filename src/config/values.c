/* values - numbers with units: a table of units each, one parser. */
#include "config/values.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct unit {
	const char *name;
	uint64_t factor;
};

/* Largest first, for printing. */
static const struct unit time_units[] = {
	{ "d", 24 * 60 * 60 * 1000 },
	{ "h", 60 * 60 * 1000 },
	{ "m", 60 * 1000 },
	{ "s", 1000 },
	{ "ms", 1 },
	{ NULL, 0 },
};

static const struct unit size_units[] = {
	{ "GiB", 1024 * 1024 * 1024 },
	{ "MiB", 1024 * 1024 },
	{ "KiB", 1024 },
	{ "", 1 },
	{ NULL, 0 },
};

static const struct unit no_units[] = {
	{ "", 1 },
	{ NULL, 0 },
};

static int parse_digits(const char **at, uint64_t *value)
{
	const char *p = *at;
	uint64_t sum = 0;

	if (*p < '0' || *p > '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++) {
		unsigned digit = (unsigned)(*p - '0');

		if (sum > (UINT64_MAX - digit) / 10)
			return -ERANGE;
		sum = sum * 10 + digit;
	}
	*at = p;
	*value = sum;
	return 0;
}

static int parse_with_unit(const char *text, const struct unit *units, uint64_t *value)
{
	uint64_t number;
	int r = parse_digits(&text, &number);

	if (r < 0)
		return r;
	for (; units->name != NULL; units++) {
		if (strcmp(units->name, text) != 0)
			continue;
		if (number > UINT64_MAX / units->factor)
			return -ERANGE;
		*value = number * units->factor;
		return 0;
	}
	return -EINVAL;
}

int value_parse_integer(const char *text, uint64_t *value)
{
	return parse_with_unit(text, no_units, value);
}

int value_parse_time(const char *text, uint64_t *ms)
{
	if (strcmp(text, "0") == 0) {
		*ms = 0;
		return 0;
	}
	return parse_with_unit(text, time_units, ms);
}

int value_parse_size(const char *text, uint64_t *bytes)
{
	return parse_with_unit(text, size_units, bytes);
}

int value_parse_bool(const char *text, bool *value)
{
	static const char *const words[] = { "false", "true", "no", "yes", "off", "on" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcasecmp(text, words[i]) == 0) {
			*value = i % 2 == 1;
			return 0;
		}
	}
	return -EINVAL;
}

static const char *format_with_unit(char out[VALUE_TEXT], const struct unit *units, uint64_t value)
{
	if (value == 0)
		return strcpy(out, "0");
	while (value % units->factor != 0)
		units++;
	snprintf(out, VALUE_TEXT, "%" PRIu64 "%s", value / units->factor, units->name);
	return out;
}

const char *value_format_time(char out[VALUE_TEXT], uint64_t ms)
{
	return format_with_unit(out, time_units, ms);
}

const char *value_format_size(char out[VALUE_TEXT], uint64_t bytes)
{
	return format_with_unit(out, size_units, bytes);
}

const char *value_quote(char *out, size_t capacity, const char *text)
{
	size_t used = 0;

	out[used++] = '"';
	for (; *text != '\0' && used + 5 < capacity; text++)
		out[used++] = *text >= ' ' && *text <= '~' ? *text : '?';
	strcpy(out + used, *text != '\0' ? "...\"" : "\"");
	return out;
}
