/* option_table - the rows. */
#include "config/option_table.h"

#include "config/item_check.h"
#include "muster/limits.h"
#include "muster/settings.h"

#include <string.h>

#define AT(field) offsetof(struct settings, field)
#define RULE_AT(field) offsetof(struct channel_rule, field)
#define SECONDS(n) ((uint64_t)(n) * 1000)
#define HOURS(n) (SECONDS(n) * 3600)
#define DAYS(n) (HOURS(n) * 24)
#define KIB(n) ((uint64_t)(n) * 1024)
#define MIB(n) (KIB(n) * 1024)
#define GIB(n) (MIB(n) * 1024)

/* Where what must outlive the daemon is kept, unless the build says otherwise. */
#ifndef LOCALSTATEDIR
#define LOCALSTATEDIR "/var"
#endif

/* In the order of the enums of settings.h. */
static const char *const auth_choices[] = { "auto", "token", "ticket", "open", NULL };
static const char *const subscribe_choices[] = { "all", "users", NULL };
static const char *const publish_choices[] = { "no", "members", NULL };
static const char *const slow_choices[] = { "drop-oldest", "disconnect", "conflate", NULL };

static const char *const store_choices[] = { "memory", "sqlite", NULL };
static const char *const sink_choices[] = { "stderr", "syslog", NULL };
static const char *const level_choices[] = { "error", "warning", "info", "debug", NULL };

_Static_assert(AUTH_AUTO == 0 && AUTH_TOKEN == 1 && AUTH_TICKET == 2 && AUTH_OPEN == 3, "auth_choices");
_Static_assert(SUBSCRIBE_ALL == 0 && SUBSCRIBE_USERS == 1, "subscribe_choices");
_Static_assert(PUBLISH_NO == 0 && PUBLISH_MEMBERS == 1, "publish_choices");
_Static_assert(SLOW_DROP_OLDEST == 0 && SLOW_DISCONNECT == 1 && SLOW_CONFLATE == 2, "slow_choices");

