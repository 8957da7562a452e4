/* asker - publishers that want an answer: DEALERs on the ROUTER, each with so many
 * requests unanswered, all in one process with few threads, so that it is the
 * daemon that is measured.
 *
 *   asker -z ENDPOINT [options]
 *     -T TARGET    whom to publish to; %k is the publisher's number (channel/asked)
 *     -c COUNT     publishers, a connection each (16)
 *     -f COUNT     requests each keeps in flight (64)
 *     -j THREADS   that they are shared out to (1)
 *     -n COUNT     requests of each publisher; 0: until SIGTERM (10000)
 *     -s NUMBER    the first number of each (0)
 *     -i NAME      ids NAME-K-N; without it messages have none
 *     -b BYTES     of a payload (100)
 *     -o FILE      write "K N EPOCH OFFSET" of each acknowledged message and, at the
 *                  end, "K N" of each that was sent and not answered; needs -i
 *
 * A payload is {"k":K,"i":N,"p":"xx.."}.  Latencies need ids too.  A JSON object on
 * stdout at the end. */
#include "bench/figures.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

enum {
	MAX_PUBLISHERS = 64, MAX_THREADS = 8, MAX_IN_FLIGHT = 1024, MAX_PAYLOAD = 16384, MAX_REQUEST = MAX_PAYLOAD + 1024,
	MAX_ANSWER = 1024, POLL = 50, PATIENCE = 20000, SHOWN = 5,
};

/* What was sent and not answered: by number, modulo a size that no two share. */
struct flight {
	uint64_t number;
	uint64_t sent; /* 0: the place is free */
};

struct publisher {
	void *socket;
	unsigned index;
	uint64_t next;
	uint64_t end; /* 0: none */
	unsigned in_flight;
	struct flight *flights; /* MAX_IN_FLIGHT places */
};

struct options {
	const char *endpoint;
	const char *target;
	const char *name;
	const char *path;
	unsigned publishers;
	unsigned in_flight;
	unsigned threads;
	uint64_t count;
	uint64_t start;
	size_t bytes;
};

struct asker {
	const struct options *options;
	struct publisher *publishers;
	unsigned count;
	FILE *log;
	pthread_t thread;
	uint64_t answered;
	uint64_t duplicates;
	uint64_t refused;
	uint64_t unknown; /* answers to nothing that was asked */
	uint64_t last;    /* ns, of the last answer */
	struct histogram latency;
	char filler[MAX_PAYLOAD + 1];
};

static volatile sig_atomic_t is_stopped;

static void on_signal(int signal)
{
	(void)signal;
	is_stopped = 1;
}

static void fail(const char *what)
{
	fprintf(stderr, "asker: %s: %s\n", what, zmq_strerror(zmq_errno()));
	exit(1);
}

/* -- requests ----------------------------------------------------------------------- */

static size_t put_target(char *out, const char *target, unsigned index)
{
	char *at = out;

	for (; *target && at - out < 256; target++) {
		if (target[0] == '%' && target[1] == 'k') {
			at += sprintf(at, "%u", index);
			target++;
		} else {
			*at++ = *target;
		}
	}
	return (size_t)(at - out);
}

static size_t write_request(const struct asker *a, const struct publisher *p, char *out)
{
	const struct options *o = a->options;
	char *at = out + sprintf(out, "{\"to\":\"");
	int head;

	at += put_target(at, o->target, p->index);
	at += sprintf(at, "\",");
	if (o->name)
		at += sprintf(at, "\"id\":\"%s-%u-%" PRIu64 "\",", o->name, p->index, p->next);
	at += sprintf(at, "\"data\":");
	head = sprintf(at, "{\"k\":%u,\"i\":%" PRIu64 ",\"p\":\"", p->index, p->next);
	at += head;
	if (o->bytes > (size_t)head + 2) {
		memcpy(at, a->filler, o->bytes - (size_t)head - 2);
		at += o->bytes - (size_t)head - 2;
	}
	at += sprintf(at, "\"}}");
	return (size_t)(at - out);
}

