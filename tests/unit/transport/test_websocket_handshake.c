/* Tests of src/transport/websocket_handshake. */
#include "suites.h"

#include "muster/limits.h"
#include "transport/websocket_handshake.h"

#include <stdio.h>
#include <string.h>

#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define UPGRADE "Host: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
#define REST UPGRADE "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n"

struct trial {
	char text[2048];
	struct http_head head;
	struct websocket_handshake handshake;
	struct attach_refusal why;
	int result;
};

/* Check a head made of a request line and header lines. */
static void check(struct trial *t, const char *line, const char *headers)
{
	int size = snprintf(t->text, sizeof(t->text), "%s\r\n%s\r\n", line, headers);

	REQUIRE(http_head_parse(&t->head, t->text, (size_t)size, MAX_REQUEST_HEAD) == size);
	t->result = websocket_handshake_check(&t->handshake, &t->head, &t->why);
}

static int result_of(const char *line, const char *headers)
{
	struct trial t;

	check(&t, line, headers);
	if (t.result < 0)
		CHECK_INT(t.why.status, -t.result);
	return t.result;
}

static void test_good(void)
{
	struct trial t;

	check(&t, "GET /ws HTTP/1.1", REST);
	CHECK_INT(t.result, 0);
	CHECK_BYTES(t.handshake.key, sizeof(t.handshake.key), KEY, strlen(KEY));
	CHECK(!t.handshake.has_protocol);
	CHECK_INT(result_of("GET /ws HTTP/1.1", "Host: h\r\nupgrade: WebSocket\r\nconnection: keep-alive, upgrade\r\n"
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\nContent-Length: 0\r\n"), 0);
}

static void test_method_and_version(void)
{
	CHECK_INT(result_of("POST /ws HTTP/1.1", REST), -405);
	CHECK_INT(result_of("GET /ws HTTP/1.0", REST), -400);
}

static void test_body(void)
{
	CHECK_INT(result_of("GET /ws HTTP/1.1", REST "Content-Length: 1\r\n"), -400);
	CHECK_INT(result_of("GET /ws HTTP/1.1", REST "Transfer-Encoding: chunked\r\n"), -400);
}

static void test_websocket_version(void)
{
	CHECK_INT(result_of("GET /ws HTTP/1.1", UPGRADE "Sec-WebSocket-Key: " KEY "\r\n"), -426);
	CHECK_INT(result_of("GET /ws HTTP/1.1", UPGRADE "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: " KEY "\r\n"), -426);
	CHECK_INT(result_of("GET /ws HTTP/1.1", REST "Sec-WebSocket-Version: 13\r\n"), -400);
	CHECK(strstr(websocket_handshake_header(426), "Sec-WebSocket-Version: 13\r\n") != NULL);
	CHECK_POINTER(websocket_handshake_header(400), NULL);
}

static void test_key(void)
{
	static const char *const bad[] = {"", "abc", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===",
		"dGhlIHNhbXBsZSBub25jZQAA", "dGhlIHNhbXBsZSBub25j-Q==", "dGhlIHNhbXBsZSBub25j Q=="};
	char headers[512];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(headers, sizeof(headers), UPGRADE "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n", bad[i]);
		CHECK_INT(result_of("GET /ws HTTP/1.1", headers), -400);
	}
	CHECK_INT(result_of("GET /ws HTTP/1.1", REST "Sec-WebSocket-Key: " KEY "\r\n"), -400);
	CHECK_INT(result_of("GET /ws HTTP/1.1", UPGRADE "Sec-WebSocket-Version: 13\r\n"), -400);
}

static bool takes_protocol(const char *headers)
{
	struct trial t;

	check(&t, "GET /ws HTTP/1.1", headers);
	CHECK_INT(t.result, 0);
	return t.handshake.has_protocol;
}

static void test_protocol(void)
{
	CHECK(takes_protocol(REST "Sec-WebSocket-Protocol: muster.v1\r\n"));
	CHECK(takes_protocol(REST "Sec-WebSocket-Protocol: chat , muster.v1 ,token.x\r\n"));
	CHECK(takes_protocol(REST "Sec-WebSocket-Protocol: chat\r\nsec-websocket-protocol: muster.v1\r\n"));
	CHECK(!takes_protocol(REST "Sec-WebSocket-Protocol: chat, muster.v10, Muster.v1\r\n"));
	CHECK(!takes_protocol(REST "Sec-WebSocket-Protocol:\r\n"));
	CHECK(!takes_protocol(REST "Sec-WebSocket-Protocol: ,,\r\n"));
}

static void test_token(void)
{
	struct attach *attach = attach_new();
	struct trial t;

	check(&t, "GET /ws HTTP/1.1", REST "Sec-WebSocket-Protocol: muster.v1, token.\r\n");
	websocket_handshake_token(attach, &t.head);
	CHECK_TEXT(attach->token, NULL);
	check(&t, "GET /ws HTTP/1.1", REST "Sec-WebSocket-Protocol: muster.v1, token.a.b-c.d_e\r\n");
	websocket_handshake_token(attach, &t.head);
	CHECK_TEXT(attach->token, "a.b-c.d_e");
	check(&t, "GET /ws HTTP/1.1", REST "Sec-WebSocket-Protocol: token.other\r\n");
	websocket_handshake_token(attach, &t.head);
	CHECK_TEXT(attach->token, "a.b-c.d_e");
	attach_free(attach);
}

static void test_plain(void)
{
	struct trial t, plain;
	char head[WEBSOCKET_HEAD_MAX];
	size_t size;

	check(&t, "GET /ws?a=b HTTP/1.1", REST "Cookie: c\r\nSec-WebSocket-Protocol: muster.v1, x\r\n"
		"Sec-WebSocket-Extensions: permessage-deflate\r\n");
	size = websocket_handshake_write(head, &t.handshake);
	REQUIRE(http_head_parse(&plain.head, head, size, MAX_REQUEST_HEAD) == (int)size);
	CHECK_INT(websocket_handshake_check(&plain.handshake, &plain.head, &plain.why), 0);
	CHECK_BYTES(plain.handshake.key, WEBSOCKET_KEY, KEY, WEBSOCKET_KEY);
	CHECK(plain.handshake.has_protocol);
	CHECK(http_span_is(http_head_value(&plain.head, "Sec-WebSocket-Protocol"), "muster.v1"));
	CHECK_INT(http_head_count(&plain.head, "Sec-WebSocket-Extensions"), 0);
	CHECK_INT(http_head_count(&plain.head, "Cookie"), 0);
}

static const struct test tests[] = {
	{"a good handshake is taken with its key", test_good},
	{"another method is 405, HTTP/1.0 is 400", test_method_and_version},
	{"a handshake with a body is 400", test_body},
	{"another WebSocket version, or none, is 426 and names the right one", test_websocket_version},
	{"a key that is not 16 bytes in base64, missing or given twice is 400", test_key},
	{"our subprotocol is found among others, exactly", test_protocol},
	{"a token comes from its subprotocol unless there is one already", test_token},
	{"the plain handshake says the same and nothing else", test_plain},
	{NULL, NULL},
};

const struct suite websocket_handshake_suite = {"websocket_handshake", tests};
