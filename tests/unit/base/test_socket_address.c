/* Addresses as text, there and back. */
#include "base/socket_address.h"

#include "suites.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

static void round_trip(void)
{
	static const char *const cases[][2] = {
		{ "127.0.0.1:8080", "127.0.0.1:8080" },
		{ "0.0.0.0:0", "0.0.0.0:0" },
		{ "*:8080", "0.0.0.0:8080" },
		{ "255.255.255.255:65535", "255.255.255.255:65535" },
		{ "127.0.0.1:00080", "127.0.0.1:80" },
		{ "[::1]:8080", "[::1]:8080" },
		{ "[::]:0", "[::]:0" },
		{ "[2001:DB8:0:0:0:0:0:1]:443", "[2001:db8::1]:443" },
		{ "[::ffff:127.0.0.1]:1", "[::ffff:127.0.0.1]:1" },
		{ "unix:/run/muster/public.sock", "unix:/run/muster/public.sock" },
		{ "unix:/a:1", "unix:/a:1" },
	};
	char out[SOCKET_ADDRESS_TEXT];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct socket_address a;

		CHECK_INT(socket_address_parse(&a, cases[i][0]), 0);
		CHECK_TEXT(socket_address_format(&a, out), cases[i][1]);
	}
}

static void refused(void)
{
	static const char *const cases[] = { "", ":", ":80", "80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
		"127.0.0.1:100000", "127.0.0.1:8 ", "127.0.0.1:+8", "127.0.0.1:0x8", " 127.0.0.1:8", "127.0.0:8",
		"127.0.0.256:8", "localhost:8", "**:8", "::1:8", "[::1]", "[::1]8", "[::1", "[]:8", "[*]:8",
		"[127.0.0.1]:8", "[::1]]:8", "[::g]:8", "unix:", "unix:x", "unix:@x", "/run/x",
		"[1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111]:8" };

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct socket_address a = { .size = 7 };

		if (socket_address_parse(&a, cases[i]) != -EINVAL)
			CHECK_TEXT(cases[i], "not refused");
		CHECK_INT(a.size, 7);
	}
}

static void fields(void)
{
	struct socket_address a;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	CHECK_INT(socket_address_parse(&a, "10.1.2.3:258"), 0);
	memcpy(&in, &a.storage, sizeof in);
	CHECK_INT(a.size, sizeof in);
	CHECK_INT(in.sin_family, AF_INET);
	CHECK_INT(ntohs(in.sin_port), 258);
	CHECK_INT(ntohl(in.sin_addr.s_addr), 0x0a010203);
	CHECK_INT(socket_address_parse(&a, "[::2]:259"), 0);
	memcpy(&in6, &a.storage, sizeof in6);
	CHECK_INT(a.size, sizeof in6);
	CHECK_INT(in6.sin6_family, AF_INET6);
	CHECK_INT(ntohs(in6.sin6_port), 259);
	CHECK_INT(in6.sin6_addr.s6_addr[15], 2);
}

static void paths(void)
{
	struct sockaddr_un un;
	char text[5 + sizeof un.sun_path + 1] = "unix:/", out[SOCKET_ADDRESS_TEXT];
	struct socket_address a;

	memset(text + 6, 'a', sizeof un.sun_path - 2); /* 107 bytes of path */
	CHECK_INT(socket_address_parse(&a, text), 0);
	CHECK_INT(a.size, sizeof un);
	CHECK_TEXT(socket_address_format(&a, out), text);
	text[5 + sizeof un.sun_path - 1] = 'a';
	CHECK_INT(socket_address_parse(&a, text), -ENAMETOOLONG);
}

static void nameless(void)
{
	char out[SOCKET_ADDRESS_TEXT];
	struct socket_address a = { .size = sizeof(sa_family_t) };

	a.storage.ss_family = AF_UNIX;
	CHECK_TEXT(socket_address_format(&a, out), "unix:");
	a.storage.ss_family = AF_UNSPEC;
	CHECK_TEXT(socket_address_format(&a, out), "unknown");
	CHECK(!socket_address_is_loopback(&a));
}

static bool is_loopback(const char *text)
{
	struct socket_address a;

	REQUIRE_INT(socket_address_parse(&a, text), 0);
	return socket_address_is_loopback(&a);
}

static void loopback(void)
{
	CHECK(is_loopback("127.0.0.1:1"));
	CHECK(is_loopback("127.255.255.255:1"));
	CHECK(is_loopback("[::1]:1"));
	CHECK(is_loopback("[::ffff:127.0.0.1]:1"));
	CHECK(is_loopback("unix:/x"));
	CHECK(!is_loopback("*:1"));
	CHECK(!is_loopback("126.255.255.255:1"));
	CHECK(!is_loopback("128.0.0.1:1"));
	CHECK(!is_loopback("1.0.0.127:1"));
	CHECK(!is_loopback("[::]:1"));
	CHECK(!is_loopback("[::2]:1"));
	CHECK(!is_loopback("[::ffff:10.0.0.1]:1"));
	CHECK(!is_loopback("[fe80::1]:1"));
}

static const struct test tests[] = {
	{ "an address reads back as it was formatted", round_trip },
	{ "what is no address is refused and changes nothing", refused },
	{ "an address is what the socket calls take", fields },
	{ "a path has at most 107 bytes", paths },
	{ "a socket without a name, or of another family, is formatted", nameless },
	{ "only this host is at the other end of loopback and unix", loopback },
	{ NULL, NULL },
};
const struct suite socket_address_suite = { "socket_address", tests };
