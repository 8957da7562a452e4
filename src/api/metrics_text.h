/* metrics_text - everything counted, in the text format that Prometheus reads
 * (exposition format 0.0.4).  Pure: what it writes comes from its arguments. */
#ifndef API_METRICS_TEXT_H
#define API_METRICS_TEXT_H

#include "base/buffer.h"
#include "muster/counters.h"

#include <stdint.h>

/* What the process uses; a negative value is not known and left out. */
struct process_usage {
	int64_t resident_bytes;
	double cpu_seconds;
	int64_t open_fds;
	double start_time; /* seconds since 1970 */
};

/* Append the page: the counters, muster_build_info with the version, the usage. */
void metrics_text(struct buffer *out, struct counters *counters, const struct process_usage *usage,
	const char *version);

#endif
