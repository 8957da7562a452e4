/* settings - the configuration in force, as values: filled by src/config,
 * read by everybody, changed by nobody once the threads run.  Times are ms,
 * sizes bytes. */
#ifndef MUSTER_SETTINGS_H
#define MUSTER_SETTINGS_H

#include "muster/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum auth_mode { AUTH_AUTO, AUTH_TOKEN, AUTH_TICKET, AUTH_OPEN }; /* AUTO: open on loopback only */
enum subscribe_right { SUBSCRIBE_ALL, SUBSCRIBE_USERS };
enum publish_right { PUBLISH_NO, PUBLISH_MEMBERS };

struct text_list {
	char **items;
	size_t count;
};

/* A `channel "pattern" { }` section; the first whose pattern matches rules. */
struct channel_rule {
	char *pattern; /* "*" matches any run of characters */
	bool presence;
	enum subscribe_right subscribe;
	enum publish_right client_publish;
	enum slow_policy slow;
	uint64_t history; /* messages kept; 0: none, and no positions */
	uint64_t ttl;     /* ms they are worth keeping */
	bool durable;     /* committed to the store before anybody has it */
};

struct settings {
	struct text_list listen;
	uint64_t lanes; /* 0: auto, one per core */
	enum auth_mode auth;
	bool anonymous;
	struct text_list origins;
	uint64_t resume;
	uint64_t leave_grace;
	uint64_t ping;
	uint64_t pong_timeout;
	uint64_t wait;
	uint64_t head_timeout;   /* from the first byte, or the accept, until a request head is whole */
	uint64_t idle_timeout;   /* of a kept-alive connection without a request */
	uint64_t drain_time;
	uint64_t presence_interval;
	uint64_t coalesce;
	uint64_t outbox_messages;
	uint64_t outbox_bytes;
	uint64_t outbox_total;     /* of all sessions of all lanes, each payload once */
	uint64_t poll_batch;
	uint64_t mailbox_messages; /* per user */
	uint64_t mailbox_ttl;
	uint64_t max_message;
	uint64_t dedup_ttl;
	uint64_t dedup_max;
	struct {
		uint64_t connections;   /* 0: what the descriptor limit allows less a reserve */
		uint64_t subscriptions;
		uint64_t command_rate;  /* 0: none */
		uint64_t command_burst;
		uint64_t channels;      /* known at once */
		uint64_t pending_heads; /* connections whose first request is not whole yet */
	} limits;
	struct {
		struct text_list sub;   /* "tcp://..", "connect:tcp://.." */
		struct text_list topics; /* prefixes the SUB takes; default one empty */
		struct text_list pull;
		struct text_list router;
		struct text_list xpub;
	} bus;
	struct {
		char *kind; /* "memory" or "sqlite" */
		char *path; /* of the SQLite file */
	} store;
	struct {
		struct text_list listen;
	} api;
	struct {
		char *sink;  /* "stderr" or "syslog" */
		char *level; /* "error", "warning", "info", "debug" */
	} log;
	struct channel_rule *channels;
	size_t channel_count;
};

#endif