const struct option_row option_table[] = {
	{ .name = "listen", .type = OPTION_LIST, .fallback = "127.0.0.1:8080", .offset = AT(listen),
		.min = 1, .max = OPTION_LIST_MAX, .check_item = item_check_address,
		.help = "public addresses: WebSocket, SSE and long-poll on one port" },
	{ .name = "lanes", .type = OPTION_INTEGER, .fallback = "auto", .offset = AT(lanes),
		.min = 1, .max = MAX_LANES, .zero_word = "auto",
		.help = "threads that hold clients; auto is one per core" },
	{ .name = "auth", .type = OPTION_CHOICE, .fallback = "auto", .offset = AT(auth),
		.is_reloadable = true, .choices = auth_choices,
		.help = "how clients say who they are; auto is open, and only on loopback addresses" },
	{ .name = "anonymous", .type = OPTION_BOOL, .fallback = "false", .offset = AT(anonymous),
		.is_reloadable = true,
		.help = "may a client without token or ticket attach?" },
	{ .name = "origins", .type = OPTION_LIST, .fallback = "same", .offset = AT(origins),
		.is_reloadable = true, .max = OPTION_LIST_MAX, .check_item = item_check_origin,
		.help = "web pages that may attach; same is those of the host they ask" },
	{ .name = "resume", .type = OPTION_TIME, .fallback = "30s", .offset = AT(resume),
		.is_reloadable = true, .min = 0, .max = DAYS(1),
		.help = "how long a session without transport is kept" },
	{ .name = "leave_grace", .type = OPTION_TIME, .fallback = "3s", .offset = AT(leave_grace),
		.is_reloadable = true, .min = 0, .max = HOURS(1),
		.help = "how long it is kept after a clean close, so that a page reload is no leave and join" },
	{ .name = "ping", .type = OPTION_TIME, .fallback = "25s", .offset = AT(ping),
		.is_reloadable = true, .min = 100, .max = HOURS(1),
		.help = "how often a client is pinged" },
	{ .name = "pong_timeout", .type = OPTION_TIME, .fallback = "60s", .offset = AT(pong_timeout),
		.is_reloadable = true, .min = 100, .max = HOURS(2),
		.help = "silence of a client that ends its connection; longer than ping" },
	{ .name = "wait", .type = OPTION_TIME, .fallback = "25s", .offset = AT(wait),
		.is_reloadable = true, .min = 100, .max = SECONDS(600),
		.help = "how long a poll is held while there is nothing to answer" },
	{ .name = "head_timeout", .type = OPTION_TIME, .fallback = "10s", .offset = AT(head_timeout),
		.is_reloadable = true, .min = 100, .max = SECONDS(600),
		.help = "time for a client to send a whole request head" },
	{ .name = "idle_timeout", .type = OPTION_TIME, .fallback = "75s", .offset = AT(idle_timeout),
		.is_reloadable = true, .min = 100, .max = HOURS(24),
		.help = "how long a kept-alive connection may be without a request" },
	{ .name = "drain_time", .type = OPTION_TIME, .fallback = "10s", .offset = AT(drain_time),
		.is_reloadable = true, .min = 0, .max = HOURS(1),
		.help = "the time over which clients are sent away before an end" },
	{ .name = "presence_interval", .type = OPTION_TIME, .fallback = "1s", .offset = AT(presence_interval),
		.is_reloadable = true, .min = 10, .max = HOURS(1),
		.help = "at most one presence push per channel and interval" },
	{ .name = "coalesce", .type = OPTION_TIME, .fallback = "0", .offset = AT(coalesce),
		.is_reloadable = true, .min = 0, .max = SECONDS(1),
		.help = "how long a lane may gather pushes before it writes them" },
	{ .name = "outbox_messages", .type = OPTION_INTEGER, .fallback = "1000", .offset = AT(outbox_messages),
		.is_reloadable = true, .min = 1, .max = 1000000,
		.help = "pushes that wait for one session, and as many sent but not acknowledged" },
	{ .name = "outbox_bytes", .type = OPTION_SIZE, .fallback = "1MiB", .offset = AT(outbox_bytes),
		.is_reloadable = true, .min = KIB(1), .max = GIB(1),
		.help = "the same in bytes" },
	{ .name = "outbox_total", .type = OPTION_SIZE, .fallback = "1GiB", .offset = AT(outbox_total),
		.is_reloadable = true, .min = KIB(64), .max = GIB(1024),
		.help = "bytes of pushes held for all sessions together, each counted once" },
	{ .name = "poll_batch", .type = OPTION_INTEGER, .fallback = "256", .offset = AT(poll_batch),
		.is_reloadable = true, .min = 1, .max = 10000,
		.help = "pushes in one answer to a poll" },
	{ .name = "mailbox_messages", .type = OPTION_INTEGER, .fallback = "100", .offset = AT(mailbox_messages),
		.is_reloadable = true, .min = 1, .max = 10000,
		.help = "messages that wait in the mailbox of one user" },
	{ .name = "mailbox_ttl", .type = OPTION_TIME, .fallback = "7d", .offset = AT(mailbox_ttl),
		.is_reloadable = true, .min = SECONDS(1), .max = DAYS(365),
		.help = "how long a message waits there, unless it says less" },
	{ .name = "max_message", .type = OPTION_SIZE, .fallback = "64KiB", .offset = AT(max_message),
		.is_reloadable = true, .min = 64, .max = MIB(16),
		.help = "the largest payload of a message" },
	{ .name = "dedup_ttl", .type = OPTION_TIME, .fallback = "12h", .offset = AT(dedup_ttl),
		.is_reloadable = true, .min = 0, .max = DAYS(30),
		.help = "how long the id of a message is remembered, to drop a second one" },
	{ .name = "dedup_max", .type = OPTION_INTEGER, .fallback = "1000000", .offset = AT(dedup_max),
		.is_reloadable = true, .min = 1, .max = 100000000,
		.help = "ids remembered at most" },

	{ .name = "limits.connections", .type = OPTION_INTEGER, .fallback = "0", .offset = AT(limits.connections),
		.is_reloadable = true, .min = 0, .max = 10000000,
		.help = "public connections; 0 is what the descriptor limit allows less a reserve" },
	{ .name = "limits.subscriptions", .type = OPTION_INTEGER, .fallback = "128",
		.offset = AT(limits.subscriptions), .is_reloadable = true, .min = 1, .max = 100000,
		.help = "channels of one session" },
	{ .name = "limits.command_rate", .type = OPTION_INTEGER, .fallback = "20",
		.offset = AT(limits.command_rate), .is_reloadable = true, .min = 0, .max = 1000000,
		.help = "commands of one session per second; 0 is no limit" },
	{ .name = "limits.command_burst", .type = OPTION_INTEGER, .fallback = "300",
		.offset = AT(limits.command_burst), .is_reloadable = true, .min = 1, .max = 1000000,
		.help = "commands at once after a silence" },
	{ .name = "limits.channels", .type = OPTION_INTEGER, .fallback = "1000000", .offset = AT(limits.channels),
		.is_reloadable = true, .min = 1, .max = 100000000,
		.help = "channels known at once" },
	{ .name = "limits.pending_heads", .type = OPTION_INTEGER, .fallback = "1024",
		.offset = AT(limits.pending_heads), .is_reloadable = true, .min = 1, .max = 1000000,
		.help = "connections whose first request is not whole yet" },

	{ .name = "bus.sub", .type = OPTION_LIST, .fallback = "tcp://127.0.0.1:5570", .offset = AT(bus.sub),
		.max = OPTION_LIST_MAX, .check_item = item_check_endpoint,
		.help = "ZeroMQ SUB: backends connect a PUB; \"connect:tcp://...\" to connect to theirs" },
	{ .name = "bus.topics", .type = OPTION_LIST, .fallback = "", .offset = AT(bus.topics),
		.min = 1, .max = OPTION_LIST_MAX, .check_item = item_check_topic,
		.help = "prefixes of targets that the SUB takes; an empty one is all" },
	{ .name = "bus.pull", .type = OPTION_LIST, .fallback = "tcp://127.0.0.1:5573", .offset = AT(bus.pull),
		.max = OPTION_LIST_MAX, .check_item = item_check_endpoint,
		.help = "ZeroMQ PULL: backends connect a PUSH" },
	{ .name = "bus.router", .type = OPTION_LIST, .fallback = "tcp://127.0.0.1:5571", .offset = AT(bus.router),
		.max = OPTION_LIST_MAX, .check_item = item_check_endpoint,
		.help = "ZeroMQ ROUTER: backends connect a REQ or DEALER and are answered" },
	{ .name = "bus.xpub", .type = OPTION_LIST, .fallback = "tcp://127.0.0.1:5572", .offset = AT(bus.xpub),
		.max = OPTION_LIST_MAX, .check_item = item_check_endpoint,
		.help = "ZeroMQ XPUB: backends connect a SUB and hear of events" },

	{ .name = "store.kind", .type = OPTION_TEXT, .fallback = "memory", .offset = AT(store.kind),
		.choices = store_choices,
		.help = "where messages are kept; what is in memory is gone when the daemon ends" },
	{ .name = "store.path", .type = OPTION_PATH, .fallback = LOCALSTATEDIR "/lib/muster/muster.db",
		.offset = AT(store.path), .check_item = item_check_path,
		.help = "the database file of sqlite; its directory must exist and be writable" },

	{ .name = "api.listen", .type = OPTION_LIST, .fallback = "127.0.0.1:8081", .offset = AT(api.listen),
		.max = OPTION_LIST_MAX, .check_item = item_check_address,
		.help = "private addresses: HTTP API, metrics, health" },

	{ .name = "log.sink", .type = OPTION_TEXT, .fallback = "stderr", .offset = AT(log.sink),
		.choices = sink_choices,
		.help = "where the log goes" },
	{ .name = "log.level", .type = OPTION_TEXT, .fallback = "info", .offset = AT(log.level),
		.is_reloadable = true, .choices = level_choices,
		.help = "the least important lines that are written" },
	{ .name = NULL },
};

