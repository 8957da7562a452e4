/* sweep - see sweep.h.  An index by expiry would make every message dearer to write;
 * instead a place goes round each table.  A slice reads and deletes at most SLICE
 * rows of each, which is a few milliseconds. */
#include "store/sweep.h"

enum {
	SLICE = 512,
	BUSY_PAUSE = 50,                 /* ms, when the slice found something */
	PAUSE = 1000,                    /* ms, when it found nothing */
	FORGET_AFTER = 24 * 3600 * 1000, /* ms since the last message */
};

struct row {
	uint64_t owner;
	uint64_t position;
};

/* The expired of the next slice; the place moves on, back to the start at the end. */
static int find_expired(struct database *d, enum statement which, uint64_t *owner, uint64_t *position,
	uint64_t wall, struct row rows[SLICE])
{
	int result, seen = 0, count = 0;

	database_bind(d, which, 1, *owner);
	database_bind(d, which, 2, *position);
	database_bind(d, which, 3, SLICE);
	while ((result = database_step(d, which)) > 0) {
		seen++;
		*owner = database_number(d, which, 0);
		*position = database_number(d, which, 1);
		if (database_number(d, which, 2) <= wall)
			rows[count++] = (struct row){*owner, *position};
	}
	if (seen < SLICE)
		*owner = *position = 0;
	return result < 0 ? result : count;
}

static int sweep_messages(struct sweep *s, struct database *d, uint64_t wall)
{
	struct row rows[SLICE];
	int count = find_expired(d, SWEEP_MESSAGES, &s->channel, &s->position, wall, rows);
	int result = count < 0 ? count : 0;

	for (int i = 0; i < count && result == 0; i++) {
		database_bind(d, SWEEP_MESSAGE, 1, rows[i].owner);
		database_bind(d, SWEEP_MESSAGE, 2, rows[i].position);
		result = database_run(d, SWEEP_MESSAGE);
	}
	s->found |= count > 0;
	return result;
}

static int sweep_mail(struct sweep *s, struct database *d, uint64_t wall)
{
	struct row rows[SLICE];
	int count = find_expired(d, SWEEP_MAIL, &s->mailbox, &s->mail, wall, rows);
	int result = count < 0 ? count : 0;

	for (int i = 0; i < count && result == 0; i++) {
		database_bind(d, MAIL_DROP, 1, rows[i].owner);
		database_bind(d, MAIL_DROP, 2, rows[i].position);
		database_bind(d, SWEEP_MAILBOX, 1, rows[i].owner);
		result = database_run(d, MAIL_DROP);
		if (result == 0)
			result = database_run(d, SWEEP_MAILBOX);
	}
	s->found |= count > 0;
	return result;
}

static int sweep_ids(struct sweep *s, struct database *d, uint64_t wall)
{
	int result;

	database_bind(d, SWEEP_IDS, 1, wall);
	database_bind(d, SWEEP_IDS, 2, SLICE);
	result = database_run(d, SWEEP_IDS);
	s->found |= result == 0 && sqlite3_changes(d->db) > 0;
	return result;
}

/* Channels or mailboxes: the slice behind *at, those that are empty and old. */
static int forget(struct sweep *s, struct database *d, enum statement upto, enum statement which,
	uint64_t *at, uint64_t wall)
{
	uint64_t to;
	int result;

	database_bind(d, upto, 1, *at);
	database_bind(d, upto, 2, SLICE);
	result = database_get(d, upto, &to);
	if (result < 0)
		return result;
	if (to > 0) {
		database_bind(d, which, 1, *at);
		database_bind(d, which, 2, to);
		database_bind(d, which, 3, wall - FORGET_AFTER);
		result = database_run(d, which);
		s->found |= result == 0 && sqlite3_changes(d->db) > 0;
	}
	*at = to;
	return result;
}

static int sweep_all(struct sweep *s, struct database *d, uint64_t wall)
{
	int result = database_run(d, BEGIN);

	if (result == 0)
		result = sweep_messages(s, d, wall);
	if (result == 0)
		result = sweep_mail(s, d, wall);
	if (result == 0)
		result = sweep_ids(s, d, wall);
	if (result == 0)
		result = forget(s, d, SWEEP_CHANNELS_TO, SWEEP_CHANNELS, &s->channels, wall);
	if (result == 0)
		result = forget(s, d, SWEEP_MAILBOXES_TO, SWEEP_MAILBOXES, &s->mailboxes, wall);
	return result < 0 ? result : database_run(d, COMMIT);
}

void sweep_slice(struct sweep *s, struct database *d, uint64_t monotonic, uint64_t wall)
{
	if (monotonic < s->due)
		return;
	s->found = false;
	if (sweep_all(s, d, wall) < 0) { /* the next time round is soon enough */
		s->found = false;
		if (!sqlite3_get_autocommit(d->db))
			database_run(d, ROLLBACK);
	}
	s->due = monotonic + (s->found ? BUSY_PAUSE : PAUSE);
}

int sweep_timeout(const struct sweep *s, uint64_t monotonic)
{
	return monotonic >= s->due ? 0 : (int)(s->due - monotonic);
}
