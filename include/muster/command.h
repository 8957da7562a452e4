/* command - one client command, parsed and within its limits. */
#ifndef MUSTER_COMMAND_H
#define MUSTER_COMMAND_H

#include "muster/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum command_kind {
	COMMAND_UNKNOWN, /* `name` says which: answered CODE_NO_SUCH_COMMAND */
	COMMAND_PING,
	COMMAND_LOGIN,
	COMMAND_LOGOUT,
	COMMAND_SUBSCRIBE,
	COMMAND_UNSUBSCRIBE,
	COMMAND_PUBLISH,
	COMMAND_PRESENCE,
	COMMAND_ONLINE,
	COMMAND_STATE,
	COMMAND_ACK,
	COMMAND_CLOSE,
	COMMAND_HISTORY,
	COMMAND_RECEIPT,
	COMMAND_KINDS,
};

enum presence_mode { PRESENCE_MODE_NONE, PRESENCE_MODE_COUNT, PRESENCE_MODE_LIST };
enum client_state { STATE_ACTIVE, STATE_IDLE, STATE_HIDDEN };

/* From where on messages of a channel are wanted. */
enum since_kind { SINCE_NOW, SINCE_POSITION, SINCE_LAST };

struct since {
	enum since_kind kind;
	char epoch[16];   /* POSITION: as given, "" when none; longer ones do not exist */
	uint64_t offset;  /* POSITION: everything behind it */
	uint64_t last;    /* LAST: the newest so many */
};

struct command_channel {
	char *name;
	enum presence_mode presence;
	struct since since;
};

struct command {
	enum command_kind kind;
	char name[32];            /* of the command, for the reply; escaped by the encoder */
	char seq[MAX_SEQ + 1];    /* as JSON text, echoed; "" when none was given */
	/* login */
	char *token;
	char *ticket;
	char *user;
	char *app;
	char *device;
	/* subscribe, unsubscribe, presence, publish: one channel; `is_list`: channels was a list */
	struct command_channel *channels;
	size_t channel_count;
	bool is_list;
	/* publish */
	char *data;               /* raw JSON value, line breaks made spaces */
	size_t data_size;
	char *event;
	char *id;
	/* online */
	char **users;
	size_t user_count;
	/* history: one channel, with its since */
	uint64_t limit;
	/* state, ack; receipt has `id` */
	enum client_state state;
	uint64_t n;
};

void command_free(struct command *c); /* NULL is fine */

#endif
