/* Items of lists that are fine, and those that are not. */
#include "config/item_check.h"

#include "suites.h"

#include <errno.h>
#include <string.h>

#define ALL(array, check, expected)                                          \
	for (size_t i = 0; i < sizeof(array) / sizeof(array)[0]; i++) {      \
		struct error err = { "" };                                   \
		if (check((array)[i], &err) != (expected))                   \
			CHECK_TEXT((array)[i], "the other answer");          \
		else                                                         \
			CHECK((err.text[0] != '\0') == ((expected) != 0));   \
	}

static void addresses(void)
{
	static const char *const good[] = { "127.0.0.1:8080", "[::1]:8080", "*:8080", "unix:/run/muster/public.sock",
		"0.0.0.0:0", "10.1.2.3:65535", "[::]:1" };
	static const char *const bad[] = { "", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
		"127.0.0.1:-1", "localhost:8080", "::1:8080", "[::1]", "[::1:8080", "unix:", "unix:relative",
		"127.0.0.1:80 ", "tcp://127.0.0.1:80" };

	ALL(good, item_check_address, 0)
	ALL(bad, item_check_address, -EINVAL)
}

static void private_addresses(void)
{
	CHECK(item_is_private_address("127.0.0.1:8080"));
	CHECK(item_is_private_address("127.9.9.9:8080"));
	CHECK(item_is_private_address("[::1]:8080"));
	CHECK(item_is_private_address("unix:/run/x"));
	CHECK(!item_is_private_address("*:8080"));
	CHECK(!item_is_private_address("0.0.0.0:8080"));
	CHECK(!item_is_private_address("[::]:8080"));
	CHECK(!item_is_private_address("192.168.1.1:8080"));
}

static void endpoints(void)
{
	static const char *const good[] = { "tcp://127.0.0.1:5570", "tcp://*:5570", "tcp://127.0.0.1:*",
		"tcp://eth0:5570", "tcp://[::1]:5570", "bind:tcp://127.0.0.1:0", "connect:tcp://backend.example.org:5570",
		"ipc:///run/muster/sub", "connect:ipc://@muster", "bind:ipc:///tmp/x" };
	static const char *const bad[] = { "", "127.0.0.1:5570", "tcp://", "tcp://127.0.0.1", "tcp://:5570",
		"tcp://127.0.0.1:65536", "tcp://127.0.0.1:x", "connect:tcp://*:5570", "connect:tcp://127.0.0.1:0",
		"connect:tcp://127.0.0.1:*", "inproc://x", "ipc://", "ipc://relative", "udp://127.0.0.1:1",
		"listen:tcp://127.0.0.1:1", "tcp://a b:1", "tcp://[]:1" };

	ALL(good, item_check_endpoint, 0)
	ALL(bad, item_check_endpoint, -EINVAL)
}

static void private_endpoints(void)
{
	CHECK(item_is_private_endpoint("tcp://127.0.0.1:5570"));
	CHECK(item_is_private_endpoint("tcp://127.0.0.1:*"));
	CHECK(item_is_private_endpoint("bind:tcp://[::1]:5570"));
	CHECK(item_is_private_endpoint("tcp://localhost:5570"));
	CHECK(item_is_private_endpoint("ipc:///run/x"));
	CHECK(item_is_private_endpoint("connect:tcp://10.0.0.1:5570"));
	CHECK(!item_is_private_endpoint("tcp://*:5570"));
	CHECK(!item_is_private_endpoint("tcp://eth0:5570"));
	CHECK(!item_is_private_endpoint("bind:tcp://0.0.0.0:5570"));
	CHECK(!item_is_private_endpoint("tcp://127.example.org:5570"));
}

static void origins(void)
{
	static const char *const good[] = { "*", "same", "https://www.example.org", "https://*.example.org",
		"http://localhost:3000", "http://[::1]:3000", "https://*.example.org:8443", "app+x-1.0://host" };
	static const char *const bad[] = { "", "Same", "www.example.org", "https://", "https://*", "https://a.*.org",
		"https://*.*.org", "https://www.example.org/", "https://www.example.org:", "https://h:99999",
		"://host", "https://[::1", "https://*.", "https://a b" };

	ALL(good, item_check_origin, 0)
	ALL(bad, item_check_origin, -EINVAL)
}

static void topics(void)
{
	char longest[257];

	memset(longest, 'a', sizeof longest);
	longest[256] = '\0';
	CHECK_INT(item_check_topic("", NULL), 0);
	CHECK_INT(item_check_topic("user/", NULL), 0);
	CHECK_INT(item_check_topic(longest, NULL), -EINVAL);
	CHECK_INT(item_check_topic(longest + 1, NULL), 0);
}

static void paths(void)
{
	static const char *const good[] = { "/x", "/var/lib/muster/muster.db", "/a b/\xc3\xa9.db", "/a,b" };
	static const char *const bad[] = { "", "/", "x", "./x", "~/x", "/var/lib/", "file:/x", ":memory:", "/a\nb",
		"/\xff" };
	char longest[502];

	ALL(good, item_check_path, 0)
	ALL(bad, item_check_path, -EINVAL)
	memset(longest, '/', sizeof longest);
	strcpy(longest + sizeof longest - 2, "x");
	CHECK_INT(strlen(longest), 501);
	CHECK_INT(item_check_path(longest, NULL), -EINVAL);
	CHECK_INT(item_check_path(longest + 1, NULL), 0);
}

static const struct test tests[] = {
	{ "an address is numbers with a port, or a path", addresses },
	{ "loopback and paths are private", private_addresses },
	{ "an endpoint is tcp or ipc, bound or connected", endpoints },
	{ "what is bound to loopback, or connected, is private", private_endpoints },
	{ "an origin has its star in front, or none", origins },
	{ "a topic is anything up to 255 bytes", topics },
	{ "a path is absolute and names a file, in up to 500 bytes", paths },
	{ NULL, NULL },
};
const struct suite item_check_suite = { "item_check", tests };
