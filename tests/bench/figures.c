#include "bench/figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

uint64_t bench_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Up to HISTOGRAM_STEPS each value has its place; then each power of two has as
 * many places. */
static unsigned place_of(uint64_t value)
{
	unsigned power;

	if (value < HISTOGRAM_STEPS)
		return (unsigned)value;
	power = 63 - (unsigned)__builtin_clzll(value) - 5;
	return (power + 1) * HISTOGRAM_STEPS + (unsigned)(value >> power) - HISTOGRAM_STEPS;
}

static uint64_t last_value_of(unsigned place)
{
	unsigned power = place / HISTOGRAM_STEPS;

	if (power == 0)
		return place;
	return ((uint64_t)(place % HISTOGRAM_STEPS + HISTOGRAM_STEPS + 1) << (power - 1)) - 1;
}

void histogram_add(struct histogram *h, uint64_t value)
{
	unsigned place = place_of(value);

	h->counts[place < HISTOGRAM_SIZE ? place : HISTOGRAM_SIZE - 1]++;
	h->total++;
	if (value > h->max)
		h->max = value;
}

uint64_t histogram_at(const struct histogram *h, double share)
{
	uint64_t wanted = (uint64_t)((double)h->total * share), seen = 0;

	for (unsigned i = 0; i < HISTOGRAM_SIZE; i++) {
		seen += h->counts[i];
		if (seen > wanted)
			return last_value_of(i) < h->max ? last_value_of(i) : h->max;
	}
	return h->max;
}

static double ms(uint64_t us)
{
	return (double)us / 1000;
}

void figures_print(const struct figures *f)
{
	double seconds = (double)(f->last - f->first) / 1e9;

	printf("\"deliveries\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"opened\":%" PRIu64 ",\"failed\":%" PRIu64
		",\"closed\":%" PRIu64, f->deliveries, f->bytes, f->opened, f->failed, f->closed);
	printf(",\"lost\":%" PRIu64 ",\"doubled\":%" PRIu64 ",\"told\":%" PRIu64 ",\"misnumbered\":%" PRIu64
		",\"broken\":%" PRIu64, f->lost, f->doubled, f->told, f->misnumbered, f->broken);
	printf(",\"seconds\":%.3f,\"per_second\":%.0f", seconds, seconds > 0 ? (double)f->deliveries / seconds : 0.0);
	if (f->latency.total)
		printf(",\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f", ms(histogram_at(&f->latency, 0.5)),
			ms(histogram_at(&f->latency, 0.99)), ms(f->latency.max));
}
