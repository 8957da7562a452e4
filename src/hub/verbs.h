/* verbs - what the files that serve verbs share. */
#ifndef HUB_VERBS_H
#define HUB_VERBS_H

#include "base/buffer.h"
#include "muster/request.h"

struct hub;

void verb_refuse(struct request *r, int code, const char *sentence);
/* Answer with the data, a JSON text, and free it. */
void verb_succeed(struct request *r, struct buffer *data);

/* publish_verbs.c */
void verb_publish(struct hub *hub, struct request *r);
void verb_broadcast(struct hub *hub, struct request *r);

#endif
