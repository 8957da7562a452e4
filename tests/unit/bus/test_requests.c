/* requests - the ROUTER: who may ask what, every answer to its asker, nothing held
 * without a bound. */
#include "suites.h"

#include "rig.h"

#include "base/clock.h"
#include "bus/requests.h"
#include "muster/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

static const struct rig_endpoints tcp = {.router = "tcp://127.0.0.1:0"};

enum { OPEN_ROLES = ROLE_READ | ROLE_PUBLISH, ALL_ROLES = ROLE_READ | ROLE_PUBLISH | ROLE_ADMIN };

static void open_rig(struct rig *r)
{
	rig_open(r, &tcp);
	REQUIRE(r->bus != NULL);
}

static void send2(void *socket, const char *first, const char *second)
{
	const char *const frames[] = {first, second};

	rig_send(socket, frames, 2);
}

static void send3(void *socket, const char *first, const char *second, const char *third)
{
	const char *const frames[] = {first, second, third};

	rig_send(socket, frames, 3);
}

static void test_req(void)
{
	struct request *request;
	char got[256];
	struct rig r;
	void *req;

	open_rig(&r);
	req = rig_peer(&r, ZMQ_REQ, r.router);
	send2(req, "count", "{\"app\":\"web\"}");
	rig_until_asked(&r, 1);
	request = ring_get(&r.requests, 0);
	REQUIRE(request != NULL);
	CHECK_TEXT(request->verb, "count");
	CHECK_BYTES(request->args, request->size, "{\"app\":\"web\"}", 13);
	CHECK_INT(request->roles, OPEN_ROLES);
	rig_answer(&r, "{\"code\":200}");
	CHECK_TEXT(rig_receive(&r, req, got, sizeof got), "{\"code\":200}");
	zmq_close(req);
	rig_fini(&r);
}

static void test_dealer(void)
{
	struct request *request;
	char got[256];
	struct rig r;
	void *dealer;

	open_rig(&r);
	dealer = rig_peer(&r, ZMQ_DEALER, r.router);
	send2(dealer, "", "count");
	rig_until_asked(&r, 1);
	request = ring_get(&r.requests, 0);
	REQUIRE(request != NULL);
	CHECK_INT(request->size, 0);
	rig_answer(&r, "{\"code\":200}");
	CHECK_TEXT(rig_receive(&r, dealer, got, sizeof got), ".|{\"code\":200}");
	zmq_close(dealer);
	rig_fini(&r);
}

static void test_at_once(void)
{
	char got[256];
	struct rig r;
	void *req;

	open_rig(&r);
	r.answers = true;
	req = rig_peer(&r, ZMQ_REQ, r.router);
	for (int i = 0; i < 3; i++) {
		send2(req, "online", "{}");
		CHECK_TEXT(rig_receive(&r, req, got, sizeof got), "{\"code\":200,\"msg\":\"online\"}");
	}
	zmq_close(req);
	rig_fini(&r);
}

static void test_own_answers(void)
{
	char got[256];
	struct rig r;
	void *first, *second;

	open_rig(&r);
	first = rig_peer(&r, ZMQ_DEALER, r.router);
	second = rig_peer(&r, ZMQ_DEALER, r.router);
	send2(first, "", "a");
	rig_until_asked(&r, 1);
	send2(second, "", "b");
	rig_until_asked(&r, 2);
	ring_push_back(&r.requests, ring_pop_front(&r.requests));
	rig_answer(&r, "\"b\"");
	rig_answer(&r, "\"a\"");
	CHECK_TEXT(rig_receive(&r, first, got, sizeof got), ".|\"a\"");
	CHECK_TEXT(rig_receive(&r, second, got, sizeof got), ".|\"b\"");
	zmq_close(first);
	zmq_close(second);
	rig_fini(&r);
}

