/* Which pages may attach. */
#include "protocol/origin.h"

#include "suites.h"

#include <string.h>

static bool is_allowed(const char *pattern, const char *origin, const char *host)
{
	char text[100];
	char *patterns[] = {text};

	strcpy(text, pattern);
	return origin_is_allowed(patterns, 1, origin, strlen(origin), host, host != NULL ? strlen(host) : 0);
}

static void same_is_the_host_itself(void)
{
	CHECK(is_allowed("same", "http://example.org", "example.org"));
	CHECK(is_allowed("same", "https://example.org", "Example.ORG"));
	CHECK(is_allowed("same", "http://example.org:80", "example.org"));
	CHECK(is_allowed("same", "https://example.org", "example.org:443"));
	CHECK(is_allowed("same", "http://127.0.0.1:8080", "127.0.0.1:8080"));
	CHECK(is_allowed("same", "http://[::1]:8080", "[::1]:8080"));
	CHECK(is_allowed("same", "http://[::1]", "[::1]"));
	CHECK(!is_allowed("same", "http://example.org", "example.org:8080"));
	CHECK(!is_allowed("same", "http://example.org:8080", "example.org"));
	CHECK(!is_allowed("same", "http://evil.org", "example.org"));
	CHECK(!is_allowed("same", "http://example.org.evil.org", "example.org"));
	CHECK(!is_allowed("same", "http://example.org", NULL));
	CHECK(!is_allowed("same", "http://example.org", ""));
}

static void an_origin_is_compared_whole(void)
{
	CHECK(is_allowed("https://example.org", "https://example.org", "x"));
	CHECK(is_allowed("https://example.org:443", "HTTPS://EXAMPLE.org", "x"));
	CHECK(!is_allowed("https://example.org", "http://example.org", "x"));
	CHECK(!is_allowed("https://example.org", "https://example.org:8443", "x"));
	CHECK(!is_allowed("https://example.org", "https://www.example.org", "x"));
}

static void a_star_stands_for_the_hosts_below(void)
{
	CHECK(is_allowed("https://*.example.org", "https://a.example.org", "x"));
	CHECK(is_allowed("https://*.example.org", "https://a.b.EXAMPLE.org", "x"));
	CHECK(!is_allowed("https://*.example.org", "https://example.org", "x"));
	CHECK(!is_allowed("https://*.example.org", "https://.example.org", "x"));
	CHECK(!is_allowed("https://*.example.org", "https://..example.org", "x"));
	CHECK(!is_allowed("https://*.example.org", "https://evilexample.org", "x"));
	CHECK(!is_allowed("https://*.example.org", "https://a.example.org.evil.org", "x"));
	CHECK(!is_allowed("https://*.example.org", "http://a.example.org", "x"));
	CHECK(!is_allowed("https://*.example.org", "https://*.example.org", "x"));
}

static void star_alone_is_everybody(void)
{
	CHECK(is_allowed("*", "https://anywhere.example", "x"));
	CHECK(is_allowed("*", "null", "x"));
}

static void what_is_no_origin_is_refused(void)
{
	static const char *const cases[] = {
		"null", "", "example.org", "://example.org", "http://", "http://example.org/", "http://u@example.org", "http://example.org:",
		"http://example.org:0", "http://example.org:99999", "http://example.org:8o", "http://exa mple.org", "http://[::1", "http://[]",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK(!is_allowed("same", cases[i], "example.org"));
		CHECK(!is_allowed(cases[i], cases[i], "example.org"));
	}
}

static void any_pattern_is_enough(void)
{
	char same[] = "same", other[] = "https://b.org";
	char *patterns[] = {same, other};

	CHECK(origin_is_allowed(patterns, 2, "https://b.org", 13, "a.org", 5));
	CHECK(!origin_is_allowed(patterns, 2, "https://c.org", 13, "a.org", 5));
	CHECK(!origin_is_allowed(NULL, 0, "https://c.org", 13, "a.org", 5));
}

static const struct test tests[] = {
	{"same is the host and port of the request", same_is_the_host_itself},
	{"scheme, host and port are compared", an_origin_is_compared_whole},
	{"a star label stands for all hosts below", a_star_stands_for_the_hosts_below},
	{"a star alone is everybody", star_alone_is_everybody},
	{"what is no origin is refused", what_is_no_origin_is_refused},
	{"one pattern that allows is enough", any_pattern_is_enough},
	{NULL, NULL},
};

const struct suite origin_suite = {"origin", tests};
