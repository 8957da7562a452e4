/* load - hold many clients of one kind in one thread, count what reaches them,
 * check that the running numbers come one after the other, and say how long
 * each message took.  Works against any server that sends the payload of
 * publish unchanged.
 *
 *   load -p PORT [options]
 *     -m ws|sse|poll   kind of client (ws)
 *     -n COUNT         clients (1000)
 *     -u PATH          request path, %d is the client's index, %k that modulo -k (Muster's)
 *     -o TEXT          a WebSocket says this on open, with %d and %k; repeatable
 *     -s SOURCES       loopback addresses to come from (1)
 *     -c COUNT         handshakes at once (200)
 *     -k KEYS          see -u
 *     -a COUNT         WebSockets acknowledge every so many pushes (never)
 *     -x               not Muster: payloads come bare
 *     -N COUNT         numbers 0 .. COUNT-1 must come; ends when they have
 *     -t SECONDS       end so long after all are open (10)
 *
 * Says READY on stderr when all clients are open and a JSON object on stdout at
 * the end.  SIGTERM ends it too. */
#include "bench/client.h"

#include "base/xalloc.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { TURN = 100, RAMP_SECONDS = 120, FAILURES_SHOWN = 5 };

struct load {
	struct crowd crowd; /* first: a client's crowd is its load */
	enum client_kind kind;
	unsigned count;
	unsigned started;
	unsigned settled;   /* open, or failed */
	unsigned at_once;
	unsigned shown;
	unsigned complete;  /* clients that have all numbers */
	uint64_t wanted;    /* numbers; 0: whatever comes */
	unsigned seconds;
	uint64_t began;
	uint64_t ready;     /* when all were settled; 0: not yet */
	struct client *clients;
};

static volatile sig_atomic_t is_stopped;

static void on_signal(int signal)
{
	(void)signal;
	is_stopped = 1;
}

static struct load *load_of(struct client *c)
{
	return (struct load *)c->crowd;
}

static void on_open(struct client *c)
{
	load_of(c)->settled++;
}

static void on_closed(struct client *c, const char *why)
{
	struct load *l = load_of(c);

	if (!c->was_opened)
		l->settled++;
	if (l->shown++ < FAILURES_SHOWN)
		fprintf(stderr, "client %u: %s\n", c->index, why);
}

static void on_number(struct client *c)
{
	struct load *l = load_of(c);

	if (l->wanted && c->next == l->wanted)
		l->complete++;
}

static void start_some(struct load *l)
{
	while (l->started < l->count && l->started - l->settled < l->at_once) {
		struct client *c = &l->clients[l->started];

		client_init(c, &l->crowd, l->started++, l->kind);
		if (!client_start(c)) {
			l->crowd.figures.failed++;
			on_closed(c, "no socket");
		}
	}
}

static double seconds_since(uint64_t from)
{
	return (double)(bench_now() - from) / 1e9;
}

static bool is_over(struct load *l)
{
	if (!l->ready && l->settled == l->count) {
		l->ready = bench_now();
		fprintf(stderr, "READY opened=%" PRIu64 " failed=%" PRIu64 " seconds=%.3f\n", l->crowd.figures.opened,
			l->crowd.figures.failed, seconds_since(l->began));
	}
	if (!l->ready)
		return seconds_since(l->began) > RAMP_SECONDS;
	return seconds_since(l->ready) > l->seconds || (l->wanted && l->complete == l->count);
}

static void run(struct load *l)
{
	l->began = bench_now();
	l->clients = xcalloc(l->count, sizeof *l->clients);
	while (!is_stopped && !is_over(l)) {
		start_some(l);
		crowd_turn(&l->crowd, TURN);
	}
}

/* What did not come in the end is lost as well. */
static void count_missing(struct load *l)
{
	for (unsigned i = 0; l->wanted && i < l->started; i++)
		if (l->clients[i].next < l->wanted)
			l->crowd.figures.lost += l->wanted - l->clients[i].next;
}

static void report(const struct load *l)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	printf("{\"clients\":%u,\"complete\":%u,\"connect_seconds\":%.3f,\"cpu_seconds\":%.2f,", l->count, l->complete,
		(double)(l->ready - l->began) / 1e9,
		(double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
			(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
	figures_print(&l->crowd.figures);
	printf("}\n");
}

static unsigned positive(const char *text)
{
	long n = strtol(text, NULL, 10);

	if (n < 0 || n > 1000000000) {
		fprintf(stderr, "load: %s: not a count\n", text);
		exit(2);
	}
	return (unsigned)n;
}

static enum client_kind kind_of(const char *name)
{
	static const char *const names[] = {[CLIENT_WS] = "ws", [CLIENT_SSE] = "sse", [CLIENT_POLL] = "poll"};

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return (enum client_kind)i;
	fprintf(stderr, "load: %s: no kind of client\n", name);
	exit(2);
}

static void add_text(struct crowd *crowd, const char *text)
{
	if (crowd->text_count == MAX_TEXTS) {
		fprintf(stderr, "load: at most %d texts\n", MAX_TEXTS);
		exit(2);
	}
	crowd->texts[crowd->text_count++] = text;
}

static void set_option(struct load *l, int option, const char *value)
{
	switch (option) {
	case 'p': l->crowd.server.sin_port = htons((uint16_t)positive(value)); break;
	case 'm': l->kind = kind_of(value); break;
	case 'n': l->count = positive(value); break;
	case 'u': l->crowd.path = value; break;
	case 'o': add_text(&l->crowd, value); break;
	case 's': l->crowd.sources = positive(value); break;
	case 'c': l->at_once = positive(value); break;
	case 'k': l->crowd.keys = positive(value); break;
	case 'a': l->crowd.ack = positive(value); break;
	case 'x': l->crowd.follows = false; break;
	case 'N': l->wanted = positive(value); break;
	case 't': l->seconds = positive(value); break;
	default: exit(2);
	}
}

int main(int argc, char **argv)
{
	static struct load l = {.count = 1000, .at_once = 200, .seconds = 10,
		.crowd = {.path = "", .follows = true, .on_open = on_open, .on_closed = on_closed, .on_number = on_number}};
	int option;

	crowd_init(&l.crowd);
	while ((option = getopt(argc, argv, "p:m:n:u:o:s:c:k:a:xN:t:")) != -1)
		set_option(&l, option, optarg);
	if (!l.crowd.server.sin_port) {
		fprintf(stderr, "load: -p PORT is missing\n");
		return 2;
	}
	l.crowd.starts_at_zero = l.wanted > 0;
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	run(&l);
	count_missing(&l);
	report(&l);
	for (unsigned i = 0; i < l.started; i++)
		client_drop(&l.clients[i], false);
	free(l.clients);
	crowd_fini(&l.crowd);
	return 0;
}
