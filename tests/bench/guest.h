/* guest - a client that comes and goes: it attaches, stays a while, leaves in one
 * of several unfriendly ways, and comes back for its session by whatever
 * transport, for good only now and then.
 *
 *   AWAY --due--> HERE --due--> AWAY                     (drop, at any point)
 *                      --due--> PARTING --due--> AWAY    (half a request, half-closed)
 *                      --due--> HERE                     (taken over by a second connection)
 */
#ifndef BENCH_GUEST_H
#define BENCH_GUEST_H

#include "bench/client.h"

enum guest_phase { GUEST_AWAY, GUEST_HERE, GUEST_PARTING };

enum leave {
	LEAVE_FIN,
	LEAVE_RST,
	LEAVE_EARLY,    /* asks, and does not wait for the answer */
	LEAVE_CUT,      /* after half of a request or frame */
	LEAVE_HALF,     /* says that it says no more, and reads on */
	LEAVE_GOODBYE,  /* WebSocket: close 1000; others: FIN */
	LEAVE_TAKEOVER, /* a second connection while the first one is open */
	LEAVES,
};

struct hotel {
	struct crowd crowd; /* first: a guest's crowd is its hotel */
	uint64_t now;       /* ns */
	uint64_t resume;    /* ns, what the daemon was told */
	bool is_settling;   /* nobody leaves any more */
	unsigned seed;
	uint64_t attaches;
	uint64_t resumes;   /* tried, in time */
	uint64_t moves;     /* of these, by another transport than before */
	uint64_t lates;     /* tried, too late on purpose */
	uint64_t leaves[LEAVES];
	uint64_t sessions_lost; /* came in time and was refused, or given another session */
	uint64_t unexpected;    /* ended by the daemon for no reason of ours */
	uint64_t not_ended;     /* taken over, and the daemon did not end the old connection */
};

struct guest {
	struct client client; /* first */
	enum guest_phase phase;
	enum leave leave;     /* how it will leave, or does */
	enum client_kind home;
	uint64_t due;         /* ns */
	uint64_t present_at;  /* ns, when a connection that was open was left */
	bool is_late;         /* comes too late, and was not told so yet */
	bool old_is_over;     /* another connection was opened since */
	int old_fd;           /* taken over; -1: none */
	enum client_kind old_kind;
	uint64_t old_since;
};

void guest_init(struct guest *g, struct hotel *h, unsigned index, enum client_kind home);
void guest_fini(struct guest *g);
/* Do what is due; to be called every few milliseconds. */
void guest_turn(struct guest *g);
/* For the crowd. */
void guest_on_open(struct client *c);
void guest_on_closed(struct client *c, const char *why);

#endif
