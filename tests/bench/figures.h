/* figures - what a load program counts: deliveries, what is wrong with their
 * numbers, and a histogram of latencies of fixed size (3 % wide steps), so that
 * a long run needs no more memory than a short one. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stdint.h>

enum { HISTOGRAM_STEPS = 32, HISTOGRAM_SIZE = 60 * HISTOGRAM_STEPS };

struct histogram {
	uint64_t counts[HISTOGRAM_SIZE];
	uint64_t total;
	uint64_t max;
};

struct figures {
	uint64_t deliveries;
	uint64_t bytes;       /* received, all of them */
	uint64_t opened;
	uint64_t failed;      /* never opened, or refused */
	uint64_t closed;      /* by the server */
	uint64_t lost;        /* numbers that were left out without a word */
	uint64_t doubled;     /* numbers that came again */
	uint64_t told;        /* lost, and told: gaps, and "lost" of a resume */
	uint64_t misnumbered; /* the server's n is not the count of what came */
	uint64_t broken;      /* what came could not be understood */
	uint64_t first;       /* ns, of the first and the last delivery */
	uint64_t last;
	struct histogram latency; /* us */
};

uint64_t bench_now(void); /* ns, one clock for all processes */
void histogram_add(struct histogram *h, uint64_t value);
/* The value that a share (0 to 1) of all is not above. */
uint64_t histogram_at(const struct histogram *h, double share);
/* The members of a JSON object, without its braces, on stdout. */
void figures_print(const struct figures *f);

#endif
