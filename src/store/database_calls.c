/* database_calls - see database_calls.h.  Trimming takes a whole stretch from the
 * old end at once, every few messages, and never more than TRIM_MOST rows, so that
 * a limit made much smaller does not make one long transaction. */
#include "store/database_calls.h"

#include <string.h>

enum {
	TRIM_EVERY = 64,    /* messages that may lie beyond the limit of a channel */
	TRIM_IDS_EVERY = 1024,
	TRIM_MOST = 8192,   /* more than a group of calls can add */
	IDS_A_BATCH = 4096,
};

struct channel_row {
	uint64_t id;
	uint64_t last;
	bool known;
	bool same_epoch;
};

static void bind_message(struct database *d, enum statement which, uint64_t owner, const struct stored_message *m)
{
	database_bind(d, which, 1, owner);
	database_bind(d, which, 2, m->position);
	database_bind(d, which, 3, m->time);
	database_bind(d, which, 4, m->expires);
	database_bind_text(d, which, 5, m->text, m->size);
}

/* The rows of a load statement that is bound. */
static int take_messages(struct database *d, enum statement which, struct store_call *call)
{
	int result;

	while ((result = database_step(d, which)) > 0) {
		struct stored_message m = {.position = database_number(d, which, 0),
			.time = database_number(d, which, 1), .expires = database_number(d, which, 2)};

		m.text = database_bytes(d, which, 3, &m.size);
		store_call_add_message(call, &m);
	}
	return result;
}

static int load_channel(struct database *d, struct store_call *call)
{
	uint64_t channel;
	int result;

	database_bind_text(d, CHANNEL_FIND, 1, call->name, strlen(call->name));
	result = database_step(d, CHANNEL_FIND);
	if (result <= 0)
		return result;
	channel = database_number(d, CHANNEL_FIND, 0);
	call->outcome.last = database_number(d, CHANNEL_FIND, 1);
	store_call_set_epoch(call, (const char *)sqlite3_column_text(d->statements[CHANNEL_FIND], 2));
	database_end(d, CHANNEL_FIND);
	database_bind(d, MESSAGE_LOAD, 1, channel);
	database_bind(d, MESSAGE_LOAD, 2, call->now);
	database_bind(d, MESSAGE_LOAD, 3, call->limit);
	return take_messages(d, MESSAGE_LOAD, call);
}

static int find_channel(struct database *d, const struct store_call *call, struct channel_row *row)
{
	const char *epoch;
	size_t size;
	int result;

	*row = (struct channel_row){0};
	database_bind_text(d, CHANNEL_FIND, 1, call->name, strlen(call->name));
	result = database_step(d, CHANNEL_FIND);
	if (result <= 0)
		return result;
	row->known = true;
	row->id = database_number(d, CHANNEL_FIND, 0);
	row->last = database_number(d, CHANNEL_FIND, 1);
	epoch = database_bytes(d, CHANNEL_FIND, 2, &size);
	row->same_epoch = size == strlen(call->epoch) && memcmp(epoch, call->epoch, size) == 0;
	database_end(d, CHANNEL_FIND);
	return 0;
}

/* Write the channel's new last position; a new channel gets its number. */
static int set_channel(struct database *d, const struct store_call *call, struct channel_row *row)
{
	enum statement which = row->known ? CHANNEL_SET : CHANNEL_ADD;
	int result = 0;

	if (row->known && !row->same_epoch) {
		database_bind(d, CHANNEL_CLEAR, 1, row->id);
		result = database_run(d, CHANNEL_CLEAR);
	}
	if (result < 0)
		return result;
	if (row->known)
		database_bind(d, which, 1, row->id);
	else
		database_bind_text(d, which, 1, call->name, strlen(call->name));
	database_bind_text(d, which, 2, call->epoch, strlen(call->epoch));
	database_bind(d, which, 3, call->message.position);
	database_bind(d, which, 4, call->message.time);
	result = database_run(d, which);
	if (!row->known)
		row->id = (uint64_t)sqlite3_last_insert_rowid(d->db);
	return result;
}

/* Whether a multiple of step lies behind from, up to to. */
static bool crosses(uint64_t from, uint64_t to, uint64_t step)
{
	return from / step != to / step;
}