static void check_roles(struct rig *r, const char *endpoint, unsigned roles)
{
	void *req = rig_peer(r, ZMQ_REQ, endpoint);
	struct request *request;
	char got[64];

	send2(req, "kick", "{}");
	rig_until_asked(r, r->asked + 1);
	request = ring_get(&r->requests, 0);
	REQUIRE(request != NULL);
	CHECK_INT(request->roles, roles);
	rig_answer(r, "{}");
	CHECK_TEXT(rig_receive(r, req, got, sizeof got), "{}");
	zmq_close(req);
}

static void test_roles(void)
{
	char folder[] = "/tmp/muster-bus-XXXXXX", endpoint[80], path[64];
	struct stat status;
	struct rig r;
	mode_t before;
	char *comma;

	REQUIRE(mkdtemp(folder) != NULL);
	snprintf(path, sizeof path, "%s/router", folder);
	snprintf(endpoint, sizeof endpoint, "ipc://%s", path);
	before = umask(0);
	rig_open(&r, &(struct rig_endpoints){.router = endpoint, .second_router = tcp.router});
	umask(before);
	REQUIRE(r.bus != NULL);
	comma = strchr(r.router, ',');
	REQUIRE(comma != NULL);
	CHECK_TEXT(comma + 1, endpoint);
	*comma = '\0';
	check_roles(&r, r.router, OPEN_ROLES);
	check_roles(&r, endpoint, ALL_ROLES);
	CHECK_INT(stat(path, &status), 0);
	CHECK_INT(status.st_mode & S_IRWXO, 0);
	rig_fini(&r);
	unlink(path);
	CHECK_INT(rmdir(folder), 0);
}

/* What is answered without asking anybody. */
static void check_refused(const char *const *frames, size_t count, const char *expected)
{
	char got[256];
	struct rig r;
	void *dealer;

	open_rig(&r);
	dealer = rig_peer(&r, ZMQ_DEALER, r.router);
	rig_send(dealer, frames, count);
	rig_receive(&r, dealer, got, sizeof got);
	CHECK_BYTES(got, strnlen(got, strlen(expected)), expected, strlen(expected));
	CHECK_INT(r.asked, 0);
	CHECK_INT(counter_get(&r.counters, COUNTER_REQUESTS_MALFORMED), 1);
	r.answers = true;
	send3(dealer, "", "next", "{}");
	CHECK_TEXT(rig_receive(&r, dealer, got, sizeof got), ".|{\"code\":200,\"msg\":\"next\"}");
	zmq_close(dealer);
	rig_fini(&r);
}

static void test_malformed(void)
{
	static const char *const no_verb[] = {""}, *const no_empty[] = {"count", "{}"};
	static const char *const empty_verb[] = {"", "", "{}"};
	static const char *const many[] = {"", "count", "{}", "x", "y", "z"};
	char long_verb[MAX_VERB + 2] = "";
	const char *const too_long[] = {"", long_verb, "{}"};

	memset(long_verb, 'v', MAX_VERB + 1);
	check_refused(no_verb, 1, ".|{\"code\":1001,");
	check_refused(no_empty, 2, "{\"code\":1001,");
	check_refused(empty_verb, 3, ".|{\"code\":1001,");
	check_refused(many, 6, ".|{\"code\":1001,");
	check_refused(too_long, 3, ".|{\"code\":1001,");
}

static void test_size(void)
{
	char *args = malloc(MAX_VERB_ARGS + 2), got[256];
	const char *const frames[] = {"", "publish", args};
	struct rig r;
	void *dealer;

	memset(args, ' ', MAX_VERB_ARGS + 1);
	args[MAX_VERB_ARGS + 1] = '\0';
	check_refused(frames, 3, ".|{\"code\":1012,");
	args[MAX_VERB_ARGS] = '\0';
	open_rig(&r);
	r.answers = true;
	dealer = rig_peer(&r, ZMQ_DEALER, r.router);
	rig_send(dealer, frames, 3);
	CHECK_TEXT(rig_receive(&r, dealer, got, sizeof got), ".|{\"code\":200,\"msg\":\"publish\"}");
	zmq_close(dealer);
	rig_fini(&r);
	free(args);
}

