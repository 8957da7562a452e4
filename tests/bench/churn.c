/* churn - many guests (guest.h) for a while, then all of them present: did every
 * session that was come back for in time get each message once and in order?
 *
 *   churn -p PORT [-t SECONDS] [-L polls] [-W websockets] [-S streams] [-k KEYS]
 *         [-r RESUME_MS] [-s SEED]
 *
 * Guest i listens to channel/churn<i modulo KEYS>; publish with -T channel/churn%k
 * and the same -k.  After SECONDS nobody leaves any more; when everybody is back
 * it says SETTLED on stderr.  Stop the publisher then, wait a moment, and send
 * SIGTERM: it compares who has got how far and prints a JSON object. */
#include "bench/guest.h"

#include "base/xalloc.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TURN = 5, SOURCES = 16, ACK = 64, SETTLING = 6 };

struct churn {
	struct hotel hotel;
	unsigned counts[3]; /* by kind */
	unsigned count;
	unsigned seconds;
	uint64_t began;
	uint64_t settling_since;
	bool is_settled;
	uint64_t longest_turn; /* ns */
	uint64_t behind;       /* messages that others of the channel have */
	struct guest *guests;
};

static volatile sig_atomic_t is_stopped;

static void on_signal(int signal)
{
	(void)signal;
	is_stopped = 1;
}

static void make_guests(struct churn *c)
{
	unsigned at = 0;

	c->count = c->counts[0] + c->counts[1] + c->counts[2];
	c->guests = xcalloc(c->count, sizeof *c->guests);
	for (unsigned kind = CLIENT_WS; kind <= CLIENT_POLL; kind++)
		for (unsigned i = 0; i < c->counts[kind]; i++, at++)
			guest_init(&c->guests[at], &c->hotel, at, (enum client_kind)kind);
}

static bool is_everybody_here(const struct churn *c)
{
	for (unsigned i = 0; i < c->count; i++)
		if (c->guests[i].phase != GUEST_HERE || !c->guests[i].client.was_opened)
			return false;
	return true;
}

/* Everybody is back, and has been for long enough to have got something. */
static void settle(struct churn *c)
{
	struct hotel *h = &c->hotel;

	if (!h->is_settling) {
		h->is_settling = h->now - c->began > c->seconds * 1000000000ull;
		return;
	}
	if (c->is_settled)
		return;
	if (!is_everybody_here(c))
		c->settling_since = h->now;
	else if (h->now - c->settling_since > SETTLING * 1000000000ull) {
		c->is_settled = true;
		fprintf(stderr, "SETTLED\n");
	}
}

static void turn(struct churn *c)
{
	uint64_t began = bench_now();

	c->hotel.now = began;
	for (unsigned i = 0; i < c->count; i++)
		guest_turn(&c->guests[i]);
	crowd_turn(&c->hotel.crowd, TURN);
	settle(c);
	if (bench_now() - began > c->longest_turn)
		c->longest_turn = bench_now() - began;
}

static void count_behind(struct churn *c)
{
	unsigned keys = c->hotel.crowd.keys;
	uint64_t *furthest = xcalloc(keys, sizeof *furthest);

	for (unsigned i = 0; i < c->count; i++)
		if (c->guests[i].client.next > furthest[i % keys])
			furthest[i % keys] = c->guests[i].client.next;
	for (unsigned i = 0; i < c->count; i++)
		if (c->guests[i].client.has_next)
			c->behind += furthest[i % keys] - c->guests[i].client.next;
	free(furthest);
}

static void report(const struct churn *c)
{
	static const char *const names[LEAVES] = {"fin", "rst", "early", "cut", "half", "goodbye", "takeover"};
	const struct hotel *h = &c->hotel;

	printf("{\"attaches\":%" PRIu64 ",\"resumes\":%" PRIu64 ",\"moves\":%" PRIu64 ",\"lates\":%" PRIu64, h->attaches,
		h->resumes, h->moves, h->lates);
	for (unsigned i = 0; i < LEAVES; i++)
		printf(",\"left_%s\":%" PRIu64, names[i], h->leaves[i]);
	printf(",\"sessions_lost\":%" PRIu64 ",\"unexpected\":%" PRIu64 ",\"not_ended\":%" PRIu64 ",\"behind\":%" PRIu64
		",\"settled\":%s,\"longest_turn_ms\":%.1f,",
		h->sessions_lost, h->unexpected, h->not_ended, c->behind, c->is_settled ? "true" : "false",
		(double)c->longest_turn / 1e6);
	figures_print(&h->crowd.figures);
	printf("}\n");
}

static unsigned number(const char *text)
{
	return (unsigned)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
	static struct churn c = {.counts = {[CLIENT_WS] = 500, [CLIENT_SSE] = 500, [CLIENT_POLL] = 3000}, .seconds = 600,
		.hotel = {.resume = 10000000000ull, .seed = 1,
			.crowd = {.path = "?channel=churn%k", .keys = 10, .sources = SOURCES, .follows = true, .ack = ACK,
				.on_open = guest_on_open, .on_closed = guest_on_closed}}};
	int option;

	while ((option = getopt(argc, argv, "p:t:L:W:S:k:r:s:")) != -1) {
		switch (option) {
		case 'p': c.hotel.crowd.server.sin_port = htons((uint16_t)number(optarg)); break;
		case 't': c.seconds = number(optarg); break;
		case 'L': c.counts[CLIENT_POLL] = number(optarg); break;
		case 'W': c.counts[CLIENT_WS] = number(optarg); break;
		case 'S': c.counts[CLIENT_SSE] = number(optarg); break;
		case 'k': c.hotel.crowd.keys = number(optarg); break;
		case 'r': c.hotel.resume = strtoull(optarg, NULL, 10) * 1000000; break;
		case 's': c.hotel.seed = number(optarg); break;
		default: return 2;
		}
	}
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	crowd_init(&c.hotel.crowd);
	c.hotel.now = c.began = bench_now();
	make_guests(&c);
	while (!is_stopped)
		turn(&c);
	count_behind(&c);
	report(&c);
	for (unsigned i = 0; i < c.count; i++)
		guest_fini(&c.guests[i]);
	free(c.guests);
	crowd_fini(&c.hotel.crowd);
	return 0;
}
