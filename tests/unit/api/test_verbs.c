/* Verbs over HTTP: real connections, a hub that answers as told. */
#include "suites.h"

#include "fake_hub.h"

#include "api/api.h"
#include "base/clock.h"
#include "base/socket_address.h"
#include "muster/limits.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_SIZE = 8192 };

struct rig {
	struct settings settings;
	struct counters counters;
	struct hub *hub;
	struct api *api;
	char folder[32];
	char unix_address[SOCKET_ADDRESS_TEXT];
	char tcp_address[SOCKET_ADDRESS_TEXT];
	char answer[ANSWER_SIZE];
	const char *body;
};

static void rig_init(struct rig *r)
{
	char *items[] = {r->unix_address, r->tcp_address}, text[2 * SOCKET_ADDRESS_TEXT], *comma;
	struct error err = {""};

	memset(r, 0, sizeof *r);
	strcpy(r->folder, "/tmp/muster-api-XXXXXX");
	REQUIRE(mkdtemp(r->folder) != NULL);
	snprintf(r->unix_address, sizeof r->unix_address, "unix:%s/s", r->folder);
	strcpy(r->tcp_address, "127.0.0.1:0");
	r->settings.api.listen.items = items;
	r->settings.api.listen.count = 2;
	r->hub = fake_hub_new();
	r->api = api_new(&r->settings, &r->counters, r->hub, &err);
	CHECK_TEXT(err.text, "");
	REQUIRE(r->api != NULL);
	api_describe(r->api, text, sizeof text);
	comma = strchr(text, ',');
	REQUIRE(comma != NULL);
	snprintf(r->tcp_address, sizeof r->tcp_address, "%.*s", (int)sizeof r->tcp_address - 1, comma + 1);
}

static void rig_fini(struct rig *r)
{
	api_free(r->api);
	fake_hub_free(r->hub);
	CHECK_INT(rmdir(r->folder), 0);
}

static int dial(const char *text)
{
	struct socket_address address;
	int fd;

	REQUIRE_INT(socket_address_parse(&address, text), 0);
	fd = socket(address.storage.ss_family, SOCK_STREAM, 0);
	REQUIRE_INT(connect(fd, (const struct sockaddr *)&address.storage, address.size), 0);
	return fd;
}

static void write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		data += sent;
		size -= (size_t)sent;
	}
}

static int read_answer(struct rig *r, int fd)
{
	size_t used = 0;
	ssize_t got;
	int status = 0;

	while ((got = read(fd, r->answer + used, sizeof r->answer - 1 - used)) > 0)
		used += (size_t)got;
	r->answer[used] = '\0';
	close(fd);
	sscanf(r->answer, "HTTP/1.1 %d", &status);
	r->body = strstr(r->answer, "\r\n\r\n");
	r->body = r->body ? r->body + 4 : "";
	return status;
}

static int send_request(const char *address, const char *method, const char *path, const char *body,
	size_t size)
{
	char head[512];
	int fd = dial(address), length = snprintf(head, sizeof head,
		"%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n", method, path, size);

	write_all(fd, head, (size_t)length);
	write_all(fd, body, size);
	return fd;
}

static int ask_at(struct rig *r, const char *address, const char *method, const char *path, const char *body)
{
	return read_answer(r, send_request(address, method, path, body, strlen(body)));
}

static int ask(struct rig *r, const char *method, const char *path, const char *body)
{
	return ask_at(r, r->unix_address, method, path, body);
}

static void test_post(void)
{
	struct rig r;

	rig_init(&r);
	fake_hub_answer_with(r.hub, "{\"code\":200,\"msg\":\"Ok\",\"data\":{\"id\":\"x\"}}");
	CHECK_INT(ask(&r, "POST", "/api/v1/publish", "{\"to\":\"all\",\"data\":1}"), 200);
	CHECK_TEXT(r.body, "{\"code\":200,\"msg\":\"Ok\",\"data\":{\"id\":\"x\"}}");
	CHECK(strstr(r.answer, "Content-Type: application/json\r\n") != NULL);
	CHECK(strstr(r.answer, "Cache-Control: no-store\r\n") != NULL);
	CHECK_TEXT(fake_hub_last(r.hub), "publish 7 {\"to\":\"all\",\"data\":1}");
	CHECK_INT(ask(&r, "POST", "/api/v1/count", ""), 200);
	CHECK_TEXT(fake_hub_last(r.hub), "count 7 ");
	rig_fini(&r);
}