/* As the system says that the peer's own socket is gone. */
static void until_gone(struct rig *r)
{
	uint64_t end = clock_monotonic() + 300;

	while (clock_monotonic() < end) {
		bus_wait(r->bus, NULL, 0, 10);
		bus_drain(r->bus, 10, clock_monotonic());
	}
}

static void test_gone(void)
{
	char got[64];
	struct rig r;
	void *req;

	open_rig(&r);
	req = rig_peer(&r, ZMQ_REQ, r.router);
	send2(req, "count", "{}");
	rig_until_asked(&r, 1);
	zmq_close(req);
	until_gone(&r);
	rig_answer(&r, "{\"code\":200}");
	CHECK_INT(counter_get(&r.counters, COUNTER_ANSWERS_DROPPED), 0);
	r.answers = true;
	req = rig_peer(&r, ZMQ_REQ, r.router);
	send2(req, "x", "{}");
	CHECK_TEXT(rig_receive(&r, req, got, sizeof got), "{\"code\":200,\"msg\":\"x\"}");
	zmq_close(req);
	rig_fini(&r);
}

static void test_unanswered(void)
{
	struct rig r;
	void *dealer;

	open_rig(&r);
	dealer = rig_peer(&r, ZMQ_DEALER, r.router);
	for (int i = 0; i < 10; i++)
		send3(dealer, "", "publish", "{\"to\":\"all\",\"data\":\"larger than what fits into a frame's own memory\"}");
	rig_until_asked(&r, 10);
	rig_answer(&r, "{}");
	zmq_close(dealer);
	rig_fini(&r);
}

static void test_bound(void)
{
	char got[256];
	struct rig r;
	void *greedy, *modest;

	open_rig(&r);
	greedy = rig_peer(&r, ZMQ_DEALER, r.router);
	modest = rig_peer(&r, ZMQ_DEALER, r.router);
	for (int i = 0; i <= REQUESTS_UNANSWERED_PEER; i++)
		send3(greedy, "", "v", "{}");
	CHECK_TEXT(rig_receive(&r, greedy, got, sizeof got),
		".|{\"code\":1011,\"msg\":\"too many requests wait for their answer\"}");
	CHECK_INT(counter_get(&r.counters, COUNTER_REQUESTS_TOO_MANY), 1);
	CHECK_INT(r.asked, REQUESTS_UNANSWERED_PEER);
	send2(modest, "", "v");
	rig_until_asked(&r, REQUESTS_UNANSWERED_PEER + 1);
	rig_answer(&r, "1");
	send2(greedy, "", "v");
	rig_until_asked(&r, REQUESTS_UNANSWERED_PEER + 2);
	zmq_close(greedy);
	zmq_close(modest);
	rig_fini(&r);
}

static void test_nobody(void)
{
	char got[256];
	struct rig r;
	void *req;

	open_rig(&r);
	bus_on_request(r.bus, NULL, NULL);
	req = rig_peer(&r, ZMQ_REQ, r.router);
	send2(req, "count", "{}");
	CHECK_TEXT(rig_receive(&r, req, got, sizeof got), "{\"code\":1004,\"msg\":\"nobody answers yet\"}");
	zmq_close(req);
	rig_fini(&r);
}

static const struct test tests[] = {
	{"a REQ has its verb, arguments and roles told and its answer", test_req},
	{"a DEALER may leave out the arguments and has its empty frame back", test_dealer},
	{"an answer may come from inside the drain", test_at_once},
	{"answers in another order reach who asked", test_own_answers},
	{"over ipc:// all roles, over tcp:// none that administers, never the world", test_roles},
	{"what is no request is answered 1001, counted, and the next is whole", test_malformed},
	{"arguments of 1 MiB pass, one byte more is 1012", test_size},
	{"the answer to a peer that left is dropped in silence", test_gone},
	{"requests that nobody answered end with the bus", test_unanswered},
	{"10,000 unanswered requests are a peer's share, another has its own", test_bound},
	{"as long as nobody serves requests they are answered so", test_nobody},
	{NULL, NULL},
};

const struct suite requests_suite = {"requests", tests};
