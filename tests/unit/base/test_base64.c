/* The vectors of RFC 4648, and all the texts that are not canonical. */
#include "base/base64.h"

#include "base/random.h"
#include "suites.h"

#include <string.h>

static void vectors(void)
{
	static const struct {
		const char *plain, *padded, *url;
	} cases[] = {
		{"", "", ""}, {"f", "Zg==", "Zg"}, {"fo", "Zm8=", "Zm8"}, {"foo", "Zm9v", "Zm9v"},
		{"foob", "Zm9vYg==", "Zm9vYg"}, {"fooba", "Zm9vYmE=", "Zm9vYmE"},
		{"foobar", "Zm9vYmFy", "Zm9vYmFy"}, {"\xfb\xff\xbf", "+/+/", "-_-_"},
	};
	char out[16];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t size = strlen(cases[i].plain);

		base64_encode(out, cases[i].plain, size);
		CHECK_TEXT(out, cases[i].padded);
		CHECK_INT(base64_size(size), strlen(cases[i].padded));
		base64url_encode(out, cases[i].plain, size);
		CHECK_TEXT(out, cases[i].url);
		CHECK_INT(base64url_size(size), strlen(cases[i].url));
	}
}

static void there_and_back(void)
{
	unsigned char data[100], back[100];
	char text[200];

	random_bytes(data, sizeof data);
	for (size_t size = 0; size <= sizeof data; size++) {
		base64url_encode(text, data, size);
		CHECK_INT(base64url_decode(back, size, text, strlen(text)), 0);
		CHECK_BYTES(back, size, data, size);
	}
}

static void refused(void)
{
	static const struct {
		const char *text;
		size_t out_size;
	} cases[] = {
		{"Zm9v", 2}, {"Zm9v", 4}, {"Zg==", 1}, {"Zm8=", 2}, {"Zh", 1}, {"Zm9", 2}, {"Z", 1},
		{"Z", 0}, {"+/+/", 3}, {"Zm 9", 3}, {"Zm9\n", 3}, {"Zm9\xc3", 3}, {"Zm9.", 3}, {"", 1},
	};
	char out[8] = "untouch";

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_INT(base64url_decode(out, cases[i].out_size, cases[i].text,
			strlen(cases[i].text)), -1);
	CHECK_INT(base64url_decode(out, 3, "Zm\0v", 4), -1);
	CHECK_TEXT(out, "untouch");
}

static void valid(void)
{
	static const char *const good[] = {"", "Zg==", "Zm8=", "Zm9v", "+/+/", "Zh==", "Zm9vYmFy"};
	static const char *const bad[] = {"Z", "Zg", "Zg=", "Zm9", "Z===", "====", "-_-_", "Zm9v\n", "Zm 9", "Zg==Zm9v",
		"Zm=v", "=m9v", "not base64!!", "Zm9\xc3"};

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		CHECK(base64_is_valid(good[i], strlen(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(!base64_is_valid(bad[i], strlen(bad[i])));
	CHECK(!base64_is_valid("Zm\0v", 4));
}

static const struct test tests[] = {
	{"the vectors of RFC 4648 come out", vectors},
	{"what was encoded decodes to itself", there_and_back},
	{"anything but the canonical text is refused and writes nothing", refused},
	{"base64 is four by four of its alphabet, padded at the end alone", valid},
	{NULL, NULL},
};
const struct suite base64_suite = {"base64", tests};
