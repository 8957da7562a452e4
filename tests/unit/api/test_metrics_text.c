/* metrics_text - the page as a scraper reads it. */
#include "suites.h"

#include "api/metrics_text.h"
#include "base/map.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct process_usage usage = {
	.resident_bytes = 4096, .cpu_seconds = 1.5, .open_fds = 7, .start_time = 1700000000.25,
};

/* The page as text, the caller's to free. */
static char *page(struct counters *counters, const struct process_usage *of)
{
	struct buffer out;

	buffer_init(&out, 0);
	metrics_text(&out, counters, of, "1.2.3");
	return buffer_steal(&out, NULL);
}

static void test_values(void)
{
	struct counters counters = {0};
	char *text;

	counter_add(&counters, COUNTER_MESSAGES_IN, 42);
	counter_add(&counters, COUNTER_REFUSED_JSON, 3);
	counter_add(&counters, COUNTER_SESSIONS, 5);
	text = page(&counters, &usage);
	CHECK(strstr(text, "\nmuster_messages_in_total 42\n") != NULL);
	CHECK(strstr(text, "\nmuster_refused_total{reason=\"bad_json\"} 3\n") != NULL);
	CHECK(strstr(text, "\nmuster_sessions 5\n") != NULL);
	CHECK(strstr(text, "\n# TYPE muster_sessions gauge\n") != NULL);
	CHECK(strstr(text, "\n# TYPE muster_refused_total counter\n") != NULL);
	free(text);
}

static void test_process(void)
{
	struct counters counters = {0};
	char *text = page(&counters, &usage);

	CHECK(strstr(text, "\nmuster_build_info{version=\"1.2.3\"} 1\n") != NULL);
	CHECK(strstr(text, "\nprocess_resident_memory_bytes 4096\n") != NULL);
	CHECK(strstr(text, "\nprocess_cpu_seconds_total 1.500\n") != NULL);
	CHECK(strstr(text, "\nprocess_open_fds 7\n") != NULL);
	CHECK(strstr(text, "\nprocess_start_time_seconds 1700000000.250\n") != NULL);
	free(text);
}

static void test_unknown(void)
{
	const struct process_usage unknown = {-1, 0, -1, -1};
	struct counters counters = {0};
	char *text = page(&counters, &unknown);

	CHECK(strstr(text, "process_resident_memory_bytes") == NULL);
	CHECK(strstr(text, "process_open_fds") == NULL);
	CHECK(strstr(text, "process_start_time_seconds") == NULL);
	CHECK(strstr(text, "\nprocess_cpu_seconds_total 0.000\n") != NULL);
	free(text);
}

/* What `promtool check metrics` asks of a page. */
struct checker {
	struct map seen; /* names of families and samples, to find doubles */
	char family[128];
	char type[16];
	unsigned step; /* 0: HELP comes or a sample, 1: TYPE, 2: a sample */
};

static void check_once(struct checker *c, const char *what)
{
	char *name = strdup(what);

	CHECK(map_find_text(&c->seen, name) == NULL);
	if (map_find_text(&c->seen, name))
		free(name);
	else
		map_add_text(&c->seen, name, name);
}

static bool ends_with(const char *text, const char *end)
{
	size_t size = strlen(text), tail = strlen(end);

	return size >= tail && strcmp(text + size - tail, end) == 0;
}

static void check_type(struct checker *c, const char *line)
{
	char family[128];

	REQUIRE_INT(sscanf(line, "# TYPE %127s %15s", family, c->type), 2);
	CHECK_TEXT(family, c->family);
	CHECK(!strcmp(c->type, "counter") || !strcmp(c->type, "gauge"));
	CHECK_INT(ends_with(family, "_total"), !strcmp(c->type, "counter"));
	c->step = 2;
}

static void check_help(struct checker *c, const char *line)
{
	int help = 0;

	CHECK_INT(c->step, 0);
	REQUIRE_INT(sscanf(line, "# HELP %127s %n", c->family, &help), 1);
	CHECK(line[help] != '\0');
	check_once(c, c->family);
	c->step = 1;
}

static void check_sample(struct checker *c, const char *line)
{
	const char *space = strrchr(line, ' ');
	size_t size = strcspn(line, "{ ");
	char name[256], *end;

	CHECK(c->step != 1);
	REQUIRE(space != NULL);
	snprintf(name, sizeof name, "%.*s ", (int)(space - line), line);
	check_once(c, name);
	CHECK_BYTES(line, size, c->family, strlen(c->family));
	CHECK(line[size] != '{' || space[-1] == '}');
	strtod(space + 1, &end);
	CHECK(end != space + 1 && *end == '\0');
	c->step = 0;
}

static void test_valid(void)
{
	struct counters counters = {0};
	char *text = page(&counters, &usage), *at = text, *line;
	struct checker c = {.step = 0};
	size_t lines = 0, next = 0;

	map_init(&c.seen);
	CHECK(ends_with(text, "\n"));
	while ((line = strsep(&at, "\n")) && *line) {
		if (!strncmp(line, "# HELP ", 7))
			check_help(&c, line);
		else if (!strncmp(line, "# TYPE ", 7))
			check_type(&c, line);
		else
			check_sample(&c, line);
		lines++;
	}
	CHECK(lines > COUNTER_COUNT);
	for (char *name; (name = map_next(&c.seen, &next)); )
		free(name);
	map_fini(&c.seen);
	free(text);
}

static const struct test tests[] = {
	{"counters stand with their families, labels and types", test_values},
	{"the version and the use of the process are told", test_process},
	{"what is not known is left out", test_unknown},
	{"each family has HELP and TYPE once, samples behind, none twice", test_valid},
	{NULL, NULL},
};

const struct suite metrics_text_suite = {"metrics_text", tests};
