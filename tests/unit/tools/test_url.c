/* url - addresses of servers and values in queries. */
#include "suites.h"

#include "tools/url.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void test_plain(void)
{
	struct url url;
	struct error err;

	REQUIRE_INT(url_parse(&url, "http://127.0.0.1:8080", &err), 0);
	CHECK(!url.is_tls);
	CHECK_TEXT(url.host, "127.0.0.1");
	CHECK_INT(url.port, 8080);
	CHECK_TEXT(url.authority, "127.0.0.1:8080");
	CHECK_TEXT(url.prefix, "");
}

static void test_tls(void)
{
	struct url url;
	struct error err;

	REQUIRE_INT(url_parse(&url, "wss://live.example.org/push/", &err), 0);
	CHECK(url.is_tls);
	CHECK_TEXT(url.host, "live.example.org");
	CHECK_INT(url.port, 443);
	CHECK_TEXT(url.prefix, "/push");
}

static void test_ipv6(void)
{
	struct url url;
	struct error err;

	REQUIRE_INT(url_parse(&url, "http://[::1]:81/", &err), 0);
	CHECK_TEXT(url.host, "::1");
	CHECK_TEXT(url.authority, "[::1]:81");
	CHECK_INT(url.port, 81);
}

static void test_refused(void)
{
	static const char *const bad[] = {"", "x", "127.0.0.1:80", "ftp://x", "http://", "http://:80",
		"http://x:", "http://x:0", "http://x:65536", "http://x:8a", "http://[::1", "http://[]:1",
		"http://x?a=b", "http://[::1]x"};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct url url;
		struct error err;

		CHECK_INT(url_parse(&url, bad[i], &err), -EINVAL);
		CHECK(strstr(err.text, "is no address of a server") != NULL);
	}
}

static void test_long(void)
{
	char text[400] = "http://";
	struct url url;
	struct error err;

	memset(text + 7, 'a', sizeof text - 8);
	CHECK_INT(url_parse(&url, text, &err), -EINVAL);
}

static void test_parameter(void)
{
	struct buffer out;
	char *text;

	buffer_init(&out, 0);
	url_write_parameter(&out, "channel", "a/b c&d", false);
	url_write_parameter(&out, "app", "\xc3\xa9", true);
	text = buffer_steal(&out, NULL);
	CHECK_TEXT(text, "channel=a%2Fb%20c%26d&app=%C3%A9");
	free(text);
}

static const struct test tests[] = {
	{"host and port are taken apart", test_plain},
	{"a secure scheme means port 443, a path is a prefix", test_tls},
	{"IPv6 loses its brackets for the connection only", test_ipv6},
	{"anything else is refused", test_refused},
	{"a host that does not fit is refused", test_long},
	{"values of a query are percent-encoded", test_parameter},
	{NULL, NULL},
};

const struct suite url_suite = {"url", tests};