static int trim_channel(struct database *d, const struct store_call *call, const struct channel_row *row)
{
	uint64_t every = call->limit / 2 < TRIM_EVERY ? call->limit / 2 + 1 : TRIM_EVERY;
	uint64_t position = call->message.position, first, to;
	int result;

	if (position <= call->limit || !crosses(row->same_epoch ? row->last : 0, position, every))
		return 0;
	database_bind(d, MESSAGE_FIRST, 1, row->id);
	result = database_get(d, MESSAGE_FIRST, &first);
	if (result < 0)
		return result;
	to = position - call->limit;
	database_bind(d, MESSAGE_TRIM, 1, row->id);
	database_bind(d, MESSAGE_TRIM, 2, to - first > TRIM_MOST && to > first ? first + TRIM_MOST : to);
	return database_run(d, MESSAGE_TRIM);
}

static int trim_ids(struct database *d, uint64_t last)
{
	uint64_t first, to = last - d->max_ids;
	int result = database_get(d, ID_FIRST, &first);

	if (result < 0 || first > to)
		return result;
	database_bind(d, ID_TRIM, 1, to - first > TRIM_MOST ? first + TRIM_MOST : to);
	return database_run(d, ID_TRIM);
}

static int put_id(struct database *d, const struct stored_id *id)
{
	uint64_t number;
	int result;

	if (!id->id || d->max_ids == 0)
		return 0;
	database_bind_bytes(d, ID_ADD, 1, id->id, id->size);
	database_bind(d, ID_ADD, 2, id->expires);
	result = database_run(d, ID_ADD);
	number = (uint64_t)sqlite3_last_insert_rowid(d->db);
	if (result < 0 || number <= d->max_ids || number % TRIM_IDS_EVERY != 0)
		return result;
	return trim_ids(d, number);
}

static int append(struct database *d, struct store_call *call)
{
	struct channel_row row;
	int result = find_channel(d, call, &row);

	if (result < 0)
		return result;
	if (!store_call_is_behind(call, row.same_epoch ? row.last : 0))
		return 0;
	result = set_channel(d, call, &row);
	if (result < 0)
		return result;
	bind_message(d, MESSAGE_ADD, row.id, &call->message);
	result = database_run(d, MESSAGE_ADD);
	if (result == 0)
		result = trim_channel(d, call, &row);
	return result < 0 ? result : put_id(d, &call->id);
}

struct mailbox_row {
	uint64_t id; /* 0: not known */
	uint64_t last;
	uint64_t dropped;
	uint64_t kept;
};

static int find_mailbox(struct database *d, const char *user, struct mailbox_row *row)
{
	int result;

	*row = (struct mailbox_row){0};
	database_bind_text(d, MAILBOX_FIND, 1, user, strlen(user));
	result = database_step(d, MAILBOX_FIND);
	if (result <= 0)
		return result;
	row->id = database_number(d, MAILBOX_FIND, 0);
	row->last = database_number(d, MAILBOX_FIND, 1);
	row->dropped = database_number(d, MAILBOX_FIND, 2);
	row->kept = database_number(d, MAILBOX_FIND, 3);
	database_end(d, MAILBOX_FIND);
	return 0;
}

static int set_mailbox(struct database *d, const struct mailbox_row *row, uint64_t used)
{
	database_bind(d, MAILBOX_SET, 1, row->id);
	database_bind(d, MAILBOX_SET, 2, row->last);
	database_bind(d, MAILBOX_SET, 3, row->dropped);
	database_bind(d, MAILBOX_SET, 4, row->kept);
	database_bind(d, MAILBOX_SET, 5, used);
	return database_run(d, MAILBOX_SET);
}

static int load_mailbox(struct database *d, struct store_call *call)
{
	struct mailbox_row row;
	int result = find_mailbox(d, call->name, &row);

	if (result < 0 || row.id == 0)
		return result;
	call->outcome.last = row.last;
	call->outcome.dropped = row.dropped;
	database_bind(d, MAIL_LOAD, 1, row.id);
	database_bind(d, MAIL_LOAD, 2, call->now);
	result = take_messages(d, MAIL_LOAD, call);
	if (result < 0 || row.dropped == 0 || call->read_only || call->is_look)
		return result;
	row.dropped = 0;
	return set_mailbox(d, &row, 0);
}

