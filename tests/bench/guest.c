#include "bench/guest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	MS = 1000000,        /* in ns */
	STAY = 4000,         /* ms, on average */
	AWAY = 3000,         /* ms, at most, of those who come in time */
	OLD_PATIENCE = 5000, /* ms, until the daemon has ended what was taken over */
	FOR_GOOD = 15,       /* of 100 who leave */
	LATE = 2,
	MOVES = 40,
	SHOWN = 10,
	MARGIN = 2500,       /* ms, of the time to resume that is not counted on */
};

static struct hotel *hotel_of(struct guest *g)
{
	return (struct hotel *)g->client.crowd;
}

static unsigned below(struct hotel *h, unsigned bound)
{
	return (unsigned)rand_r(&h->seed) % bound;
}

static void set_due(struct guest *g, uint64_t ms)
{
	g->due = hotel_of(g)->now + ms * MS;
}

void guest_init(struct guest *g, struct hotel *h, unsigned index, enum client_kind home)
{
	client_init(&g->client, &h->crowd, index, home);
	g->home = home;
	g->phase = GUEST_AWAY;
	g->is_late = g->old_is_over = false;
	g->old_fd = -1;
	set_due(g, below(h, STAY));
}

/* The daemon knew of it until now. */
static void note_presence(struct guest *g)
{
	if (g->client.was_opened)
		g->present_at = hotel_of(g)->now;
}

static void close_old(struct guest *g)
{
	if (g->old_fd >= 0)
		close(g->old_fd);
	g->old_fd = -1;
}

void guest_fini(struct guest *g)
{
	close_old(g);
	client_drop(&g->client, false);
}

/* -- leaving ----------------------------------------------------------------------- */

static void go_away(struct guest *g, bool resets)
{
	struct hotel *h = hotel_of(g);
	unsigned chance = below(h, 100);

	note_presence(g);
	client_drop(&g->client, resets);
	g->client.was_opened = false;
	g->phase = GUEST_AWAY;
	set_due(g, below(h, AWAY));
	if (chance < FOR_GOOD) {
		client_forget(&g->client);
		close_old(g); /* of a session that nobody goes on with */
		g->is_late = false;
	} else if (chance < FOR_GOOD + LATE && !h->is_settling && g->client.sid[0]) {
		g->is_late = true;
		g->due = h->now + h->resume + 3000ull * MS;
	}
}

/* Half of what it would say next; a poll may have to be answered first. */
static void cut(struct guest *g)
{
	static const unsigned char half[] = {0x81, 0x80 | 20, 0, 0, 0, 0, '{', '"'};

	if (g->client.kind == CLIENT_WS)
		client_say(&g->client, half, sizeof half);
	else if (g->client.kind == CLIENT_SSE)
		client_say(&g->client, "GET /sse?ch", 11);
	else
		g->client.cuts_next = true;
}

static void take_over(struct guest *g)
{
	note_presence(g);
	close_old(g);
	g->old_kind = g->client.kind;
	g->old_fd = client_release(&g->client);
	g->old_since = hotel_of(g)->now;
	g->old_is_over = false;
	g->phase = GUEST_AWAY;
	g->due = 0; /* at once */
}

static void leave(struct guest *g)
{
	static const unsigned char goodbye[] = {0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8};

	if (g->leave == LEAVE_TAKEOVER && !(g->client.was_opened && g->client.sid[0]))
		g->leave = LEAVE_FIN; /* nothing to take over yet */
	hotel_of(g)->leaves[g->leave]++;
	switch (g->leave) {
	case LEAVE_CUT:
		cut(g);
		g->phase = GUEST_PARTING;
		set_due(g, below(hotel_of(g), 300));
		return;
	case LEAVE_HALF:
		shutdown(g->client.fd, SHUT_WR);
		g->phase = GUEST_PARTING;
		set_due(g, 1000);
		return;
	case LEAVE_TAKEOVER:
		take_over(g);
		return;
	case LEAVE_GOODBYE:
		if (g->client.kind == CLIENT_WS && g->client.state == CLIENT_OPEN)
			client_say(&g->client, goodbye, sizeof goodbye);
		break;
	default:
		break;
	}
	go_away(g, g->leave == LEAVE_RST);
}

/* -- coming ------------------------------------------------------------------------ */

static void plan_leave(struct guest *g)
{
	struct hotel *h = hotel_of(g);
	double share = (below(h, 10000) + 1) / 10001.0;

	g->leave = (enum leave)below(h, LEAVES);
	set_due(g, g->leave == LEAVE_EARLY ? below(h, 3) : (uint64_t)(-log(share) * STAY));
}