static void test_get(void)
{
	struct rig r;

	rig_init(&r);
	fake_hub_answer_with(r.hub, "{\"code\":200}");
	CHECK_INT(ask(&r, "GET", "/api/v1/online?users=ann&users=b%20c%26%22", ""), 200);
	CHECK_TEXT(fake_hub_last(r.hub), "online 7 {\"users\":[\"ann\",\"b c&\\\"\"]}");
	CHECK_INT(ask(&r, "GET", "/api/v1/history?channel=news&limit=10&last=5", ""), 200);
	CHECK_TEXT(fake_hub_last(r.hub), "history 7 {\"channel\":\"news\",\"limit\":10,\"since\":{\"last\":5}}");
	CHECK_INT(ask(&r, "GET", "/api/v1/count", ""), 200);
	CHECK_TEXT(fake_hub_last(r.hub), "count 7 {}");
	rig_fini(&r);
}

static void test_methods(void)
{
	struct rig r;

	rig_init(&r);
	fake_hub_answer_with(r.hub, "{\"code\":200}");
	CHECK_INT(ask(&r, "GET", "/api/v1/publish?to=all&data=1", ""), 405);
	CHECK(strstr(r.body, "{\"code\":1010,") == r.body);
	CHECK_INT(ask(&r, "PUT", "/api/v1/count", "{}"), 405);
	CHECK_INT(ask(&r, "GET", "/api/v1/count?a%00b=1", ""), 400);
	CHECK_INT(ask(&r, "GET", "/api/v1/count?app=1&app=2", ""), 400);
	CHECK(strstr(r.body, "{\"code\":1001,") == r.body);
	CHECK_INT(ask(&r, "POST", "/api/v1/", "{}"), 404);
	CHECK_INT(ask(&r, "POST", "/api/v1/no/such", "{}"), 404);
	CHECK_INT(ask(&r, "POST", "/api/v1/Count", "{}"), 404);
	CHECK_INT(fake_hub_wait(r.hub, 0), 0);
	rig_fini(&r);
}

static void test_statuses(void)
{
	static const struct {
		int code;
		int status;
	} rows[] = {{200, 200}, {1001, 400}, {1002, 400}, {1003, 403}, {1004, 503}, {1005, 404}, {1008, 503},
		{1010, 404}, {1011, 429}, {1012, 413}, {1009, 500}};
	char json[64];
	struct rig r;

	rig_init(&r);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(json, sizeof json, "{\"code\":%d,\"msg\":\"m\"}", rows[i].code);
		fake_hub_answer_with(r.hub, json);
		CHECK_INT(ask(&r, "POST", "/api/v1/v", "{}"), rows[i].status);
		CHECK_TEXT(r.body, json);
	}
	rig_fini(&r);
}

static void test_tcp(void)
{
	struct rig r;

	rig_init(&r);
	fake_hub_answer_with(r.hub, "{\"code\":200}");
	CHECK_INT(ask_at(&r, r.tcp_address, "POST", "/api/v1/publish", "{\"to\":\"all\",\"data\":1}"), 401);
	CHECK(strstr(r.body, "{\"code\":1000,\"msg\":\"no key is configured") == r.body);
	CHECK(strstr(r.answer, "WWW-Authenticate: Bearer\r\n") != NULL);
	CHECK_INT(ask_at(&r, r.tcp_address, "GET", "/api/v1/count", ""), 401);
	CHECK_INT(ask_at(&r, r.tcp_address, "GET", "/healthz", ""), 200);
	CHECK_INT(ask_at(&r, r.tcp_address, "GET", "/metrics", ""), 200);
	CHECK_INT(ask_at(&r, r.tcp_address, "GET", "/readyz", ""), 503);
	CHECK_INT(fake_hub_wait(r.hub, 0), 0);
	rig_fini(&r);
}

static void test_size(void)
{
	size_t size = MAX_VERB_ARGS + 1;
	char *body = malloc(size);
	struct rig r;

	memset(body, ' ', size);
	rig_init(&r);
	fake_hub_answer_with(r.hub, "{\"code\":200}");
	CHECK_INT(read_answer(&r, send_request(r.unix_address, "POST", "/api/v1/v", body, size - 1)), 200);
	CHECK_INT(read_answer(&r, send_request(r.unix_address, "POST", "/api/v1/v", body, size)), 413);
	CHECK(strstr(r.body, "{\"code\":1012,") == r.body);
	CHECK_INT(fake_hub_wait(r.hub, 1), 1);
	rig_fini(&r);
	free(body);
}

