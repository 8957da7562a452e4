/* Appending, the limit, taking away. */
#include "base/buffer.h"

#include "suites.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void appends_in_order(void)
{
	struct buffer b;

	buffer_init(&b, 0);
	CHECK_POINTER(b.data, NULL);
	buffer_append(&b, NULL, 0);
	buffer_append(&b, "a\0b", 3);
	buffer_append_text(&b, "cd");
	buffer_append_char(&b, 'e');
	buffer_printf(&b, "%s-%d", "f", 7);
	CHECK_BYTES(b.data, b.size, "a\0bcdef-7", 9);
	buffer_fini(&b);
	CHECK_POINTER(b.data, NULL);
}

static void grows(void)
{
	struct buffer b;

	buffer_init(&b, 0);
	for (int i = 0; i < 10000; i++)
		buffer_append(&b, "0123456789", 10);
	CHECK_INT(b.size, 100000);
	CHECK_BYTES(b.data + 99990, 10, "0123456789", 10);
	buffer_fini(&b);
}

static void long_printf(void)
{
	struct buffer b;

	for (int width = 55; width < 75; width++) {
		buffer_init(&b, 0);
		buffer_append_char(&b, '<');
		buffer_printf(&b, "%*d", width, 5);
		buffer_append_char(&b, '>');
		REQUIRE_INT(b.size, width + 2);
		CHECK_BYTES(b.data + width - 1, 3, " 5>", 3);
		buffer_fini(&b);
	}
}

static void up_to_the_limit(void)
{
	struct buffer b;

	buffer_init(&b, 10);
	buffer_append(&b, "01234", 5);
	buffer_printf(&b, "%s", "56789");
	CHECK(!b.overflow);
	CHECK_BYTES(b.data, b.size, "0123456789", 10);
	buffer_append_char(&b, 'x');
	CHECK(b.overflow);
	CHECK_INT(b.size, 10);
	buffer_fini(&b);
}

static void latched(void)
{
	struct buffer b;

	buffer_init(&b, 4);
	buffer_append_text(&b, "ab");
	buffer_append_text(&b, "cde");
	buffer_append_text(&b, "f");
	buffer_printf(&b, "%d", 1);
	buffer_reserve(&b, 1);
	CHECK(b.overflow);
	CHECK_BYTES(b.data, b.size, "ab", 2);
	buffer_clear(&b);
	CHECK(!b.overflow);
	buffer_append_text(&b, "wxyz");
	CHECK_BYTES(b.data, b.size, "wxyz", 4);
	buffer_fini(&b);
}

static void absurd_size(void)
{
	struct buffer b;

	buffer_init(&b, 0);
	buffer_append_char(&b, 'a');
	buffer_reserve(&b, SIZE_MAX);
	CHECK(b.overflow);
	buffer_fini(&b);
}

static void reserved_room(void)
{
	struct buffer b;

	buffer_init(&b, 1000);
	buffer_reserve(&b, 1000);
	REQUIRE(b.data && b.capacity >= 1000);
	memset(b.data, 'r', 1000);
	b.size = 1000;
	buffer_append_char(&b, 'x');
	CHECK(b.overflow);
	buffer_fini(&b);
}

static void consumes(void)
{
	struct buffer b;

	buffer_init(&b, 6);
	buffer_consume(&b, 0);
	buffer_append_text(&b, "abcdef");
	buffer_consume(&b, 4);
	buffer_append_text(&b, "ghij");
	CHECK_BYTES(b.data, b.size, "efghij", 6);
	buffer_consume(&b, 6);
	CHECK_INT(b.size, 0);
	buffer_fini(&b);
}

static void steals(void)
{
	struct buffer b;
	size_t size = 99;
	char *text;

	buffer_init(&b, 3);
	text = buffer_steal(&b, &size);
	CHECK_TEXT(text, "");
	CHECK_INT(size, 0);
	free(text);
	buffer_append_text(&b, "abc");
	text = buffer_steal(&b, &size);
	CHECK_TEXT(text, "abc");
	CHECK_INT(size, 3);
	CHECK_INT(b.size, 0);
	CHECK_POINTER(b.data, NULL);
	free(text);
}

static void steals_nothing(void)
{
	struct buffer b;

	buffer_init(&b, 3);
	buffer_append_text(&b, "abcd");
	CHECK_POINTER(buffer_steal(&b, NULL), NULL);
	CHECK(!b.overflow);
	CHECK_INT(b.limit, 3);
	buffer_fini(&b);
}

static const struct test tests[] = {
	{"what is appended stands in order", appends_in_order},
	{"without a limit it grows", grows},
	{"printf grows to fit, whatever the room", long_printf},
	{"exactly the limit fits", up_to_the_limit},
	{"after an overflow nothing is appended until it is cleared", latched},
	{"a size that cannot be is an overflow", absurd_size},
	{"reserved room can be written to", reserved_room},
	{"what is consumed leaves room under the limit", consumes},
	{"stolen bytes end in a NUL and leave the buffer empty", steals},
	{"after an overflow there is nothing to steal", steals_nothing},
	{NULL, NULL},
};
const struct suite buffer_suite = {"buffer", tests};
