/* fake_hub - what stands behind hub_post() here: a thread that answers requests as
 * a test wants it. */
#ifndef UNIT_API_FAKE_HUB_H
#define UNIT_API_FAKE_HUB_H

#include "muster/request.h"

#include <stddef.h>

struct hub;

struct hub *fake_hub_new(void);
void fake_hub_free(struct hub *hub); /* what is held is answered first */
/* The envelope that answers from here on; NULL: requests are held. */
void fake_hub_answer_with(struct hub *hub, const char *json);
/* Wait until n requests came in all, 10 s at most; how many did. */
size_t fake_hub_wait(struct hub *hub, size_t n);
/* Answer all that is held with the envelope. */
void fake_hub_release(struct hub *hub, const char *json);
/* The last request: "<verb> <roles> <args>". */
const char *fake_hub_last(struct hub *hub);

#endif
