/* session_registry - the sessions that are open: found by id, and by user and
 * device.  A session's own record is small on purpose; its strings are those
 * of people.h, its channels one array. */
#ifndef CORE_SESSION_REGISTRY_H
#define CORE_SESSION_REGISTRY_H

#include "core/people.h"

#include "muster/command.h"
#include "muster/identity.h"
#include "muster/session_id.h"

#include <stddef.h>
#include <stdint.h>

enum { MAX_SUBSCRIPTIONS = UINT16_MAX }; /* whatever the settings say */

struct subscription {
	struct channel *channel;
	enum presence_mode presence;
};

struct session {
	struct session_id id;
	uint8_t lane;
	uint8_t state;                 /* enum client_state */
	uint16_t subscription_count;
	struct subscription *subscriptions; /* room for the next power of two */
	struct person is;
	struct session_link of_user;   /* when is.user */
	struct session_link of_device;
	struct identity who;           /* strings are those of is; attributes in one block */
};

struct session_registry {
	struct people people;
	struct map sessions;
	uint64_t users;   /* with a session */
	uint64_t devices;
};

void session_registry_init(struct session_registry *r);
void session_registry_fini(struct session_registry *r); /* every session must be removed */

/* A session that is not there yet; borrowed. */
struct session *session_registry_add(struct session_registry *r, const struct session_id *id, unsigned lane,
	const struct identity *who, uint64_t now);
/* Free it; it must be in no channel. */
void session_registry_remove(struct session_registry *r, struct session *s);
/* Borrowed, or NULL. */
struct session *session_registry_find(const struct session_registry *r, const struct session_id *id);
/* Make it somebody else.  *was is who it was before, for the caller to give
 * back with session_registry_release(). */
void session_registry_identify(struct session_registry *r, struct session *s, const struct identity *who,
	uint64_t now, struct person *was);
void session_registry_release(struct session_registry *r, struct person *p);
void session_set_state(struct session *s, enum client_state state);

/* Borrowed, or NULL. */
struct subscription *session_find_subscription(const struct session *s, const struct channel *channel);
struct subscription *session_add_subscription(struct session *s, struct channel *channel);
/* Other subscriptions may change places. */
void session_remove_subscription(struct session *s, struct subscription *sub);

static inline struct session *session_of_user_link(struct session_link *link)
{
	return (struct session *)(void *)((char *)link - offsetof(struct session, of_user));
}

static inline struct session *session_of_device_link(struct session_link *link)
{
	return (struct session *)(void *)((char *)link - offsetof(struct session, of_device));
}

#endif
