/* publish - send numbered messages at a rate, or as fast as it goes, over ZeroMQ
 * or as HTTP POST on one kept-alive connection.
 *
 *   publish -z ENDPOINT [-P] -T TARGET [options]
 *   publish -p PORT -u PATH [options]
 *     -P           PUSH rather than PUB
 *     -T TARGET    first frame; %k is the message's number modulo -k
 *     -k KEYS      each key has its own running numbers (1)
 *     -n COUNT     messages (1000); 0: until SIGTERM
 *     -r RATE      a second; 0: as fast as it goes (0)
 *     -b BYTES     of a payload (100)
 *
 * A payload is {"k":K,"t":T,"p":"xx.."}.  A PUB waits for its first subscriber
 * before it begins, so nothing is missed.  Prints a JSON object at the end. */
#include "bench/figures.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum { MAX_PAYLOAD = 65536, PATIENCE = 10000, LINGER = 10000 };

struct publisher {
	const char *endpoint;
	bool pushes;
	const char *target;
	unsigned port;
	const char *path;
	uint64_t keys;
	uint64_t count;
	double rate;
	size_t bytes;
	void *context;
	void *socket;
	int fd;
	uint64_t refused; /* HTTP answers that were not 2xx */
	char payload[MAX_PAYLOAD + 1];
};

static volatile sig_atomic_t is_stopped;

static void on_signal(int signal)
{
	(void)signal;
	is_stopped = 1;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* -- connections -------------------------------------------------------------------- */

/* XPUB, to a SUB the same as PUB, hears of subscriptions. */
static void connect_zmq(struct publisher *p)
{
	int unlimited = 0, linger = LINGER, patience = PATIENCE;
	char subscription[256];

	p->context = zmq_ctx_new();
	p->socket = zmq_socket(p->context, p->pushes ? ZMQ_PUSH : ZMQ_XPUB);
	zmq_setsockopt(p->socket, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
	zmq_setsockopt(p->socket, ZMQ_LINGER, &linger, sizeof linger);
	zmq_setsockopt(p->socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
	if (zmq_connect(p->socket, p->endpoint) < 0)
		fail(p->endpoint);
	if (!p->pushes && zmq_recv(p->socket, subscription, sizeof subscription, 0) < 0)
		fail("no subscriber came");
}

static void connect_http(struct publisher *p)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)p->port)};
	int on = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (p->fd < 0 || connect(p->fd, (struct sockaddr *)&to, sizeof to) < 0)
		fail("connect");
	setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void disconnect(struct publisher *p)
{
	if (p->socket) {
		zmq_close(p->socket);
		zmq_ctx_term(p->context);
	} else {
		close(p->fd);
	}
}

/* -- messages ------------------------------------------------------------------------ */

static size_t write_payload(struct publisher *p, uint64_t number)
{
	size_t size = (size_t)snprintf(p->payload, sizeof p->payload, "{\"k\":%" PRIu64 ",\"t\":%" PRIu64 ",\"p\":\"",
		number, bench_now());

	while (size + 2 < p->bytes)
		p->payload[size++] = 'x';
	memcpy(p->payload + size, "\"}", 2);
	return size + 2;
}

static void send_zmq(struct publisher *p, uint64_t key, size_t size)
{
	char target[256];
	const char *mark = strstr(p->target, "%k");
	int length = mark ? snprintf(target, sizeof target, "%.*s%" PRIu64 "%s", (int)(mark - p->target), p->target, key,
				    mark + 2)
			  : snprintf(target, sizeof target, "%s", p->target);

	if (zmq_send(p->socket, target, (size_t)length, ZMQ_SNDMORE) < 0 || zmq_send(p->socket, p->payload, size, 0) < 0)
		if (!is_stopped)
			fail("zmq_send");
}

/* Reads a whole answer: its head, then Content-Length bytes. */
static void read_answer(struct publisher *p)
{
	char answer[8192];
	size_t have = 0;
	const char *end = NULL, *length;
	long left;

	while (!end) {
		ssize_t got = recv(p->fd, answer + have, sizeof answer - 1 - have, 0);

		if (got <= 0)
			fail("the server ended it");
		have += (size_t)got;
		answer[have] = '\0';
		end = strstr(answer, "\r\n\r\n");
	}
	p->refused += have > 9 && answer[9] != '2';
	length = strcasestr(answer, "\r\ncontent-length:");
	left = (length ? strtol(length + 17, NULL, 10) : 0) - (long)(have - (size_t)(end + 4 - answer));
	while (left > 0) {
		ssize_t got = recv(p->fd, answer, sizeof answer, 0);

		if (got <= 0)
			fail("the server ended it");
		left -= got;
	}
}

static void send_http(struct publisher *p, size_t size)
{
	char request[1024 + MAX_PAYLOAD];
	int head = snprintf(request, 1024, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Length: %zu\r\n\r\n", p->path,
		p->port, size);

	memcpy(request + head, p->payload, size);
	if (send(p->fd, request, (size_t)head + size, MSG_NOSIGNAL) < 0)
		fail("send");
	read_answer(p);
}

static void wait_until(uint64_t when)
{
	struct timespec until = {.tv_sec = (time_t)(when / 1000000000), .tv_nsec = (long)(when % 1000000000)};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static void run(struct publisher *p)
{
	uint64_t began = bench_now(), sent = 0;
	double seconds;

	for (; !is_stopped && (!p->count || sent < p->count); sent++) {
		if (p->rate > 0)
			wait_until(began + (uint64_t)((double)sent / p->rate * 1e9));
		size_t size = write_payload(p, sent / p->keys);

		if (p->socket)
			send_zmq(p, sent % p->keys, size);
		else
			send_http(p, size);
	}
	seconds = (double)(bench_now() - began) / 1e9;
	disconnect(p);
	printf("{\"published\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"seconds\":%.3f,\"per_second\":%.0f}\n", sent, p->refused,
		seconds, seconds > 0 ? (double)sent / seconds : 0.0);
}

int main(int argc, char **argv)
{
	static struct publisher p = {.path = "/", .target = "all", .keys = 1, .count = 1000, .bytes = 100};
	int option;

	while ((option = getopt(argc, argv, "z:PT:p:u:k:n:r:b:")) != -1) {
		switch (option) {
		case 'z': p.endpoint = optarg; break;
		case 'P': p.pushes = true; break;
		case 'T': p.target = optarg; break;
		case 'p': p.port = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'u': p.path = optarg; break;
		case 'k': p.keys = strtoull(optarg, NULL, 10); break;
		case 'n': p.count = strtoull(optarg, NULL, 10); break;
		case 'r': p.rate = strtod(optarg, NULL); break;
		case 'b': p.bytes = strtoul(optarg, NULL, 10); break;
		default: return 2;
		}
	}
	if ((!p.endpoint && !p.port) || !p.keys || p.bytes > MAX_PAYLOAD) {
		fprintf(stderr, "publish: -z ENDPOINT or -p PORT; -k from 1; -b to %d\n", MAX_PAYLOAD);
		return 2;
	}
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	if (p.endpoint)
		connect_zmq(&p);
	else
		connect_http(&p);
	run(&p);
	return 0;
}
