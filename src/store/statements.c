/* statements - see statements.h.  No statement sorts or walks a whole table: each
 * goes down one tree and along it as far as its LIMIT or a mailbox reaches. */
#include "store/statements.h"

static const char *const texts[STATEMENTS] = {
	[BEGIN] = "BEGIN",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",

	[CHANNEL_FIND] = "SELECT id, last, epoch FROM channels WHERE name = ?1",
	[CHANNEL_ADD] = "INSERT INTO channels (name, epoch, last, used) VALUES (?1, ?2, ?3, ?4)",
	[CHANNEL_SET] = "UPDATE channels SET epoch = ?2, last = ?3, used = ?4 WHERE id = ?1",
	[CHANNEL_CLEAR] = "DELETE FROM messages WHERE channel = ?1",

	[MESSAGE_ADD] = "INSERT INTO messages (channel, position, time, expires, text) VALUES (?1, ?2, ?3, ?4, ?5)",
	[MESSAGE_LOAD] = "SELECT position, time, expires, text FROM messages"
		" WHERE channel = ?1 AND expires > ?2 AND position >= (SELECT min(position) FROM"
		" (SELECT position FROM messages WHERE channel = ?1 AND expires > ?2 ORDER BY position DESC LIMIT ?3))"
		" ORDER BY position",
	[MESSAGE_FIRST] = "SELECT min(position) FROM messages WHERE channel = ?1",
	[MESSAGE_TRIM] = "DELETE FROM messages WHERE channel = ?1 AND position <= ?2",

	[MAILBOX_FIND] = "SELECT id, last, dropped, kept FROM mailboxes WHERE user = ?1",
	[MAILBOX_ADD] = "INSERT INTO mailboxes (user, last, dropped, kept, used) VALUES (?1, 0, 0, 0, 0)",
	[MAILBOX_SET] = "UPDATE mailboxes SET last = ?2, dropped = ?3, kept = ?4, used = max(used, ?5) WHERE id = ?1",
	[MAIL_ADD] = "INSERT INTO mail (mailbox, position, time, expires, text) VALUES (?1, ?2, ?3, ?4, ?5)",
	[MAIL_LOAD] = "SELECT position, time, expires, text FROM mail WHERE mailbox = ?1 AND expires > ?2 ORDER BY position",
	[MAIL_DROP] = "DELETE FROM mail WHERE mailbox = ?1 AND position = ?2",
	[MAIL_DROP_FIRST] = "DELETE FROM mail WHERE mailbox = ?1 AND position ="
		" (SELECT min(position) FROM mail WHERE mailbox = ?1)",
	[MAIL_EXPIRE] = "DELETE FROM mail WHERE mailbox = ?1 AND expires <= ?2",

	[ID_ADD] = "INSERT INTO ids (id, expires) VALUES (?1, ?2)",
	[ID_FIRST] = "SELECT min(number) FROM ids",
	[ID_LAST] = "SELECT max(number) FROM ids",
	[ID_LOAD] = "SELECT number, expires, id FROM ids WHERE number > ?1 AND number <= ?2 ORDER BY number LIMIT ?3",
	[ID_TRIM] = "DELETE FROM ids WHERE number <= ?1",

	/* A slice of what is behind a place, and what of it goes. */
	[SWEEP_MESSAGES] = "SELECT channel, position, expires FROM messages WHERE (channel, position) > (?1, ?2)"
		" ORDER BY channel, position LIMIT ?3",
	[SWEEP_MESSAGE] = "DELETE FROM messages WHERE channel = ?1 AND position = ?2",
	[SWEEP_MAIL] = "SELECT mailbox, position, expires FROM mail WHERE (mailbox, position) > (?1, ?2)"
		" ORDER BY mailbox, position LIMIT ?3",
	[SWEEP_MAILBOX] = "UPDATE mailboxes SET kept = kept - 1 WHERE id = ?1",
	[SWEEP_IDS] = "DELETE FROM ids WHERE expires <= ?1 AND number IN (SELECT number FROM ids ORDER BY number LIMIT ?2)",
	[SWEEP_CHANNELS_TO] = "SELECT max(id) FROM (SELECT id FROM channels WHERE id > ?1 ORDER BY id LIMIT ?2)",
	[SWEEP_CHANNELS] = "DELETE FROM channels WHERE id > ?1 AND id <= ?2 AND used < ?3"
		" AND NOT EXISTS (SELECT 1 FROM messages WHERE channel = channels.id)",
	[SWEEP_MAILBOXES_TO] = "SELECT max(id) FROM (SELECT id FROM mailboxes WHERE id > ?1 ORDER BY id LIMIT ?2)",
	[SWEEP_MAILBOXES] = "DELETE FROM mailboxes WHERE id > ?1 AND id <= ?2 AND used < ?3 AND kept = 0",
};

const char *statement_text(enum statement which)
{
	return texts[which];
}