static void choose_kind(struct guest *g)
{
	struct hotel *h = hotel_of(g);
	enum client_kind before = g->client.kind;
	unsigned chance = below(h, 8);

	g->client.kind = g->home;
	if (g->client.sid[0] && below(h, 100) < MOVES)
		g->client.kind = chance == 0 ? CLIENT_WS : chance == 1 ? CLIENT_SSE : CLIENT_POLL;
	if (g->client.sid[0] && !g->is_late)
		h->moves += g->client.kind != before;
}

static void come(struct guest *g)
{
	struct hotel *h = hotel_of(g);

	/* several times in a row it may have left before the daemon knew of it */
	if (g->client.sid[0] && h->now - g->present_at + (uint64_t)MARGIN * MS > h->resume)
		g->is_late = true;
	choose_kind(g);
	h->attaches++;
	if (g->is_late)
		h->lates++;
	else if (g->client.sid[0])
		h->resumes++;
	g->phase = GUEST_HERE;
	plan_leave(g);
	if (!client_start(&g->client))
		go_away(g, false);
}

/* Whoever was late and did not wait for the answer does not know yet. */
void guest_on_open(struct client *c)
{
	struct guest *g = (struct guest *)c;

	if (!c->was_renewed)
		g->is_late = false; /* the session was still there, or is new */
	g->old_since = hotel_of(g)->now;
	g->old_is_over = true;
}

static void complain(struct guest *g, const char *what, const char *why)
{
	struct hotel *h = hotel_of(g);

	if (h->sessions_lost + h->unexpected + h->not_ended <= SHOWN)
		fprintf(stderr, "guest %u: %s: %s (kind %d, phase %d, leave %d, last open %.1f s ago)\n", g->client.index,
			what, why, (int)g->client.kind, (int)g->phase, (int)g->leave, (double)(h->now - g->present_at) / 1e9);
}

void guest_on_closed(struct client *c, const char *why)
{
	struct guest *g = (struct guest *)c;
	struct hotel *h = hotel_of(g);

	if (g->phase == GUEST_PARTING) {
		go_away(g, false);
		return;
	}
	if (g->is_late) {
		client_forget(c); /* as it had to be */
		g->is_late = false;
	} else if (c->sid[0] && strcmp(why, "gone") == 0) {
		h->sessions_lost++;
		complain(g, "its session is gone", why);
		client_forget(c);
	} else {
		h->unexpected++;
		complain(g, "was ended", why);
	}
	go_away(g, false);
}

/* -- in time ----------------------------------------------------------------------- */

/* A close frame with 4000 somewhere in it. */
static bool has_farewell(const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i + 3 < size; i++)
		if (bytes[i] == 0x88 && bytes[i + 2] == 0x0f && bytes[i + 3] == 0xa0)
			return true;
	return false;
}

/* Taken over: a stream ends, a WebSocket is told 4000, a poll is answered. */
static void watch_old(struct guest *g)
{
	struct hotel *h = hotel_of(g);
	unsigned char bytes[16384];
	ssize_t got = recv(g->old_fd, bytes, sizeof bytes, MSG_DONTWAIT);

	if (got == 0 || (got > 0 && g->old_kind == CLIENT_POLL) ||
	    (got > 0 && g->old_kind == CLIENT_WS && has_farewell(bytes, (size_t)got))) {
		close_old(g);
	} else if (h->now - g->old_since > (uint64_t)OLD_PATIENCE * MS) {
		h->not_ended += g->old_is_over;
		if (g->old_is_over)
			complain(g, "taken over", "the old connection was not ended");
		close_old(g);
	}
}

static void check_session(struct guest *g)
{
	struct hotel *h = hotel_of(g);

	if (g->client.was_renewed && !g->is_late) {
		h->sessions_lost++;
		complain(g, "came in time", "was given another session");
	}
	if (g->client.was_renewed)
		g->is_late = false;
	g->client.was_renewed = false;
}

void guest_turn(struct guest *g)
{
	struct hotel *h = hotel_of(g);

	if (g->old_fd >= 0)
		watch_old(g);
	check_session(g);
	if (g->due > h->now)
		return;
	if (g->phase == GUEST_AWAY)
		come(g);
	else if (g->phase == GUEST_PARTING)
		go_away(g, below(h, 2) == 0);
	else if (!h->is_settling)
		leave(g);
}
