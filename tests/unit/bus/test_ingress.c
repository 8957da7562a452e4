/* ingress - the sockets themselves: who is heard, what they report, how much
 * they hold. */
#include "suites.h"

#include "rig.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

static const char any_port[] = "tcp://127.0.0.1:0";

static void test_real_endpoints(void)
{
	struct rig r;
	unsigned sub = 0, pull = 0;

	rig_init(&r, any_port, "tcp://127.0.0.1:*");
	REQUIRE(r.bus != NULL);
	CHECK_INT(sscanf(r.sub, "tcp://127.0.0.1:%u", &sub), 1);
	CHECK_INT(sscanf(r.pull, "tcp://127.0.0.1:%u", &pull), 1);
	CHECK(sub > 0 && pull > 0 && sub != pull);
	rig_fini(&r);
}

static void test_ipc(void)
{
	char folder[] = "/tmp/muster-bus-XXXXXX", endpoint[128];
	struct rig r;
	void *push;

	REQUIRE(mkdtemp(folder) != NULL);
	snprintf(endpoint, sizeof endpoint, "ipc://%s/pull", folder);
	rig_init(&r, NULL, endpoint);
	REQUIRE(r.bus != NULL);
	CHECK_TEXT(r.pull, endpoint);
	push = rig_push(&r);
	rig_send2(push, "all", "1");
	rig_until_received(&r, 1);
	zmq_close(push);
	rig_fini(&r);
	unlink(endpoint + strlen("ipc://"));
	CHECK_INT(rmdir(folder), 0);
}

static void test_connect(void)
{
	char endpoint[128] = "connect:";
	size_t size = sizeof endpoint - strlen(endpoint);
	void *context = zmq_ctx_new(), *push = zmq_socket(context, ZMQ_PUSH);
	const int none = 0;
	struct rig r;

	REQUIRE_INT(zmq_bind(push, "tcp://127.0.0.1:*"), 0);
	zmq_setsockopt(push, ZMQ_LINGER, &none, sizeof none);
	zmq_getsockopt(push, ZMQ_LAST_ENDPOINT, endpoint + strlen(endpoint), &size);
	rig_init(&r, NULL, endpoint);
	REQUIRE(r.bus != NULL);
	CHECK_TEXT(r.pull, endpoint);
	rig_send2(push, "all", "2");
	rig_until_received(&r, 1);
	CHECK_TEXT(rig_data(&r, 0), "2");
	rig_fini(&r);
	zmq_close(push);
	zmq_ctx_term(context);
}

static void test_in_use(void)
{
	struct rig first, second;

	rig_init(&first, any_port, NULL);
	REQUIRE(first.bus != NULL);
	rig_init(&second, first.sub, NULL);
	CHECK(second.bus == NULL);
	CHECK(strstr(second.err.text, "bus.sub: cannot bind ") != NULL);
	CHECK(strstr(second.err.text, first.sub) != NULL);
	rig_fini(&second);
	rig_fini(&first);
}

static void test_bad_endpoint(void)
{
	struct rig r;

	rig_init(&r, NULL, "http://127.0.0.1:1");
	CHECK(r.bus == NULL);
	CHECK(strstr(r.err.text, "bus.pull: \"http://127.0.0.1:1\" is no endpoint") != NULL);
	rig_fini(&r);
}

/* What ZMTP 1.0 sends: an anonymous greeting, then frames of length, flags, body. */
static const char old_greeting[] = "\x01\x00\x04\x01" "all\x02\x00" "1";
/* A ZMTP 2.0 greeting of a PUSH, then the same message. */
static const char second_greeting[] = "\xff\0\0\0\0\0\0\0\x01\x7f\x01\x08\0\0" "\x01\x03" "all\0\x01" "1";

static int connect_raw(const char *endpoint)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	unsigned port = 0;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	REQUIRE_INT(sscanf(endpoint, "tcp://127.0.0.1:%u", &port), 1);
	to.sin_port = htons((uint16_t)port);
	REQUIRE_INT(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

/* Until the other side has closed the connection. */
static bool is_hung_up_on(int fd)
{
	struct pollfd item = {.fd = fd, .events = POLLIN};
	char sink[256];

	while (poll(&item, 1, 10000) == 1)
		if (read(fd, sink, sizeof sink) <= 0)
			return true;
	return false;
}

static void attack_one(const char *endpoint, const char *bytes, size_t size)
{
	int fd = connect_raw(endpoint);

	CHECK_INT(write(fd, bytes, size), size);
	CHECK(is_hung_up_on(fd));
	close(fd);
}

/* Every socket that is bound. */
static void attack(const char *bytes, size_t size)
{
	struct rig r;
	void *push;

	rig_open(&r, &(struct rig_endpoints){any_port, "", any_port, any_port, NULL, any_port});
	REQUIRE(r.bus != NULL);
	attack_one(r.sub, bytes, size);
	attack_one(r.pull, bytes, size);
	attack_one(r.router, bytes, size);
	attack_one(r.xpub, bytes, size);
	push = rig_push(&r);
	rig_send2(push, "all", "\"honest\"");
	rig_until_received(&r, 1);
	CHECK_TEXT(rig_data(&r, 0), "\"honest\"");
	CHECK_INT(r.asked, 0);
	zmq_close(push);
	rig_fini(&r);
}

static void test_zmtp_1(void)
{
	attack(old_greeting, sizeof old_greeting - 1);
}

static void test_zmtp_2(void)
{
	attack(second_greeting, sizeof second_greeting - 1);
}

enum { BURST = 300000 };

static void send_burst(void *socket)
{
	char data[100];

	memset(data, '7', sizeof data);
	for (int i = 0; i < BURST; i++)
		if (zmq_send(socket, "channel/a", 9, ZMQ_SNDMORE) < 0 ||
		    zmq_send(socket, data, sizeof data, 0) < 0)
			REQUIRE(!"the publisher could send");
}

/* All is on its way before the first is read, as when the hub was busy. */
static void test_burst(void)
{
	struct rig r;
	void *pub;

	rig_init(&r, any_port, NULL);
	REQUIRE(r.bus != NULL);
	r.keeps = false;
	pub = rig_pub(&r);
	send_burst(pub);
	rig_until_received(&r, BURST);
	zmq_close(pub);
	rig_fini(&r);
}

static const struct test tests[] = {
	{"port 0 and * are reported as what the system chose", test_real_endpoints},
	{"ipc:// works", test_ipc},
	{"connect: reaches a backend that binds", test_connect},
	{"an address in use is named", test_in_use},
	{"a bad endpoint is named with its option", test_bad_endpoint},
	{"a ZMTP 1.0 peer is hung up on by every socket", test_zmtp_1},
	{"a ZMTP 2.0 peer is hung up on by every socket", test_zmtp_2},
	{"300,000 messages at once arrive whole although nobody reads", test_burst},
	{NULL, NULL},
};

const struct suite ingress_suite = {"ingress", tests};
