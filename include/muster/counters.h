/* counters - everything that is counted, one row each.  Plain atomics that
 * any thread may add to; the metrics page and the log read them. */
#ifndef MUSTER_COUNTERS_H
#define MUSTER_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

/* X(name, kind, metric family, label, help): kind is counter or gauge; rows of a family stand together */
#define COUNTERS(X)                                                                                    \
	X(MESSAGES_IN, counter, "muster_messages_in_total", "", "messages accepted from backends and clients") \
	X(DELIVERIES, counter, "muster_deliveries_total", "", "pushes handed to sockets")              \
	X(REFUSED_TARGET, counter, "muster_refused_total", "reason=\"bad_target\"", "messages refused") \
	X(REFUSED_JSON, counter, "muster_refused_total", "reason=\"bad_json\"", "messages refused")    \
	X(REFUSED_FRAMES, counter, "muster_refused_total", "reason=\"bad_frames\"", "messages refused") \
	X(REFUSED_SIZE, counter, "muster_refused_total", "reason=\"too_large\"", "messages refused")   \
	X(REFUSED_OPTION, counter, "muster_refused_total", "reason=\"bad_option\"", "messages refused") \
	X(DUPLICATES, counter, "muster_duplicates_total", "", "messages dropped for an id seen before") \
	X(UNKNOWN_APP, counter, "muster_unknown_app_total", "", "messages for an app nobody has ever attached with") \
	X(PUBLISHER_GAPS, counter, "muster_publisher_lost_total", "", "messages missing in publishers' running numbers") \
	X(DROPPED_OLDEST, counter, "muster_dropped_total", "reason=\"drop_oldest\"", "pushes dropped from full outboxes") \
	X(DROPPED_SLOW, counter, "muster_dropped_total", "reason=\"disconnect\"", "pushes dropped from full outboxes") \
	X(DROPPED_TOTAL, counter, "muster_dropped_total", "reason=\"outbox_total\"", "pushes dropped from full outboxes") \
	X(CONFLATED, counter, "muster_conflated_total", "", "pushes replaced by newer ones before they were sent") \
	X(REFUSED_STORE, counter, "muster_store_failures_total", "", "messages that could not be stored")      \
	X(MAILBOX_IN, counter, "muster_mailbox_messages_total", "", "messages put into mailboxes")             \
	X(MAILBOX_DROPPED, counter, "muster_mailbox_dropped_total", "", "messages pushed out of full mailboxes") \
	X(RECEIPTS, counter, "muster_receipts_total", "", "receipts of clients passed on")                     \
	X(REQUESTS, counter, "muster_requests_total", "", "verbs that backends asked for")                     \
	X(REQUESTS_MALFORMED, counter, "muster_requests_refused_total", "reason=\"malformed\"", "requests on the ROUTER refused") \
	X(REQUESTS_TOO_MANY, counter, "muster_requests_refused_total", "reason=\"too_many\"", "requests on the ROUTER refused") \
	X(ANSWERS_DROPPED, counter, "muster_answers_dropped_total", "", "answers to askers on the ROUTER that do not read") \
	X(EVENTS_DROPPED, counter, "muster_events_dropped_total", "", "times that a subscriber of events did not read and began to lose some") \
	X(COMMANDS, counter, "muster_commands_total", "", "commands of clients")                       \
	X(COMMANDS_MALFORMED, counter, "muster_commands_refused_total", "reason=\"malformed\"", "commands refused") \
	X(COMMANDS_RATE, counter, "muster_commands_refused_total", "reason=\"rate\"", "commands refused") \
	X(COMMANDS_NOT_LOGGED_IN, counter, "muster_commands_refused_total", "reason=\"not_logged_in\"", "commands refused") \
	X(COMMANDS_INVALID, counter, "muster_commands_refused_total", "reason=\"invalid\"", "commands refused") \
	X(COMMANDS_NOT_AUTHORISED, counter, "muster_commands_refused_total", "reason=\"not_authorised\"", "commands refused") \
	X(COMMANDS_NO_DATA, counter, "muster_commands_refused_total", "reason=\"no_data\"", "commands refused") \
	X(COMMANDS_NO_SUCH_COMMAND, counter, "muster_commands_refused_total", "reason=\"no_such_command\"", "commands refused") \
	X(COMMANDS_TOO_LARGE, counter, "muster_commands_refused_total", "reason=\"too_large\"", "commands refused") \
	X(COMMANDS_OVER_LIMIT, counter, "muster_commands_refused_total", "reason=\"over_limit\"", "commands refused") \
	X(COMMANDS_OTHER, counter, "muster_commands_refused_total", "reason=\"other\"", "commands refused") \
	X(ATTACHES, counter, "muster_attaches_total", "", "sessions opened")                           \
	X(RESUMES, counter, "muster_resumes_total", "", "sessions resumed")                            \
	X(REFUSED_ORIGIN, counter, "muster_attaches_refused_total", "reason=\"origin\"", "attaches refused") \
	X(REFUSED_TOKEN, counter, "muster_attaches_refused_total", "reason=\"token\"", "attaches refused") \
	X(REFUSED_REQUEST, counter, "muster_attaches_refused_total", "reason=\"request\"", "attaches refused") \
	X(REFUSED_SESSION, counter, "muster_attaches_refused_total", "reason=\"session\"", "attaches refused") \
	X(REFUSED_DRAINING, counter, "muster_attaches_refused_total", "reason=\"draining\"", "attaches refused") \
	X(REFUSED_FULL, counter, "muster_connections_refused_total", "reason=\"full\"", "connections refused") \
	X(REFUSED_HEAD, counter, "muster_connections_refused_total", "reason=\"head\"", "connections refused") \
	X(REFUSED_SLOW_HEAD, counter, "muster_connections_refused_total", "reason=\"slow_head\"", "connections refused") \
	X(HTTP_307, counter, "muster_http_refused_total", "status=\"307\"", "HTTP requests refused") \
	X(HTTP_400, counter, "muster_http_refused_total", "status=\"400\"", "HTTP requests refused") \
	X(HTTP_401, counter, "muster_http_refused_total", "status=\"401\"", "HTTP requests refused") \
	X(HTTP_403, counter, "muster_http_refused_total", "status=\"403\"", "HTTP requests refused") \
	X(HTTP_404, counter, "muster_http_refused_total", "status=\"404\"", "HTTP requests refused") \
	X(HTTP_405, counter, "muster_http_refused_total", "status=\"405\"", "HTTP requests refused") \
	X(HTTP_408, counter, "muster_http_refused_total", "status=\"408\"", "HTTP requests refused") \
	X(HTTP_410, counter, "muster_http_refused_total", "status=\"410\"", "HTTP requests refused") \
	X(HTTP_411, counter, "muster_http_refused_total", "status=\"411\"", "HTTP requests refused") \
	X(HTTP_413, counter, "muster_http_refused_total", "status=\"413\"", "HTTP requests refused") \
	X(HTTP_414, counter, "muster_http_refused_total", "status=\"414\"", "HTTP requests refused") \
	X(HTTP_426, counter, "muster_http_refused_total", "status=\"426\"", "HTTP requests refused") \
	X(HTTP_429, counter, "muster_http_refused_total", "status=\"429\"", "HTTP requests refused") \
	X(HTTP_431, counter, "muster_http_refused_total", "status=\"431\"", "HTTP requests refused") \
	X(HTTP_503, counter, "muster_http_refused_total", "status=\"503\"", "HTTP requests refused") \
	X(HTTP_OTHER, counter, "muster_http_refused_total", "status=\"other\"", "HTTP requests refused") \
	X(OUTBOX_BYTES, gauge, "muster_outbox_bytes", "", "bytes of pushes held for sessions and histories")   \
	X(CONNECTIONS, gauge, "muster_connections", "", "public connections open now")                 \
	X(SESSIONS, gauge, "muster_sessions", "", "sessions open now")

enum counter {
#define X(name, kind, family, label, help) COUNTER_##name,
	COUNTERS(X)
#undef X
	COUNTER_COUNT
};

struct counters {
	_Atomic int64_t values[COUNTER_COUNT];
};

/* Any thread. */
static inline void counter_add(struct counters *c, enum counter which, int64_t n)
{
	atomic_fetch_add_explicit(&c->values[which], n, memory_order_relaxed);
}

static inline int64_t counter_get(struct counters *c, enum counter which)
{
	return atomic_load_explicit(&c->values[which], memory_order_relaxed);
}

#endif
