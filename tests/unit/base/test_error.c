/* Sentences that fit, sentences that do not. */
#include "base/error.h"

#include "base/utf8.h"
#include "suites.h"

#include <errno.h>
#include <string.h>

static void returns_the_code(void)
{
	struct error err;

	CHECK_INT(error_set(&err, -EINVAL, "port %d is not a port, use 1 to %u", -1, 65535u), -EINVAL);
	CHECK_TEXT(err.text, "port -1 is not a port, use 1 to 65535");
}

static void nobody_reads(void)
{
	CHECK_INT(error_set(NULL, -ENOENT, "no %s", "file"), -ENOENT);
}

static void keeps_errno(void)
{
	struct error err;

	errno = EAGAIN;
	error_set(&err, -1, "%5000d", 1);
	CHECK_INT(errno, EAGAIN);
}

static void around_itself(void)
{
	struct error err;

	error_set(&err, -1, "inner");
	error_set(&err, -1, "outer: %s", err.text);
	CHECK_TEXT(err.text, "outer: inner");
}

static void cut_anywhere(void)
{
	static const char *const characters[] = {"x", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
	char text[1024];
	struct error err;

	for (unsigned i = 0; i < 4; i++)
		for (unsigned shift = 0; shift < 4; shift++) {
			size_t size = strlen(characters[i]), at = shift;

			memset(text, 'a', shift);
			for (; at + size < sizeof text; at += size)
				memcpy(text + at, characters[i], size);
			text[at] = '\0';
			error_set(&err, -1, "%s", text);
			CHECK(utf8_is_valid(err.text, strlen(err.text)));
			CHECK(strlen(err.text) > sizeof err.text - 1 - size);
			CHECK(strncmp(err.text, text, strlen(err.text)) == 0);
		}
}

static void cut_garbage(void)
{
	char text[1024];
	struct error err;

	memset(text, 0x80, sizeof text);
	text[sizeof text - 1] = '\0';
	error_set(&err, -1, "%s", text);
	CHECK(strlen(err.text) < sizeof err.text);
}

static const struct test tests[] = {
	{"the code comes back, the sentence is written", returns_the_code},
	{"without a reader only the code comes back", nobody_reads},
	{"errno survives", keeps_errno},
	{"a sentence can be put around itself", around_itself},
	{"a cut leaves whole characters, as many as fit", cut_anywhere},
	{"a cut in stray continuation bytes stays in bounds", cut_garbage},
	{NULL, NULL},
};
const struct suite error_suite = {"error", tests};
