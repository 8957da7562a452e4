/* session - one client's logical connection, as its lane holds it.
 *
 *   state      | connection        | timer
 *   -----------+-------------------+------------------------------
 *   OPENING    | waits for the hub | -
 *   ATTACHED   | bound             | ping, pong timeout
 *   DETACHED   | none              | end of resume or leave_grace
 *
 *   OPENING  --opened-->   ATTACHED     OPENING  --lost-->  (ends when the hub answers)
 *   ATTACHED --lost, released--> DETACHED --attach--> ATTACHED
 *   DETACHED --timer--> ended           any --kick, slow, policy--> ended
 */
#ifndef LANE_SESSION_H
#define LANE_SESSION_H

#include "base/rate.h"
#include "base/wheel.h"
#include "lane/audience.h"
#include "lane/stream.h"
#include "muster/identity.h"
#include "muster/lane.h"

enum session_state { SESSION_OPENING, SESSION_ATTACHED, SESSION_DETACHED };

struct session {
	struct session_id id;
	struct session_sid sid;
	enum session_state state;
	struct lane *lane;
	struct conn *conn;
	enum transport_kind kind;   /* of the connection, or of the last one */
	struct identity who;
	struct seats seats;
	struct stream stream;
	struct timer timer;
	struct session *next_dirty; /* in the lane's list of those to flush */
	struct session *previous_dirty;
	struct rate commands;
	uint32_t command_count;
	uint32_t dropped_crowded;   /* pushes dropped while all sessions held too much together */
	uint64_t heard;             /* the last sign of life */
	uint64_t lost;              /* by the last resume */
	uint64_t malformed_since;   /* when the count of bad commands began */
	unsigned malformed;
	int doom;                   /* close code to end with at the end of the turn; 0: none */
	bool is_dirty;
	bool is_new_device;
	bool was_resumed;
	bool is_rejoining;          /* its connection waits until the hub has answered HUB_JOIN */
	bool was_welcomed;          /* the client has its sid */
	bool is_leaving;            /* it said `close` */
	bool is_draining;
};

static inline struct seats *session_seats(struct session *s)
{
	return &s->seats;
}

/* Its connection may be written to. */
static inline bool session_is_live(const struct session *s)
{
	return s->state == SESSION_ATTACHED && s->conn && !s->conn->verdict && !s->is_rejoining;
}

#endif
