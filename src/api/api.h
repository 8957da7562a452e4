/* api - the private HTTP side, for operators and backends: /metrics, /healthz,
 * /readyz, and the verbs under /api/v1/, which the hub answers.  It has threads
 * of its own. */
#ifndef API_API_H
#define API_API_H

#include "base/error.h"
#include "muster/counters.h"
#include "muster/settings.h"

#include <stdbool.h>
#include <stddef.h>

struct api;
struct hub;

/* Listen on every address of api.listen; /readyz says 503 until told
 * otherwise.  Verbs are posted to hub, borrowed.  NULL and a sentence on failure. */
struct api *api_new(const struct settings *settings, struct counters *counters, struct hub *hub,
	struct error *err);
/* While the hub still runs: waits for its answers to what is under way, a second at
 * most, then closes.  Later answers are thrown away.  NULL is fine. */
void api_free(struct api *a);
/* Any thread.  What /readyz says. */
void api_set_ready(struct api *a, bool is_ready);
/* The real addresses, separated by commas, for the log; cut to fit. */
void api_describe(const struct api *a, char *out, size_t size);

#endif
