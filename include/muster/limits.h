/* limits - sizes that the wire contract fixes (doc/protocol.md); everything
 * that may be configured is in settings.h instead.  Bytes unless said. */
#ifndef MUSTER_LIMITS_H
#define MUSTER_LIMITS_H

enum {
	MAX_USER = 128,
	MAX_APP = 64,
	MAX_DEVICE = 128,
	MAX_CHANNEL = 200,
	MAX_TARGET = 512,         /* a target as text, with its escapes */
	MAX_MESSAGE_ID = 128,
	MAX_EVENT = 64,
	MAX_FROM = 128,
	MAX_PUBLISHER = 64,
	MAX_CONFLATE = 64,
	MAX_TTL = 315360000,      /* seconds: ten years */
	MAX_TOKEN = 8192,         /* a token or ticket */
	MAX_PAGE = 512,           /* a page's path */
	MAX_SEQ = 64,             /* a command's seq as JSON text */
	MAX_MATCH_KEYS = 16,
	MAX_MATCH_VALUES = 64,    /* of one key */
	MAX_EXCEPT = 64,
	MAX_ATTRIBUTE = 256,      /* name or value */
	MAX_COMMAND_CHANNELS = 128,
	MAX_COMMAND_USERS = 500,
	MAX_SINCE_LAST = 1000,    /* messages that one since may ask for */
	MAX_HISTORY_PAGE = 300,   /* messages in one answer */
	HISTORY_PAGE = 100,       /* where no limit is given */
	MAX_SEND_COMMANDS = 100,  /* commands in one POST /send */
	MAX_REQUEST_HEAD = 16384,
	MAX_VERB = 63,
	MAX_VERB_ARGS = 1048576,  /* arguments of a verb as JSON text */
	MAX_JSON_DEPTH = 32,
	MAX_LANES = 64,
	MAX_PRESENCE_LIST = 500,  /* joins or leaves named in one push */
};

#endif