const struct option_row channel_option_table[] = {
	{ .name = "presence", .type = OPTION_BOOL, .fallback = "true", .offset = RULE_AT(presence),
		.is_reloadable = true,
		.help = "may members ask for presence?" },
	{ .name = "subscribe", .type = OPTION_CHOICE, .fallback = "all", .offset = RULE_AT(subscribe),
		.is_reloadable = true, .choices = subscribe_choices,
		.help = "who may subscribe: everybody, or those who are logged in" },
	{ .name = "client_publish", .type = OPTION_CHOICE, .fallback = "no", .offset = RULE_AT(client_publish),
		.is_reloadable = true, .choices = publish_choices,
		.help = "may clients publish: nobody, or those who are subscribed" },
	{ .name = "history", .type = OPTION_INTEGER, .fallback = "0", .offset = RULE_AT(history),
		.is_reloadable = true, .min = 0, .max = 100000,
		.help = "messages kept of each channel; 0 is none, and no positions" },
	{ .name = "ttl", .type = OPTION_TIME, .fallback = "1h", .offset = RULE_AT(ttl),
		.is_reloadable = true, .min = SECONDS(1), .max = DAYS(365),
		.help = "how long they are kept, unless a message says less" },
	{ .name = "durable", .type = OPTION_BOOL, .fallback = "false", .offset = RULE_AT(durable),
		.is_reloadable = true,
		.help = "must a message be in the store before anybody has it?" },
	{ .name = "slow", .type = OPTION_CHOICE, .fallback = "drop-oldest", .offset = RULE_AT(slow),
		.is_reloadable = true, .choices = slow_choices,
		.help = "when an outbox is full: drop the oldest push, end the session, or drop the channel's own oldest" },
	{ .name = NULL },
};