/* False: it must wait. */
static bool ask(struct asker *a, struct publisher *p)
{
	char request[MAX_REQUEST];
	size_t size = write_request(a, p, request);
	struct flight *f = &p->flights[p->next % MAX_IN_FLIGHT];

	if (f->sent || zmq_send(p->socket, "", 0, ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0)
		return false;
	zmq_send(p->socket, "publish", 7, ZMQ_SNDMORE);
	zmq_send(p->socket, request, size, 0);
	*f = (struct flight){p->next, a->options->name ? bench_now() : 0};
	p->next++;
	p->in_flight++;
	return true;
}

static void fill(struct asker *a, struct publisher *p)
{
	while (!is_stopped && p->in_flight < a->options->in_flight && (!p->end || p->next < p->end) && ask(a, p))
		;
}

/* -- answers ------------------------------------------------------------------------ */

static struct flight *find_flight(const struct asker *a, struct publisher *p, const char *answer)
{
	const char *id = strstr(answer, "\"id\":\"");
	struct flight *f;
	unsigned index;
	uint64_t number;

	if (!id || sscanf(id + 6 + strlen(a->options->name), "-%u-%" SCNu64, &index, &number) != 2 || index != p->index)
		return NULL;
	f = &p->flights[number % MAX_IN_FLIGHT];
	return f->sent && f->number == number ? f : NULL;
}

static void write_acknowledged(struct asker *a, const struct publisher *p, const struct flight *f, const char *answer)
{
	const char *epoch = strstr(answer, "\"epoch\":\""), *offset = strstr(answer, "\"offset\":");
	bool has_position = epoch && offset;

	fprintf(a->log, "%u %" PRIu64 " %.*s %ld\n", p->index, f->number,
		has_position ? (int)strcspn(epoch + 9, "\"") : 1, has_position ? epoch + 9 : "-",
		has_position ? strtol(offset + 9, NULL, 10) : 0);
}

static void settle(struct asker *a, struct publisher *p, const char *answer)
{
	struct flight *f = find_flight(a, p, answer);

	if (!f) {
		a->unknown++;
		return;
	}
	histogram_add(&a->latency, (a->last - f->sent) / 1000);
	if (a->log)
		write_acknowledged(a, p, f, answer);
	f->sent = 0;
}

static void take_answer(struct asker *a, struct publisher *p, const char *answer)
{
	bool is_ok = strncmp(answer, "{\"code\":200,", 12) == 0;

	a->last = bench_now();
	p->in_flight--;
	if (!is_ok) {
		if (a->refused++ < SHOWN)
			fprintf(stderr, "asker: %s\n", answer);
		return;
	}
	a->answered++;
	a->duplicates += strstr(answer, "\"duplicate\":true") != NULL;
	if (a->options->name)
		settle(a, p, answer);
}

/* True: something was there. */
static bool take_answers(struct asker *a, struct publisher *p)
{
	char answer[MAX_ANSWER + 1];
	bool any = false;
	int size;

	while (zmq_recv(p->socket, answer, 0, ZMQ_DONTWAIT) >= 0) {
		size = zmq_recv(p->socket, answer, MAX_ANSWER, 0);
		answer[size < 0 ? 0 : size > MAX_ANSWER ? MAX_ANSWER : size] = '\0';
		take_answer(a, p, answer);
		any = true;
	}
	return any;
}

static bool is_done(const struct asker *a)
{
	for (unsigned i = 0; i < a->count; i++)
		if (a->publishers[i].in_flight || !a->publishers[i].end || a->publishers[i].next < a->publishers[i].end)
			return false;
	return true;
}

static void write_unanswered(const struct asker *a)
{
	for (unsigned i = 0; i < a->count; i++)
		for (unsigned n = 0; n < MAX_IN_FLIGHT; n++)
			if (a->publishers[i].flights[n].sent)
				fprintf(a->log, "%u %" PRIu64 "\n", a->publishers[i].index, a->publishers[i].flights[n].number);
}

static void *run(void *arg)
{
	struct asker *a = arg;
	zmq_pollitem_t items[MAX_PUBLISHERS];

	for (unsigned i = 0; i < a->count; i++) {
		items[i] = (zmq_pollitem_t){.socket = a->publishers[i].socket, .events = ZMQ_POLLIN};
		fill(a, &a->publishers[i]);
	}
	a->last = bench_now();
	while (!is_stopped && !is_done(a) && bench_now() - a->last < PATIENCE * UINT64_C(1000000)) {
		bool any = false;

		for (unsigned i = 0; i < a->count; i++) {
			any |= take_answers(a, &a->publishers[i]);
			fill(a, &a->publishers[i]);
		}
		if (!any)
			zmq_poll(items, (int)a->count, POLL);
	}
	return NULL;
}

/* -- life --------------------------------------------------------------------------- */

static void connect_publisher(const struct options *o, void *context, struct publisher *p, unsigned index)
{
	int unlimited = 0;

	*p = (struct publisher){.index = index, .next = o->start, .end = o->count ? o->start + o->count : 0};
	p->flights = calloc(MAX_IN_FLIGHT, sizeof *p->flights);
	p->socket = zmq_socket(context, ZMQ_DEALER);
	if (!p->flights || !p->socket)
		fail("socket");
	zmq_setsockopt(p->socket, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
	zmq_setsockopt(p->socket, ZMQ_RCVHWM, &unlimited, sizeof unlimited);
	zmq_setsockopt(p->socket, ZMQ_LINGER, &(int){0}, sizeof(int));
	if (zmq_connect(p->socket, o->endpoint) < 0)
		fail(o->endpoint);
}

static void share_out(const struct options *o, struct asker *askers, struct publisher *publishers, FILE *log)
{
	unsigned from = 0;

	for (unsigned t = 0; t < o->threads; t++) {
		unsigned to = o->publishers * (t + 1) / o->threads;

		askers[t].options = o;
		askers[t].publishers = publishers + from;
		askers[t].count = to - from;
		askers[t].log = log;
		memset(askers[t].filler, 'x', MAX_PAYLOAD);
		from = to;
	}
}

static void merge(struct asker *into, const struct asker *a)
{
	into->answered += a->answered;
	into->duplicates += a->duplicates;
	into->refused += a->refused;
	into->unknown += a->unknown;
	if (a->last > into->last)
		into->last = a->last;
	for (unsigned i = 0; i < HISTOGRAM_SIZE; i++)
		into->latency.counts[i] += a->latency.counts[i];
	into->latency.total += a->latency.total;
	if (a->latency.max > into->latency.max)
		into->latency.max = a->latency.max;
}

static void print(const struct asker *a, uint64_t sent, uint64_t began)
{
	double seconds = (double)(a->last - began) / 1e9;

	printf("{\"sent\":%" PRIu64 ",\"answered\":%" PRIu64 ",\"duplicates\":%" PRIu64 ",\"refused\":%" PRIu64
		",\"unknown\":%" PRIu64 ",\"seconds\":%.3f,\"per_second\":%.0f", sent, a->answered, a->duplicates, a->refused,
		a->unknown, seconds, seconds > 0 ? (double)a->answered / seconds : 0.0);
	if (a->latency.total)
		printf(",\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f", (double)histogram_at(&a->latency, 0.5) / 1000,
			(double)histogram_at(&a->latency, 0.99) / 1000, (double)a->latency.max / 1000);
	printf("}\n");
}

static void measure(const struct options *o, FILE *log)
{
	static struct asker askers[MAX_THREADS];
	struct publisher publishers[MAX_PUBLISHERS];
	void *context = zmq_ctx_new();
	uint64_t began, sent = 0;

	for (unsigned i = 0; i < o->publishers; i++)
		connect_publisher(o, context, &publishers[i], i);
	share_out(o, askers, publishers, log);
	began = bench_now();
	for (unsigned t = 0; t < o->threads; t++)
		if (pthread_create(&askers[t].thread, NULL, run, &askers[t]) != 0)
			fail("thread");
	for (unsigned t = 0; t < o->threads; t++) {
		pthread_join(askers[t].thread, NULL);
		if (log)
			write_unanswered(&askers[t]);
		if (t > 0)
			merge(&askers[0], &askers[t]);
	}
	for (unsigned i = 0; i < o->publishers; i++) {
		sent += publishers[i].next - o->start;
		zmq_close(publishers[i].socket);
		free(publishers[i].flights);
	}
	zmq_ctx_term(context);
	print(&askers[0], sent, began);
}

static bool are_possible(const struct options *o)
{
	return o->endpoint && o->publishers && o->publishers <= MAX_PUBLISHERS && o->in_flight && o->in_flight < MAX_IN_FLIGHT &&
	       o->threads && o->threads <= MAX_THREADS && o->bytes <= MAX_PAYLOAD && (!o->path || o->name) &&
	       (!o->name || strlen(o->name) <= 80) && strlen(o->target) <= 200;
}

int main(int argc, char **argv)
{
	struct options o = {.target = "channel/asked", .publishers = 16, .in_flight = 64, .threads = 1, .count = 10000,
		.bytes = 100};
	FILE *log = NULL;
	int option;

	while ((option = getopt(argc, argv, "z:T:c:f:j:n:s:i:b:o:")) != -1) {
		switch (option) {
		case 'z': o.endpoint = optarg; break;
		case 'T': o.target = optarg; break;
		case 'c': o.publishers = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'f': o.in_flight = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'j': o.threads = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'n': o.count = strtoull(optarg, NULL, 10); break;
		case 's': o.start = strtoull(optarg, NULL, 10); break;
		case 'i': o.name = optarg; break;
		case 'b': o.bytes = strtoul(optarg, NULL, 10); break;
		case 'o': o.path = optarg; break;
		default: return 2;
		}
	}
	if (!are_possible(&o)) {
		fprintf(stderr, "asker: -z ENDPOINT; -c to %d, -f below %d, -j to %d, -b to %d; -o needs -i\n", MAX_PUBLISHERS,
			MAX_IN_FLIGHT, MAX_THREADS, MAX_PAYLOAD);
		return 2;
	}
	if (o.path && !(log = fopen(o.path, "w"))) {
		perror(o.path);
		return 1;
	}
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	measure(&o, log);
	return log && fclose(log) != 0;
}
