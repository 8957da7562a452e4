/* pages - what anybody may read on the private side: /metrics, /healthz and
 * /readyz; a table.  All else is "no such page". */
#ifndef API_PAGES_H
#define API_PAGES_H

#include "base/buffer.h"
#include "muster/counters.h"

#include <stdatomic.h>
#include <stdbool.h>

struct pages {
	struct counters *counters;
	double start_time;
	atomic_bool is_ready;
};

/* Append the body of the answer, set its type, return its status.  Any thread. */
unsigned pages_answer(struct pages *p, const char *method, const char *path, struct buffer *body,
	const char **type);

#endif
