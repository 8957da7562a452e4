/* Events of an event stream and the ids they carry. */
#include "protocol/sse.h"

#include "protocol/push.h"
#include "suites.h"

#include <string.h>

static const char sid_text[] = "AAAAAAAAAAAAAAAAAAAAAA";

static void check_written(struct frame *f, uint64_t n, bool has_id, const char *expected)
{
	struct buffer b;

	buffer_init(&b, 0);
	sse_write(&b, f, sid_text, n, has_id);
	CHECK_BYTES(b.data, b.size, expected, strlen(expected));
	buffer_fini(&b);
	frame_unref(f);
}

static void a_numbered_frame_has_its_id(void)
{
	check_written(push_gap(1, NULL, NULL), 42, false,
		"id: AAAAAAAAAAAAAAAAAAAAAA.42\ndata: {\"push\":\"gap\",\"lost\":1}\n\n");
}

static void others_are_named_events(void)
{
	check_written(push_drain(5), 42, false, "event: drain\ndata: {\"push\":\"drain\",\"reconnect_in\":5}\n\n");
	check_written(push_drain(5), 0, true,
		"event: drain\nid: AAAAAAAAAAAAAAAAAAAAAA.0\ndata: {\"push\":\"drain\",\"reconnect_in\":5}\n\n");
	check_written(frame_new("{}", 2), 0, false, "data: {}\n\n");
}

static int parse(const char *text, uint64_t *n)
{
	struct session_sid sid;

	return sse_parse_id(&sid, n, text, strlen(text));
}

static void an_id_comes_back(void)
{
	uint64_t n;

	CHECK_INT(parse("AAAAAAAAAAAAAAAAAAAAAA.0", &n), 0);
	CHECK_INT(n, 0);
	CHECK_INT(parse("AAAAAAAAAAAAAAAAAAAAAA.18446744073709551615", &n), 0);
	CHECK(n == UINT64_MAX);
}

static void anything_else_is_refused(void)
{
	static const char *const cases[] = {
		"", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAA.", "AAAAAAAAAAAAAAAAAAAAAA:1", "AAAAAAAAAAAAAAAAAAAAAA.01",
		"AAAAAAAAAAAAAAAAAAAAAA.-1", "AAAAAAAAAAAAAAAAAAAAAA.1 ", "AAAAAAAAAAAAAAAAAAAAAA.1x", "AAAAAAAAAAAAAAAAAAAAAB.1",
		"AAAAAAAAAAAAAAAAAAAAAA.18446744073709551616", "AAAAAAAAAAAAAAAAAAAAAAA.1", " AAAAAAAAAAAAAAAAAAAAAA.1", ".1",
	};
	uint64_t n = 7;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK(parse(cases[i], &n) < 0);
	CHECK_INT(n, 7);
}

static const struct test tests[] = {
	{"a numbered frame has its id", a_numbered_frame_has_its_id},
	{"others are named events, with an id when asked for", others_are_named_events},
	{"an id that was sent is understood", an_id_comes_back},
	{"anything else is refused", anything_else_is_refused},
	{NULL, NULL},
};

const struct suite sse_suite = {"sse", tests};
