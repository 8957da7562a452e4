/* log - see log.h.  A line is built on the stack and leaves in one write(2)
 * shorter than PIPE_BUF, which is what keeps threads from interleaving
 * without a lock.  What is said here is for people: a line that cannot be
 * written is lost. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

enum { LINE_SIZE = 2048 };

static const struct {
	const char *name;
	int priority;
} levels[] = {
	[LOG_LEVEL_ERROR] = {"error", LOG_ERR},
	[LOG_LEVEL_WARNING] = {"warning", LOG_WARNING},
	[LOG_LEVEL_INFO] = {"info", LOG_INFO},
	[LOG_LEVEL_DEBUG] = {"debug", LOG_DEBUG},
};

/* The one log of the process. */
static enum log_sink current_sink = LOG_SINK_STDERR;
static atomic_int current_level = LOG_LEVEL_INFO;

void log_open(enum log_sink sink, enum log_level level, const char *program)
{
	current_sink = sink;
	log_set_level(level);
	if (sink == LOG_SINK_SYSLOG)
		openlog(program, LOG_PID | LOG_NDELAY, LOG_DAEMON);
}

void log_set_level(enum log_level level)
{
	atomic_store_explicit(&current_level, (int)level, memory_order_relaxed);
}

bool log_is_on(enum log_level level)
{
	return (int)level <= atomic_load_explicit(&current_level, memory_order_relaxed);
}

/* "2024-05-06T07:08:09.012Z warning " */
static size_t put_head(char *line, size_t capacity, enum log_level level)
{
	struct timespec now;
	struct tm utc;
	size_t size;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	size = strftime(line, capacity, "%Y-%m-%dT%H:%M:%S", &utc);
	size += (size_t)snprintf(line + size, capacity - size, ".%03uZ %s ",
		(unsigned)(now.tv_nsec / 1000000) % 1000, levels[level].name);
	return size;
}

/* Whatever the text holds, a line stays a line and a terminal stays sane. */
static void blank_controls(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = ' ';
}

static void write_stderr(const char *line, size_t size)
{
	ssize_t wrote;

	do {
		wrote = write(STDERR_FILENO, line, size);
	} while (wrote < 0 && errno == EINTR);
}

static void __attribute__((format(printf, 2, 0)))
write_line(enum log_level level, const char *format, va_list args)
{
	int saved = errno;
	char line[LINE_SIZE];
	size_t head = 0, size;

	if (!log_is_on(level))
		return;
	if (current_sink == LOG_SINK_STDERR)
		head = put_head(line, sizeof line, level);
	errno = saved; /* for %m */
	if (vsnprintf(line + head, sizeof line - head - 1, format, args) < 0)
		line[head] = '\0';
	blank_controls(line + head);
	if (current_sink == LOG_SINK_STDERR) {
		size = head + strlen(line + head);
		line[size++] = '\n';
		write_stderr(line, size);
	} else {
		syslog(levels[level].priority, "%s", line);
	}
	errno = saved;
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_LEVEL_ERROR, format, args);
	va_end(args);
}

void log_warning(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_LEVEL_WARNING, format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_LEVEL_INFO, format, args);
	va_end(args);
}

void log_debug(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	write_line(LOG_LEVEL_DEBUG, format, args);
	va_end(args);
}

/* Not isalnum(): the locale has no say. */
static bool is_word(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		(c && strchr("_-.:/@+", c));
}

static bool is_bare(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!is_word((unsigned char)text[i]))
			return false;
	return size > 0;
}

/* At most 4 characters and a NUL; how many. */
static size_t escape(char out[5], unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	if (c >= 0x20 && c < 0x7f) {
		size_t size = 0;

		if (c == '"' || c == '\\')
			out[size++] = '\\';
		out[size++] = (char)c;
		return size;
	}
	out[0] = '\\';
	out[1] = 'x';
	out[2] = hex[c >> 4];
	out[3] = hex[c & 15];
	return 4;
}

static void quote(char *out, size_t capacity, const char *text, size_t size)
{
	size_t used = 0;

	out[used++] = '"';
	for (size_t i = 0; i < size; i++) {
		char piece[5];
		size_t more = escape(piece, (unsigned char)text[i]);

		if (more > capacity - 2 - used)
			break;
		memcpy(out + used, piece, more);
		used += more;
	}
	out[used++] = '"';
	out[used] = '\0';
}

const char *log_quote(char *out, size_t capacity, const char *text, size_t size)
{
	if (is_bare(text, size)) {
		if (size >= capacity)
			size = capacity ? capacity - 1 : 0;
		if (capacity) {
			memcpy(out, text, size);
			out[size] = '\0';
		}
	} else if (capacity >= 3) {
		quote(out, capacity, text, size);
	} else if (capacity) {
		out[0] = '\0';
	}
	return out;
}

bool log_allow(struct log_limit *l, unsigned per_second, uint64_t now, unsigned *suppressed)
{
	if (now / 1000 != l->second) {
		l->second = now / 1000;
		l->written = 0;
	}
	if (l->written >= per_second) {
		l->suppressed++;
		return false;
	}
	l->written++;
	*suppressed = l->suppressed;
	l->suppressed = 0;
	return true;
}
