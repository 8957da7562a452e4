/* api - the private HTTP side, for operators and backends: /metrics, /healthz
 * and /readyz.  It has threads of its own and shares only the counters. */
#ifndef API_API_H
#define API_API_H

#include "base/error.h"
#include "muster/counters.h"
#include "muster/settings.h"

#include <stdbool.h>
#include <stddef.h>

struct api;

/* Listen on every address of api.listen; /readyz says 503 until told
 * otherwise.  NULL and a sentence on failure. */
struct api *api_new(const struct settings *settings, struct counters *counters, struct error *err);
void api_free(struct api *a); /* answers what is under way, then closes; NULL is fine */
/* Any thread.  What /readyz says. */
void api_set_ready(struct api *a, bool is_ready);
/* The real addresses, separated by commas, for the log; cut to fit. */
void api_describe(const struct api *a, char *out, size_t size);

#endif
