/* query_args - parameters of a query as an object. */
#include "suites.h"

#include "api/query_args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "a=1 b=2" (spaces between, no escapes) as the object; NULL when refused. */
static char *convert(const char *text)
{
	char *copy = strdup(text), *at = copy, *item, *json = NULL;
	struct query_args a;
	struct buffer out;
	struct error err;
	int result = 0;

	query_args_init(&a);
	buffer_init(&out, 0);
	while (result == 0 && (item = strsep(&at, " ")) && *item) {
		char *value = strchr(item, '=');

		if (value)
			*value++ = '\0';
		result = query_args_add(&a, item, value, value ? strlen(value) : 0, &err);
	}
	query_args_write(&a, &out);
	if (result == 0)
		json = buffer_steal(&out, NULL);
	buffer_fini(&out);
	query_args_fini(&a);
	free(copy);
	return json;
}

static void check(const char *text, const char *expected)
{
	char *json = convert(text);

	CHECK_TEXT(json, expected);
	free(json);
}

static void test_text(void)
{
	check("", "{}");
	check("channel=news", "{\"channel\":\"news\"}");
	check("user=a\"b app=101", "{\"user\":\"a\\\"b\",\"app\":\"101\"}");
	check("user", "{\"user\":\"\"}");
}

static void test_number(void)
{
	check("limit=10", "{\"limit\":10}");
	check("limit=-1", "{\"limit\":\"-1\"}");
	check("limit=007", "{\"limit\":\"007\"}");
	check("limit=", "{\"limit\":\"\"}");
	check("limit=99999999999999999999", "{\"limit\":\"99999999999999999999\"}");
}

static void test_users(void)
{
	check("users=ann", "{\"users\":[\"ann\"]}");
	check("users=ann app=1 users=bob users=1", "{\"users\":[\"ann\",\"bob\",\"1\"],\"app\":\"1\"}");
}

static void test_since(void)
{
	check("channel=a epoch=k3v9 offset=17 limit=5",
		"{\"channel\":\"a\",\"limit\":5,\"since\":{\"epoch\":\"k3v9\",\"offset\":17}}");
	check("last=5", "{\"since\":{\"last\":5}}");
	check("offset=x epoch=1", "{\"since\":{\"offset\":\"x\",\"epoch\":\"1\"}}");
}

static void test_twice(void)
{
	check("channel=a channel=b", NULL);
	check("last=1 last=2", NULL);
}

static void test_many(void)
{
	char text[512] = "";
	size_t used = 0;

	for (int i = 0; i < QUERY_ARGS_MAX; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "p%d=1 ", i);
	for (char *json = convert(text); json; free(json), json = NULL)
		CHECK(strstr(json, "\"p15\":\"1\"}") != NULL);
	snprintf(text + used, sizeof text - used, "one=more");
	check(text, NULL);
}

static const struct test tests[] = {
	{"a parameter is a string", test_text},
	{"a limit is a number, or what the verb refuses", test_number},
	{"users are a list", test_users},
	{"epoch, offset and last make a since", test_since},
	{"all others may be given once", test_twice},
	{"at most 16 names", test_many},
	{NULL, NULL},
};

const struct suite query_args_suite = {"query_args", tests};
