/* sessions - the posts of lanes about their sessions, each session's in order. */
#ifndef HUB_SESSIONS_H
#define HUB_SESSIONS_H

#include "muster/hub.h"

/* HUB_OPEN, HUB_JOIN, HUB_COMMAND or HUB_CLOSE: taken, and done in its turn. */
void sessions_take(struct hub *hub, struct hub_post *p);
/* At the end: what still waits is dropped. */
void sessions_drop(struct hub *hub);

#endif
