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
	X(COMMANDS, counter, "muster_commands_total", "", "commands of clients")                       \
	X(COMMANDS_MALFORMED, counter, "muster_commands_refused_total", "reason=\"malformed\"", "commands refused") \
	X(COMMANDS_RATE, counter, "muster_commands_refused_total", "reason=\"rate\"", "commands refused") \
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