const char *option_leaf(const struct option_row *row)
{
	const char *dot = strchr(row->name, '.');

	return dot != NULL ? dot + 1 : row->name;
}

const struct option_row *option_find(const struct option_row *table, const char *name, size_t size)
{
	for (; table->name != NULL; table++) {
		if (strlen(table->name) == size && memcmp(table->name, name, size) == 0)
			return table;
	}
	return NULL;
}

enum { CLOSEST_MAX = 40 }; /* longer names are not compared */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters to add, drop or change to make b of a (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
	size_t row[CLOSEST_MAX + 1], size = strlen(b);

	if (strlen(a) > CLOSEST_MAX || size > CLOSEST_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= size; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= size; j++) {
			size_t change = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = least(change, least(row[j], row[j - 1]) + 1);
		}
	}
	return row[size];
}

/* A candidate counts when about a third of its letters are wrong at most. */
struct closest {
	const char *name;
	size_t distance;
};

static void closest_consider(struct closest *c, const char *given, const char *compared, const char *name)
{
	size_t d = distance(given, compared);

	if (d < c->distance && d <= (strlen(compared) + 1) / 3) {
		c->distance = d;
		c->name = name;
	}
}

const char *option_closest(const char *name)
{
	static const char *const sections[] = { "limits", "bus", "store", "api", "log", "channel" };
	const char *dot = strchr(name, '.'), *leaf = dot != NULL ? dot + 1 : name;
	struct closest best = { NULL, SIZE_MAX };

	if (strncmp(name, "channel.", 8) == 0) {
		for (const struct option_row *row = channel_option_table; row->name != NULL; row++)
			closest_consider(&best, leaf, row->name, row->name);
		return best.name;
	}
	for (const struct option_row *row = option_table; row->name != NULL; row++) {
		const char *row_leaf = option_leaf(row);
		size_t prefix = (size_t)(row_leaf - row->name);
		bool same_section = prefix == (size_t)(leaf - name) && memcmp(row->name, name, prefix) == 0;

		/* A mistyped name in the right section, or the right name in a wrong one. */
		if (same_section || strcmp(leaf, row_leaf) == 0)
			closest_consider(&best, leaf, row_leaf, row->name);
	}
	for (size_t i = 0; dot == NULL && i < sizeof sections / sizeof sections[0]; i++)
		closest_consider(&best, name, sections[i], sections[i]);
	return best.name;
}
