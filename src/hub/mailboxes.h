/* mailboxes - messages that wait for a user until a session of that user has
 * acknowledged one.  The messages are in the store; here is who was handed them. */
#ifndef HUB_MAILBOXES_H
#define HUB_MAILBOXES_H

#include "muster/identity.h"
#include "muster/publish.h"
#include "muster/session_id.h"
#include "muster/store.h"

#include <stdint.h>

struct hub;
struct lane_post;

/* The next position, in any mailbox. */
uint64_t mailboxes_next(struct hub *hub);
/* A message was stored and goes to those sessions of its user that are there. */
void mailboxes_note(struct hub *hub, const struct publish *message, uint64_t mail);
/* A session is about to be this user's: ready(arg, outcome) is called later with what
 * waits for it, or with NULL when that cannot be read.  The outcome is borrowed for
 * the call, in which mailboxes_hand() puts what no other session has into a post. */
void mailboxes_load(struct hub *hub, const char *user, void (*ready)(void *arg, const struct store_outcome *mail), void *arg);
void mailboxes_hand(struct hub *hub, const struct session_id *session, const struct identity *who,
	const struct store_outcome *mail, struct lane_post *post);
/* A session has a message for good. */
void mailboxes_acknowledged(struct hub *hub, const char *user, uint64_t mail);
/* A session is this user's no longer (it ended, logged out, or is another's): call
 * after the core knows.  What it had not acknowledged goes to another one. */
void mailboxes_left(struct hub *hub, const struct session_id *session, const char *user);
void mailboxes_free(struct hub *hub);

#endif
