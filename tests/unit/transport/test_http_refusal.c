/* Tests of src/transport/http_refusal. */
#include "suites.h"

#include "muster/codes.h"
#include "transport/http_refusal.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void check_body(const struct attach_refusal *why, const char *expected)
{
	struct buffer out;

	buffer_init(&out, 0);
	http_refusal_body(&out, why);
	CHECK_BYTES(out.data, out.size, expected, strlen(expected));
	buffer_fini(&out);
}

static void test_codes(void)
{
	CHECK_INT(http_refusal_code(400), CODE_INVALID);
	CHECK_INT(http_refusal_code(401), CODE_NOT_LOGGED_IN);
	CHECK_INT(http_refusal_code(403), CODE_NOT_AUTHORISED);
	CHECK_INT(http_refusal_code(410), CODE_EXPIRED);
	CHECK_INT(http_refusal_code(426), CODE_INVALID);
	CHECK_INT(http_refusal_code(429), CODE_TOO_MANY);
	CHECK_INT(http_refusal_code(431), CODE_TOO_LARGE);
	CHECK_INT(http_refusal_code(503), CODE_OVER_LIMIT);
}

static void test_body(void)
{
	check_body(&(struct attach_refusal){.status = 401, .sentence = "who \"are\" you"},
		"{\"code\":1000,\"error\":\"who \\\"are\\\" you\"}");
	check_body(&(struct attach_refusal){.status = 403, .code = CODE_OVER_LIMIT, .sentence = "x"},
		"{\"code\":1013,\"error\":\"x\"}");
	check_body(&(struct attach_refusal){.status = 429}, "{\"code\":1011,\"error\":\"Too Many Requests\"}");
}

static void test_ended_session(void)
{
	check_body(&(struct attach_refusal){.status = 410, .sentence = "x", .close = CLOSE_KICKED},
		"{\"code\":1014,\"error\":\"x\",\"close\":4001,\"reconnect\":false}");
	check_body(&(struct attach_refusal){.status = 410, .sentence = "x", .reconnect = true},
		"{\"code\":1014,\"error\":\"x\",\"close\":4006,\"reconnect\":true}");
}

static void test_whole_answer(void)
{
	static const char expected[] = "HTTP/1.1 429 Too Many Requests\r\nX: y\r\nRetry-After: 7\r\n"
		"Content-Type: application/json\r\nContent-Length: 25\r\nCache-Control: no-store\r\n"
		"Connection: close\r\n\r\n{\"code\":1011,\"error\":\"x\"}";
	struct attach_refusal why = {.status = 429, .sentence = "x", .retry_after = 7};
	struct counters counters = {0};
	char answer[1024];
	int pair[2];
	size_t size = 0;
	ssize_t n;

	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	REQUIRE(write(pair[1], "GET / HTTP/1.1\r\n\r\nmore", 22) == 22);
	http_refuse(pair[0], &why, "X: y\r\n", &counters);
	CHECK_INT(counter_get(&counters, COUNTER_HTTP_429), 1);
	while ((n = read(pair[1], answer + size, sizeof(answer) - size)) > 0)
		size += (size_t)n;
	CHECK_INT(n, 0); /* an end, not a reset */
	CHECK_BYTES(answer, size, expected, sizeof(expected) - 1);
	close(pair[1]);
}

static const struct test tests[] = {
	{"a status has its reply code", test_codes},
	{"a refusal says code and sentence, the code by its status unless given", test_body},
	{"an ended session also says how it ended and whether to come again", test_ended_session},
	{"a refused connection is counted and gets the whole answer and an orderly end though it said more", test_whole_answer},
	{NULL, NULL},
};

const struct suite http_refusal_suite = {"http_refusal", tests};
