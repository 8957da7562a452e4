/* verb_exchange - one verb asked over HTTP: POST /api/v1/<verb> with a JSON object,
 * or GET with query parameters for verbs that read.  The answer is the verb's
 * envelope, its code once more as the status.  What is refused here is refused
 * with an envelope too. */
#ifndef API_VERB_EXCHANGE_H
#define API_VERB_EXCHANGE_H

#include "api/calls.h"
#include "api/mhd_result.h"
#include "muster/counters.h"

#include <stdbool.h>
#include <stddef.h>

struct verb_exchange;

bool verb_exchange_is_asked(const char *path);
/* At the head of the request.  roles: what its door allows; 0: nobody is let in. */
struct verb_exchange *verb_exchange_new(struct calls *calls, struct counters *counters, unsigned roles,
	struct MHD_Connection *connection, const char *path, const char *method);
void verb_exchange_free(struct verb_exchange *x); /* NULL is fine */
/* Call once before the rest: a body that is not worth reading is refused at once. */
mhd_result verb_exchange_begin(struct verb_exchange *x, struct MHD_Connection *connection);
/* The rest of the request, as libmicrohttpd hands it over.  At the end it sleeps until
 * there is an answer, VERB_ANSWER_SECONDS at most. */
mhd_result verb_exchange_step(struct verb_exchange *x, struct MHD_Connection *connection,
	const char *upload, size_t *upload_size);

enum { VERB_ANSWER_SECONDS = 30 };

#endif
