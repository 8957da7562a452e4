/* statements - every sentence of SQL that is said more than once, by name.  They
 * are prepared when the file is opened. */
#ifndef STORE_STATEMENTS_H
#define STORE_STATEMENTS_H

enum statement {
	BEGIN,
	COMMIT,
	ROLLBACK,
	CHANNEL_FIND,
	CHANNEL_ADD,
	CHANNEL_SET,
	CHANNEL_CLEAR,
	MESSAGE_ADD,
	MESSAGE_LOAD,
	MESSAGE_FIRST,
	MESSAGE_TRIM,
	MAILBOX_FIND,
	MAILBOX_ADD,
	MAILBOX_SET,
	MAIL_ADD,
	MAIL_LOAD,
	MAIL_DROP,
	MAIL_DROP_FIRST,
	MAIL_EXPIRE,
	ID_ADD,
	ID_FIRST,
	ID_LAST,
	ID_LOAD,
	ID_TRIM,
	SWEEP_MESSAGES,
	SWEEP_MESSAGE,
	SWEEP_MAIL,
	SWEEP_MAILBOX,
	SWEEP_IDS,
	SWEEP_CHANNELS_TO,
	SWEEP_CHANNELS,
	SWEEP_MAILBOXES_TO,
	SWEEP_MAILBOXES,
	STATEMENTS
};

/* The SQL; parameters are told in statements.c. */
const char *statement_text(enum statement which);

#endif
