/* log - one line an event, `key=value`, to stderr or syslog; only the edges
 * (transport, bus, store, api, hub, daemon) write it, never payloads or
 * secrets.  Any thread. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };
enum log_sink { LOG_SINK_STDERR, LOG_SINK_SYSLOG };

/* Once, before threads start.  The default is stderr at info. */
void log_open(enum log_sink sink, enum log_level level, const char *program);
void log_set_level(enum log_level level);
bool log_is_on(enum log_level level);
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Text from outside made fit for a `key=%s` of a log line: quoted when it
 * holds anything but word characters, control and non-ASCII bytes escaped,
 * cut to fit.  Returns out. */
const char *log_quote(char *out, size_t capacity, const char *text, size_t size);

/* At most `per_second` lines of one kind a second.  log_allow() says whether
 * to write now; when it does after a silence, *suppressed is how many were
 * not written.  One thread each. */
struct log_limit {
	uint64_t second;
	unsigned written;
	unsigned suppressed;
};
bool log_allow(struct log_limit *l, unsigned per_second, uint64_t now, unsigned *suppressed);

#endif
