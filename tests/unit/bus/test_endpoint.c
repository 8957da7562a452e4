/* endpoint - prefixes, kinds, and how a bound address reads. */
#include "suites.h"

#include "bus/endpoint.h"

#include <errno.h>
#include <string.h>

static void test_bind_default(void)
{
	struct endpoint e;
	struct error err;

	REQUIRE_INT(endpoint_parse(&e, "tcp://127.0.0.1:5570", &err), 0);
	CHECK(!e.is_connect);
	CHECK_TEXT(e.address, "tcp://127.0.0.1:5570");
}

static void test_prefixes(void)
{
	struct endpoint e;
	struct error err;

	REQUIRE_INT(endpoint_parse(&e, "connect:ipc:///run/app.sock", &err), 0);
	CHECK(e.is_connect);
	CHECK_TEXT(e.address, "ipc:///run/app.sock");
	REQUIRE_INT(endpoint_parse(&e, "bind:tcp://*:0", &err), 0);
	CHECK(!e.is_connect);
	CHECK_TEXT(e.address, "tcp://*:0");
}

static void test_refused(void)
{
	static const char *const bad[] = {"", "5570", "127.0.0.1:5570", "udp://127.0.0.1:1",
		"inproc://x", "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://:1", "ipc://", "connect:",
		"connect:bind:tcp://127.0.0.1:1"};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct endpoint e;
		struct error err;

		CHECK_INT(endpoint_parse(&e, bad[i], &err), -EINVAL);
		CHECK(strstr(err.text, bad[i]) != NULL);
	}
}

static void test_simplify(void)
{
	char mapped[] = "tcp://[::ffff:127.0.0.1]:5570", six[] = "tcp://[::1]:5570";
	char hex[] = "tcp://[::ffff:7f00:1]:1.5", four[] = "tcp://127.0.0.1:5570";

	endpoint_simplify(mapped);
	CHECK_TEXT(mapped, "tcp://127.0.0.1:5570");
	endpoint_simplify(six);
	CHECK_TEXT(six, "tcp://[::1]:5570");
	endpoint_simplify(hex);
	CHECK_TEXT(hex, "tcp://[::ffff:7f00:1]:1.5");
	endpoint_simplify(four);
	CHECK_TEXT(four, "tcp://127.0.0.1:5570");
}

static void test_private(void)
{
	static const struct {
		const char *text;
		bool is_private;
	} rows[] = {{"ipc:///run/s", true}, {"bind:ipc://s", true}, {"ipc://@s", false}, {"tcp://127.0.0.1:1", false}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct endpoint e;

		REQUIRE_INT(endpoint_parse(&e, rows[i].text, NULL), 0);
		CHECK_INT(endpoint_is_private(&e), rows[i].is_private);
	}
}

static const struct test tests[] = {
	{"without a prefix an endpoint is bound", test_bind_default},
	{"bind: and connect: say what to do", test_prefixes},
	{"anything but tcp:// and ipc:// is refused by name", test_refused},
	{"only a path of the file system is private, an abstract name is not", test_private},
	{"a mapped IPv4 address reads as IPv4", test_simplify},
	{NULL, NULL},
};

const struct suite endpoint_suite = {"endpoint", tests};
