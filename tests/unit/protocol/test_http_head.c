/* Heads of requests: whole, in pieces, and everything two parsers could read
 * differently. */
#include "protocol/http_head.h"

#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct http_head head;

static int parse(const char *text)
{
	return http_head_parse(&head, text, strlen(text), 16384);
}

#define CHECK_SPAN(span, expected) CHECK_BYTES((span).text, (span).size, expected, strlen(expected))

static void takes_a_request_apart(void)
{
	const char *text = "POST /send?sid=S&x HTTP/1.1\r\nHost: a\r\nContent-Length:  12 \r\nX-Y:\r\n\r\n{\"body\":123}";

	CHECK_INT(parse(text), (int)(strchr(text, '{') - text));
	CHECK_SPAN(head.method, "POST");
	CHECK_SPAN(head.path, "/send");
	CHECK_SPAN(head.query, "sid=S&x");
	CHECK_INT(head.minor, 1);
	CHECK_INT(head.header_count, 3);
	CHECK(head.has_length);
	CHECK_INT(head.length, 12);
	CHECK(!head.is_chunked);
	CHECK(head.keeps_alive);
	CHECK_SPAN(http_head_value(&head, "host"), "a");
	CHECK(http_head_value(&head, "x-y").text != NULL);
	CHECK_INT(http_head_value(&head, "x-y").size, 0);
	CHECK_POINTER(http_head_value(&head, "x-z").text, NULL);
}

static void asks_for_more_until_it_is_whole(void)
{
	const char *text = "\r\nGET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n";
	size_t size = strlen(text);

	for (size_t i = 0; i < size; i++)
		CHECK_INT(http_head_parse(&head, text, i, 16384), 0);
	CHECK_INT(http_head_parse(&head, text, size, 16384), (int)size);
	CHECK_INT(head.size, size);
	CHECK_POINTER(head.query.text, NULL);
}

static void nothing_of_an_earlier_head_is_left(void)
{
	CHECK(parse("POST /?q HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n") > 0);
	CHECK(parse("GET / HTTP/1.0\r\n\r\n") > 0);
	CHECK(!head.has_length);
	CHECK_INT(head.length, 0);
	CHECK(!head.keeps_alive);
	CHECK_INT(head.header_count, 0);
	CHECK_POINTER(head.query.text, NULL);
}

static void an_empty_query_is_present(void)
{
	CHECK(parse("GET /? HTTP/1.0\r\n\r\n") > 0);
	CHECK(head.query.text != NULL);
	CHECK_INT(head.query.size, 0);
}