/* No length is announced: it shows on the way. */
static void test_chunks(void)
{
	static const char head[] = "POST /api/v1/v HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
		"Transfer-Encoding: chunked\r\n\r\n";
	char *chunk = malloc(65536);
	struct rig r;
	int fd;

	memset(chunk, ' ', 65536);
	rig_init(&r);
	fd = dial(r.unix_address);
	write_all(fd, head, sizeof head - 1);
	for (int i = 0; i < 17; i++) {
		write_all(fd, "10000\r\n", 7);
		write_all(fd, chunk, 65536);
		write_all(fd, "\r\n", 2);
	}
	write_all(fd, "0\r\n\r\n", 5);
	CHECK_INT(read_answer(&r, fd), 413);
	CHECK_INT(fake_hub_wait(r.hub, 0), 0);
	rig_fini(&r);
	free(chunk);
}

static void test_others_go_on(void)
{
	int waiting[20];
	struct rig r;

	rig_init(&r);
	for (int i = 0; i < 20; i++)
		waiting[i] = send_request(r.unix_address, "POST", "/api/v1/slow", "{}", 2);
	CHECK_INT(fake_hub_wait(r.hub, 20), 20);
	CHECK_INT(ask(&r, "GET", "/healthz", ""), 200);
	fake_hub_answer_with(r.hub, "{\"code\":200}");
	CHECK_INT(ask(&r, "POST", "/api/v1/fast", "{}"), 200);
	fake_hub_release(r.hub, "{\"code\":1005}");
	for (int i = 0; i < 20; i++)
		CHECK_INT(read_answer(&r, waiting[i]), 404);
	rig_fini(&r);
}

static void test_left(void)
{
	struct rig r;
	int fd;

	rig_init(&r);
	fd = send_request(r.unix_address, "POST", "/api/v1/slow", "{}", 2);
	CHECK_INT(fake_hub_wait(r.hub, 1), 1);
	close(fd);
	fake_hub_release(r.hub, "{\"code\":200}");
	fake_hub_answer_with(r.hub, "{\"code\":200}");
	CHECK_INT(ask(&r, "POST", "/api/v1/next", "{}"), 200);
	rig_fini(&r);
}

/* Two requests one after the other on one connection. */
static void test_kept_alive(void)
{
	static const char text[] = "POST /api/v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
		"POST /api/v1/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
	struct rig r;
	int fd;

	rig_init(&r);
	fake_hub_answer_with(r.hub, "{\"code\":200}");
	fd = dial(r.unix_address);
	write_all(fd, text, sizeof text - 1);
	CHECK_INT(read_answer(&r, fd), 200);
	CHECK(strstr(r.body, "HTTP/1.1 200 ") != NULL);
	CHECK_INT(fake_hub_wait(r.hub, 2), 2);
	rig_fini(&r);
}

static void *end_api(void *api)
{
	api_free(api);
	return NULL;
}

static void test_end(void)
{
	uint64_t began = clock_monotonic();
	pthread_t thread;
	struct rig r;
	int fd;

	rig_init(&r);
	fd = send_request(r.unix_address, "POST", "/api/v1/slow", "{}", 2);
	CHECK_INT(fake_hub_wait(r.hub, 1), 1);
	pthread_create(&thread, NULL, end_api, r.api);
	CHECK_INT(read_answer(&r, fd), 503);
	CHECK(strstr(r.body, "{\"code\":1004,") == r.body);
	pthread_join(thread, NULL);
	CHECK(clock_monotonic() - began < 10000);
	r.api = NULL;
	rig_fini(&r);
}

static void test_answer_at_the_end(void)
{
	pthread_t thread;
	struct rig r;
	int fd;

	rig_init(&r);
	fd = send_request(r.unix_address, "POST", "/api/v1/slow", "{}", 2);
	CHECK_INT(fake_hub_wait(r.hub, 1), 1);
	pthread_create(&thread, NULL, end_api, r.api);
	fake_hub_release(r.hub, "{\"code\":200}");
	CHECK_INT(read_answer(&r, fd), 200);
	pthread_join(thread, NULL);
	r.api = NULL;
	rig_fini(&r);
}

static const struct test tests[] = {
	{"POST asks the verb with its body and all roles on a unix socket", test_post},
	{"GET asks reading verbs with its parameters", test_get},
	{"what cannot be asked so is refused before the hub", test_methods},
	{"the code is also the status", test_statuses},
	{"over TCP verbs are 401, pages stay open", test_tcp},
	{"a body of 1 MiB passes, one byte more is 413", test_size},
	{"a body of unknown length is 413 once it is too large", test_chunks},
	{"20 that wait hold nobody up", test_others_go_on},
	{"a client that left is nobody's loss", test_left},
	{"a connection takes more than one verb", test_kept_alive},
	{"the end does not wait for the hub longer than a second", test_end},
	{"an answer while ending still arrives", test_answer_at_the_end},
	{NULL, NULL},
};

const struct suite verbs_suite = {"verbs", tests};
