/* rig - the real hub, core and memory store on a clock that the test moves.  Lanes
 * and bus are stood in for: what the hub posts to lanes is kept, to be looked at. */
#ifndef HUB_RIG_H
#define HUB_RIG_H

#include "muster/hub.h"
#include "muster/lane.h"

#include <stdbool.h>

/* With one channel rule: pattern, history and ttl, members may publish. */
void rig_start(const char *pattern, unsigned history, uint64_t ttl);
/* The same with durable channels, none of which can be loaded. */
void rig_start_unreadable(const char *pattern);
void rig_stop(void);
void rig_later(uint64_t ms);

/* A session s of a user (NULL: nobody), named by a number; it is on lane 0. */
void rig_open(unsigned s, const char *user);
void rig_close(unsigned s);
void rig_command(unsigned s, const char *json);
/* The session has acknowledged a push that says `"data":<data>`, of those it was given. */
void rig_acknowledge(unsigned s, const char *data);
/* Ask for a verb; the envelope, borrowed until the next call. */
const char *rig_ask(const char *verb, const char *args);

/* Two at once: the first is answered as new, the second as a duplicate of it. */
void rig_ask_twice(const char *verb, const char *args);
/* The daemon ends and another begins on the same store, while the clock goes back. */
void rig_restart(uint64_t ms_back);
/* From here on no id of a message is remembered. */
void rig_forget_ids(void);

/* What session s was given since the last call, as the data of its messages: "1 2
 * gap3 4".  Borrowed until the next call. */
const char *rig_given(unsigned s);
/* The last reply to session s, borrowed until the next call. */
const char *rig_reply(unsigned s);

#endif