static void other_forms_of_target(void)
{
	CHECK(parse("GET http://a.b:8/p/q?r HTTP/1.1\r\nHost: A.b:8\r\n\r\n") > 0);
	CHECK_SPAN(head.path, "/p/q");
	CHECK_SPAN(head.query, "r");
	CHECK(parse("GET HTTPS://a HTTP/1.1\r\nHost: a\r\n\r\n") > 0);
	CHECK_SPAN(head.path, "/");
	CHECK(parse("GET http://a?q HTTP/1.1\r\nHost: a\r\n\r\n") > 0);
	CHECK_SPAN(head.path, "/");
	CHECK_SPAN(head.query, "q");
	CHECK(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n") > 0);
	CHECK_SPAN(head.path, "*");
	CHECK_INT(parse("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), -400);
	CHECK_INT(parse("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"), -400);
	CHECK_INT(parse("GET http:///p HTTP/1.1\r\nHost:\r\n\r\n"), -400);
	CHECK_INT(parse("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"), -400);
}

static void host_must_agree(void)
{
	CHECK_INT(parse("GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n"), -400);
	CHECK_INT(parse("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"), -400);
	CHECK_INT(parse("GET / HTTP/1.1\r\n\r\n"), -400);
	CHECK_INT(parse("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), -400);
	CHECK(parse("GET / HTTP/1.0\r\n\r\n") > 0);
}

static void malformed_heads_are_refused(void)
{
	static const char *const cases[] = {
		"GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\rHost: a\r\n\r\n", "\r\n\r\nGET / HTTP/1.0\r\n\r\n",
		"GET  / HTTP/1.1\r\n", "GET / HTTP/1.1 \r\n", " GET / HTTP/1.1\r\n", "GET /\r\n", "GET\r\n", "/ HTTP/1.1\r\n", "G@T / HTTP/1.1\r\n",
		"GET /a b HTTP/1.1\r\n", "GET /#f HTTP/1.1\r\n", "GET /\xc3\xa9 HTTP/1.1\r\n", "GET /\t HTTP/1.1\r\n", "GET / http/1.1\r\n",
		"GET / HTTP/1.x\r\n", "GET / HTTP/11\r\n", "GET / HTTP/1.10\r\n", "GET x HTTP/1.1\r\n", "GET  HTTP/1.1\r\n",
		"GET / HTTP/1.0\r\nA : b\r\n", "GET / HTTP/1.0\r\nA: b\r\n c\r\n", "GET / HTTP/1.0\r\n A: b\r\n", "GET / HTTP/1.0\r\nA\r\n",
		"GET / HTTP/1.0\r\n: b\r\n", "GET / HTTP/1.0\r\nA: b\x01\r\n", "GET / HTTP/1.0\r\nA: b\x7f\r\n", "GET / HTTP/1.0\r\nA: b\rc\r\n",
		"\x16\x03\x01\x02", "GET / HTTP/1.0\r\nA(b: c\r\n", "GET /\n", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ / HTTP/1.0\r\n",
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int status = parse(cases[i]);

		if (status != -400)
			CHECK_TEXT(cases[i], "refused");
	}
	CHECK_INT(http_head_parse(&head, "GET /\0 HTTP/1.0\r\n\r\n", 19, 16384), -400);
	CHECK_INT(http_head_parse(&head, "GET / HTTP/1.0\r\nA: \0\r\n\r\n", 24, 16384), -400);
}

static void versions_other_than_1_are_refused(void)
{
	CHECK_INT(parse("PRI * HTTP/2.0\r\n\r\n"), -505);
	CHECK_INT(parse("GET / HTTP/0.9\r\n\r\n"), -505);
	CHECK(parse("GET / HTTP/1.2\r\nHost: a\r\n\r\n") > 0);
}

static void lengths_have_one_reading(void)
{
	static const char *const cases[] = {
		"Content-Length: 1\r\nContent-Length: 1\r\n", "Content-Length: 1, 1\r\n", "Content-Length: +1\r\n", "Content-Length: -1\r\n",
		"Content-Length:\r\n", "Content-Length: 1x\r\n", "Content-Length: 0x1\r\n", "Content-Length: 99999999999999999999\r\n",
		"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
	};
	char text[256];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "POST / HTTP/1.1\r\nHost: a\r\n%s\r\n", cases[i]);
		CHECK_INT(parse(text), -400);
	}
	CHECK(parse("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n") > 0);
	CHECK(head.is_chunked);
	CHECK_INT(parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), -400);
}

static bool keeps_alive(const char *version, const char *headers)
{
	char text[256];

	snprintf(text, sizeof(text), "GET / HTTP/%s\r\nHost: a\r\n%s\r\n", version, headers);
	CHECK(parse(text) > 0);
	return head.keeps_alive;
}

static void connections_are_kept_by_version_and_header(void)
{
	CHECK(keeps_alive("1.1", ""));
	CHECK(!keeps_alive("1.0", ""));
	CHECK(!keeps_alive("1.1", "Connection: x, Close\r\n"));
	CHECK(!keeps_alive("1.1", "Connection: x\r\nconnection: close\r\n"));
	CHECK(keeps_alive("1.0", "Connection: Keep-Alive\r\n"));
	CHECK(!keeps_alive("1.0", "Connection: keep-alive, close\r\n"));
	CHECK(keeps_alive("1.1", "Connection: closed\r\n"));
}

static void sizes_are_bounded(void)
{
	const char *line = "GET /aaaaaaaaaa HTTP/1.0\r\n";
	char text[64];

	CHECK_INT(http_head_parse(&head, line, 10, 10), -414);
	CHECK_INT(http_head_parse(&head, line, strlen(line), strlen(line)), -431);
	snprintf(text, sizeof(text), "%s\r\nmore bytes", line);
	CHECK_INT(http_head_parse(&head, text, strlen(text), strlen(line) + 2), (int)strlen(line) + 2);
	CHECK_INT(http_head_parse(&head, text, strlen(text), strlen(line) + 1), -431);
}

static void headers_are_counted(void)
{
	char text[4096] = "GET / HTTP/1.0\r\n";

	for (int i = 0; i < HTTP_MAX_HEADERS; i++)
		strcat(text, "A: b\r\n");
	CHECK_INT(parse(text), 0);
	CHECK_INT(http_head_count(&head, "a"), HTTP_MAX_HEADERS);
	CHECK_POINTER(http_head_value(&head, "a").text, NULL);
	strcat(text, "A: b\r\n");
	CHECK_INT(parse(text), -431);
}

static void tokens_are_found_in_lists(void)
{
	CHECK(parse("GET / HTTP/1.0\r\nA: x,\ty ,,Z\r\nA: w\r\n\r\n") > 0);
	CHECK(http_head_has_token(&head, "a", "X"));
	CHECK(http_head_has_token(&head, "A", "y"));
	CHECK(http_head_has_token(&head, "A", "z"));
	CHECK(http_head_has_token(&head, "A", "w"));
	CHECK(!http_head_has_token(&head, "A", "xy"));
	CHECK(!http_head_has_token(&head, "B", "x"));
}

static void cookies_are_found(void)
{
	CHECK(parse("GET / HTTP/1.0\r\nCookie: xmuster=0; muster=1;muster=2; e=\r\nCookie: other=a=b\r\n\r\n") > 0);
	CHECK_SPAN(http_head_cookie(&head, "muster"), "1");
	CHECK_SPAN(http_head_cookie(&head, "other"), "a=b");
	CHECK(http_head_cookie(&head, "e").text != NULL);
	CHECK_POINTER(http_head_cookie(&head, "Muster").text, NULL);
	CHECK_POINTER(http_head_cookie(&head, "must").text, NULL);
}

static const struct test tests[] = {
	{"takes a request apart", takes_a_request_apart},
	{"asks for more until the head is whole", asks_for_more_until_it_is_whole},
	{"nothing of an earlier head is left", nothing_of_an_earlier_head_is_left},
	{"an empty query is present", an_empty_query_is_present},
	{"absolute and asterisk forms of a target", other_forms_of_target},
	{"there is one Host and it agrees with the target", host_must_agree},
	{"malformed heads are refused, before their end where it shows", malformed_heads_are_refused},
	{"versions other than 1.x are refused", versions_other_than_1_are_refused},
	{"a length has one reading", lengths_have_one_reading},
	{"connections are kept by version and header", connections_are_kept_by_version_and_header},
	{"sizes are bounded", sizes_are_bounded},
	{"headers are counted and bounded", headers_are_counted},
	{"tokens are found in lists", tokens_are_found_in_lists},
	{"cookies are found", cookies_are_found},
	{NULL, NULL},
};

const struct suite http_head_suite = {"http_head", tests};
