/* core - what Muster knows and decides: which sessions there are, who they
 * are, which channels they are in, who is online, where a message must go.
 * Pure: no descriptor, thread, clock, log or JSON.  Time is an argument (ms,
 * monotonic), names are plain strings, and what must be told to clients later
 * waits in a queue of changes until the caller takes it.
 *
 * It works per message and per command, never per receiver: a message is
 * routed to lanes, and the lanes find the sessions. */
#ifndef CORE_CORE_H
#define CORE_CORE_H

#include "muster/codes.h"
#include "muster/command.h"
#include "muster/identity.h"
#include "muster/publish.h"
#include "muster/session_id.h"
#include "muster/settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct core;

/* Borrowed settings; they must outlive the core. */
struct core *core_new(const struct settings *settings, unsigned lanes);
void core_free(struct core *c);

struct presence_counts {
	uint64_t users;    /* distinct logged-in users */
	uint64_t devices;  /* distinct devices, anonymous visitors included */
	uint64_t sessions;
};

/* -- sessions ---------------------------------------------------------- */

/* A session begins on a lane.  The identity (with app and device) is copied.
 * 0, or -CODE_FAILED: the id is open already.  It is a member of $all and $app/<app> from here on. */
int core_open(struct core *c, const struct session_id *id, unsigned lane, const struct identity *who, uint64_t now);
/* It ended: leaves all its channels.  An unknown id is passed over. */
void core_close(struct core *c, const struct session_id *id, uint64_t now);
/* It is somebody else now (login, logout: user NULL): memberships stay, presence
 * sees a leave and a join where the user changes.  Channels that only users
 * may be in are left at a logout, $app/.. when the app changes: their names are
 * appended to *lost (owned strings, by the caller), *lost_count says how many.
 * 0, or -CODE_NO_DATA: no such session. */
int core_identify(struct core *c, const struct session_id *id, const struct identity *who, uint64_t now,
	char ***lost, size_t *lost_count);
/* Borrowed, or NULL. */
const struct identity *core_identity(const struct core *c, const struct session_id *id);
int core_lane(const struct core *c, const struct session_id *id); /* < 0: unknown */
void core_set_state(struct core *c, const struct session_id *id, enum client_state state, uint64_t now);

/* -- channels ---------------------------------------------------------- */

struct membership {
	struct presence_counts counts; /* of the channel, with this session */
	bool is_new;                   /* it was not a member before */
	bool has_presence;             /* the channel's rule allows presence */
	enum slow_policy slow;
};

/* 0 and *out, or a negative reply code: -CODE_INVALID (name), -CODE_NOT_AUTHORISED,
 * -CODE_NOT_LOGGED_IN, -CODE_OVER_LIMIT (subscriptions of the session, channels in
 * all), -CODE_NO_DATA (no such session).  Repeating it changes the presence mode
 * only.  In $all and in its own $app/.. a session is by itself: there the presence
 * mode is all that is subscribed to, and its pushes have counts, never lists. */
int core_subscribe(struct core *c, const struct session_id *id, const char *channel, enum presence_mode presence,
	uint64_t now, struct membership *out);
/* 0, or -CODE_NO_DATA when it was no member. */
int core_unsubscribe(struct core *c, const struct session_id *id, const char *channel, uint64_t now);
/* Does the channel's rule show who is in it? */
bool core_has_presence(const struct core *c, const char *channel);
bool core_is_member(const struct core *c, const struct session_id *id, const char *channel);

/* -- messages ---------------------------------------------------------- */

struct route {
	uint64_t lanes;         /* a bit per lane that has a matching session (match and except not looked at) */
	enum slow_policy slow;  /* of the channel; the default for other targets */
	bool is_duplicate;      /* seen before: nothing to do */
	bool is_unknown_app;    /* nobody of that app has ever attached */
	uint64_t publisher_lost;/* messages missing since this publisher's last number */
};

/* Where a backend's message must go.  Remembers its id and its publisher's number. */
void core_route(struct core *c, const struct publish *message, uint64_t now, struct route *out);
/* The same for a session's own `publish`: 0, or -CODE_NOT_AUTHORISED where the
 * channel's rule or the missing membership forbids it.  Its ids are apart from
 * those of backends and of other users (of other sessions when anonymous). */
int core_route_client(struct core *c, const struct session_id *sender, const struct publish *message,
	uint64_t now, struct route *out);

/* The lanes of a route alone, nothing remembered. */
uint64_t core_lanes(const struct core *c, const struct target *target);
/* The name under which a message's id is remembered: of a backend's (sender NULL) or
 * a session's.  size bytes and a NUL, the caller's. */
char *core_message_key(const struct core *c, const struct session_id *sender, const char *id, size_t *size);
/* The message was not kept: its id may come again. */
void core_forget_id(struct core *c, const char *key, size_t size);
/* An id that an earlier process has seen. */
void core_remember_id(struct core *c, const char *key, size_t size, uint64_t expires);

/* Every session a target means, in no order.  Costs as many as the user or device
 * has, or (all, app, channel) as there are sessions: for counting what is narrowed,
 * and for operators, not for every message.  each() may not open or close sessions. */
typedef void core_each_fn(void *context, const struct session_id *id, unsigned lane, const struct identity *who);
void core_each(const struct core *c, const struct target *target, core_each_fn *each, void *context);
/* How many sessions and users a target means, not narrowed: O(sessions of the user
 * or device), else O(1). */
struct presence_counts core_count(const struct core *c, const struct target *target);

/* -- presence ---------------------------------------------------------- */

/* Who is in a channel: calls each() per user and app (strings borrowed); at most
 * `limit` calls.  -CODE_NO_DATA: no such channel. */
typedef void presence_each_fn(void *context, const char *user, const char *app, uint64_t since, enum client_state state);
int core_presence(const struct core *c, const char *channel, size_t limit, presence_each_fn *each, void *context,
	struct presence_counts *counts);
/* Is a user online (on any app): the best state of the user's sessions, since when. */
bool core_online(const struct core *c, const char *user, enum client_state *state, uint64_t *since);
/* scope: NULL everybody, else an app. */
void core_counts(const struct core *c, const char *app, struct presence_counts *out);
/* The same of a channel; all 0 when nobody is in it. */
void core_channel_counts(const struct core *c, const char *channel, struct presence_counts *out);

struct presence_person {
	char *user;
	char *app;
};

/* What changed in a channel since it was last told, net: who came and went again
 * is not in it. */
struct presence_change {
	char *channel;
	struct presence_person *join;
	size_t join_count;
	struct presence_person *leave;
	size_t leave_count;
	bool is_truncated;              /* more than MAX_PRESENCE_LIST: lists are left out */
	struct presence_counts counts;
	uint64_t list_lanes;            /* lanes with subscribers of mode list ... */
	uint64_t count_lanes;           /* ... of mode count */
};

/* The next change that is due (at most one per channel and presence_interval,
 * only when something changed and somebody listens), or NULL.  The caller's. */
struct presence_change *core_take_change(struct core *c, uint64_t now);
void presence_change_free(struct presence_change *p);
/* Milliseconds until core_take_change() or expiry has something to do; -1: nothing waits. */
int core_timeout(const struct core *c, uint64_t now);

#endif
