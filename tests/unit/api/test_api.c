/* api - its pages over real connections. */
#include "suites.h"

#include "api/api.h"
#include "base/socket_address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_SIZE = 32768 };

struct rig {
	struct settings settings;
	struct counters counters;
	struct api *api;
	char address[SOCKET_ADDRESS_TEXT];
	char answer[ANSWER_SIZE];
	char *body;
};

static void rig_init(struct rig *r, char *listen)
{
	static char any[] = "127.0.0.1:0";
	char *items[] = {listen ? listen : any};
	struct error err = {""};

	memset(r, 0, sizeof *r);
	r->settings.api.listen.items = items;
	r->settings.api.listen.count = 1;
	r->api = api_new(&r->settings, &r->counters, NULL, &err);
	CHECK_TEXT(err.text, "");
	REQUIRE(r->api != NULL);
	api_describe(r->api, r->address, sizeof r->address);
}

static void rig_fini(struct rig *r)
{
	api_free(r->api);
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

/* The status of the answer, which is then in r->answer. */
static int ask(struct rig *r, const char *method, const char *path)
{
	char request[256];
	size_t used = 0;
	ssize_t got;
	int status = 0, fd = dial(r->address);
	int size = snprintf(request, sizeof request,
		"%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", method, path);

	CHECK_INT(write(fd, request, (size_t)size), size);
	while ((got = read(fd, r->answer + used, sizeof r->answer - 1 - used)) > 0)
		used += (size_t)got;
	r->answer[used] = '\0';
	close(fd);
	sscanf(r->answer, "HTTP/1.1 %d", &status);
	r->body = strstr(r->answer, "\r\n\r\n");
	REQUIRE(r->body != NULL);
	r->body += 4;
	return status;
}

static void test_metrics(void)
{
	struct rig r;

	rig_init(&r, NULL);
	counter_add(&r.counters, COUNTER_MESSAGES_IN, 12);
	CHECK_INT(ask(&r, "GET", "/metrics"), 200);
	CHECK(strstr(r.answer, "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n") != NULL);
	CHECK(strstr(r.body, "\nmuster_messages_in_total 12\n") != NULL);
	CHECK(strstr(r.body, "\nprocess_open_fds ") != NULL);
	rig_fini(&r);
}

static void test_health(void)
{
	struct rig r;

	rig_init(&r, NULL);
	CHECK_INT(ask(&r, "GET", "/healthz"), 200);
	CHECK_TEXT(r.body, "ok");
	CHECK_INT(ask(&r, "HEAD", "/healthz"), 200);
	CHECK_TEXT(r.body, "");
	rig_fini(&r);
}

static void test_ready(void)
{
	struct rig r;

	rig_init(&r, NULL);
	CHECK_INT(ask(&r, "GET", "/readyz"), 503);
	api_set_ready(r.api, true);
	CHECK_INT(ask(&r, "GET", "/readyz"), 200);
	api_set_ready(r.api, false);
	CHECK_INT(ask(&r, "GET", "/readyz"), 503);
	rig_fini(&r);
}

static void test_else(void)
{
	struct rig r;

	rig_init(&r, NULL);
	CHECK_INT(ask(&r, "GET", "/nothing"), 404);
	CHECK_TEXT(r.body, "{\"code\":1010,\"msg\":\"no such page\"}");
	CHECK(strstr(r.answer, "Content-Type: application/json\r\n") != NULL);
	CHECK_INT(ask(&r, "POST", "/metrics"), 404);
	CHECK_INT(ask(&r, "GET", "/metrics/"), 404);
	rig_fini(&r);
}

static void test_unix(void)
{
	char folder[] = "/tmp/muster-api-XXXXXX", listen[64];
	struct rig r;

	REQUIRE(mkdtemp(folder) != NULL);
	snprintf(listen, sizeof listen, "unix:%s/s", folder);
	rig_init(&r, listen);
	CHECK_TEXT(r.address, listen);
	CHECK_INT(ask(&r, "GET", "/healthz"), 200);
	rig_fini(&r);
	CHECK_INT(rmdir(folder), 0);
}

static void test_two(void)
{
	char first[] = "127.0.0.1:0", second[] = "127.0.0.1:0", text[256], *comma;
	char *items[] = {first, second};
	struct settings settings = {.api.listen = {items, 2}};
	struct counters counters = {0};
	struct error err;
	struct api *a = api_new(&settings, &counters, NULL, &err);

	REQUIRE(a != NULL);
	api_describe(a, text, sizeof text);
	comma = strchr(text, ',');
	REQUIRE(comma != NULL);
	*comma = '\0';
	close(dial(text));
	close(dial(comma + 1));
	api_free(a);
}

static void test_in_use(void)
{
	struct rig r;
	char *items[] = {r.address};
	struct settings settings = {.api.listen = {items, 1}};
	struct error err;

	rig_init(&r, NULL);
	CHECK(api_new(&settings, &r.counters, NULL, &err) == NULL);
	CHECK(strstr(err.text, "api.listen: cannot listen on ") != NULL);
	CHECK(strstr(err.text, r.address) != NULL);
	rig_fini(&r);
}

static const struct test tests[] = {
	{"/metrics shows the counters", test_metrics},
	{"/healthz says ok", test_health},
	{"/readyz says what it was told", test_ready},
	{"everything else is 404 with a code", test_else},
	{"a unix socket is served and removed", test_unix},
	{"every address of the list is listened on", test_two},
	{"an address in use is named with its option", test_in_use},
	{NULL, NULL},
};

const struct suite api_suite = {"api", tests};