/* Make the mailbox fit its bound: the expired go first, then the oldest. */
static int bound_mailbox(struct database *d, struct store_call *call, struct mailbox_row *row)
{
	uint64_t dropped = 0;
	int result;

	if (row->kept <= call->limit)
		return 0;
	database_bind(d, MAIL_EXPIRE, 1, row->id);
	database_bind(d, MAIL_EXPIRE, 2, call->message.time);
	result = database_run(d, MAIL_EXPIRE);
	if (result == 0)
		row->kept -= (uint64_t)sqlite3_changes(d->db);
	while (result == 0 && row->kept > call->limit) {
		database_bind(d, MAIL_DROP_FIRST, 1, row->id);
		result = database_run(d, MAIL_DROP_FIRST);
		if (result == 0 && sqlite3_changes(d->db) == 0)
			break; /* the count was wrong: a damaged file */
		row->kept--;
		dropped++;
	}
	row->dropped += dropped;
	call->outcome.dropped = dropped;
	return result;
}

static int put_mailbox(struct database *d, struct store_call *call)
{
	struct mailbox_row row;
	int result = find_mailbox(d, call->name, &row);

	if (result < 0)
		return result;
	if (!store_call_is_behind(call, row.last))
		return 0;
	if (row.id == 0) {
		database_bind_text(d, MAILBOX_ADD, 1, call->name, strlen(call->name));
		result = database_run(d, MAILBOX_ADD);
		row.id = (uint64_t)sqlite3_last_insert_rowid(d->db);
	}
	if (result < 0)
		return result;
	bind_message(d, MAIL_ADD, row.id, &call->message);
	result = database_run(d, MAIL_ADD);
	row.last = call->message.position;
	row.kept++;
	if (result == 0)
		result = bound_mailbox(d, call, &row);
	if (result == 0)
		result = set_mailbox(d, &row, call->message.time);
	return result < 0 ? result : put_id(d, &call->id);
}

static int drop_mailbox(struct database *d, struct store_call *call)
{
	struct mailbox_row row;
	int result = find_mailbox(d, call->name, &row);

	if (result < 0 || row.id == 0)
		return result;
	database_bind(d, MAIL_DROP, 1, row.id);
	database_bind(d, MAIL_DROP, 2, call->message.position);
	result = database_run(d, MAIL_DROP);
	if (result < 0 || sqlite3_changes(d->db) == 0)
		return result;
	row.kept--;
	return set_mailbox(d, &row, 0);
}

/* One batch; a batch of which all have expired is followed by the next at once,
 * because an empty one would be the end. */
static int load_ids(struct database *d, struct store_call *call)
{
	uint64_t at = call->next;
	int result = call->end > 0 ? 0 : database_get(d, ID_LAST, &call->end);

	while (result == 0 && call->outcome.id_count == 0 && at < call->end) {
		size_t rows = 0;

		database_bind(d, ID_LOAD, 1, at);
		database_bind(d, ID_LOAD, 2, call->end);
		database_bind(d, ID_LOAD, 3, IDS_A_BATCH);
		while ((result = database_step(d, ID_LOAD)) > 0) {
			struct stored_id id = {.expires = database_number(d, ID_LOAD, 1)};

			at = database_number(d, ID_LOAD, 0);
			rows++;
			id.id = database_bytes(d, ID_LOAD, 2, &id.size);
			if (id.expires > call->now)
				store_call_add_id(call, &id);
		}
		if (rows == 0)
			at = call->end;
	}
	call->after = at;
	return result;
}

int database_do(struct database *d, struct store_call *call)
{
	switch (call->kind) {
	case CALL_LOAD_CHANNEL:
		return load_channel(d, call);
	case CALL_APPEND:
		return append(d, call);
	case CALL_LOAD_MAILBOX:
		return load_mailbox(d, call);
	case CALL_PUT_MAILBOX:
		return put_mailbox(d, call);
	case CALL_DROP_MAILBOX:
		return drop_mailbox(d, call);
	case CALL_PUT_ID:
		return put_id(d, &call->id);
	case CALL_LOAD_IDS:
		return load_ids(d, call);
	case CALL_EXECUTE:
		return database_execute(d, call->name, &d->err);
	case CALL_STOP:
		break;
	}
	return 0;
}
