/* event_stream - events out of bytes, however they are cut. */
#include "suites.h"

#include "tools/event_stream.h"

#include <stdlib.h>
#include <string.h>

/* What came, one event a line: name|id|data. */
static void on_event(void *context, const struct event *event)
{
	struct buffer *said = context;

	CHECK_INT(strlen(event->data), event->size);
	buffer_printf(said, "%s|%s|%s\n", event->name, event->id, event->data);
}

/* Feed it in pieces of a size. */
static void check(const char *bytes, const char *expected, size_t piece)
{
	size_t size = strlen(bytes);
	struct event_stream s;
	struct buffer said;
	char *text;

	buffer_init(&said, 0);
	event_stream_init(&s, on_event, &said);
	for (size_t at = 0; at < size; at += piece)
		CHECK(event_stream_feed(&s, bytes + at, size - at < piece ? size - at : piece));
	event_stream_fini(&s);
	text = buffer_steal(&said, NULL);
	CHECK_TEXT(text, expected);
	free(text);
}

static void check_all(const char *bytes, const char *expected)
{
	for (size_t piece = 1; piece <= strlen(bytes); piece++)
		check(bytes, expected, piece);
}

static void test_events(void)
{
	check_all("event: welcome\nid: s.0\ndata: {\"a\":1}\n\nid: s.1\ndata: 2\n\n",
		"welcome|s.0|{\"a\":1}\nmessage|s.1|2\n");
}

static void test_comments(void)
{
	check_all(": ping\n\ndata: 1\n: ping\n\n:\n\n", "message||1\n");
}

static void test_line_ends(void)
{
	check_all("data: 1\r\n\r\ndata: 2\r\rdata: 3\n\n", "message||1\nmessage||2\nmessage||3\n");
}

static void test_lines(void)
{
	check_all("data: a\ndata:b\ndata\n\n", "message||a\nb\n\n");
}

static void test_unfinished(void)
{
	check_all("data: 1\n\ndata: 2\n", "message||1\n");
}

static void test_unknown(void)
{
	check_all("retry: 5\nhello\ndata: 1\n\nevent: x\n\ndata: 2\n\n", "message||1\nmessage||2\n");
}

static const struct test tests[] = {
	{"name, id and data of each event are found", test_events},
	{"comments are passed over", test_comments},
	{"lines end with LF, CR LF or CR", test_line_ends},
	{"several data lines are joined with line feeds", test_lines},
	{"an event without its empty line has not come yet", test_unfinished},
	{"unknown fields and events without data are passed over", test_unknown},
	{NULL, NULL},
};

const struct suite event_stream_suite = {"event_stream", tests};
