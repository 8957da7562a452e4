/* metrics_text - see metrics_text.h.  A family has one HELP and one TYPE line
 * and all its samples behind them. */
#include "api/metrics_text.h"

#include <inttypes.h>
#include <string.h>

static const struct {
	const char *type;
	const char *family;
	const char *label;
	const char *help;
} rows[COUNTER_COUNT] = {
#define X(name, kind, family, label, help) {#kind, family, label, help},
	COUNTERS(X)
#undef X
};

static void write_head(struct buffer *out, const char *family, const char *type, const char *help)
{
	buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", family, help, family, type);
}

static void write_counters(struct buffer *out, struct counters *counters)
{
	const char *family = "";

	for (int i = 0; i < COUNTER_COUNT; i++) {
		bool has_label = rows[i].label[0] != '\0';

		if (strcmp(rows[i].family, family) != 0)
			write_head(out, rows[i].family, rows[i].type, rows[i].help);
		family = rows[i].family;
		buffer_printf(out, "%s%s%s%s %" PRId64 "\n", family, has_label ? "{" : "",
			rows[i].label, has_label ? "}" : "", counter_get(counters, (enum counter)i));
	}
}

static void write_value(struct buffer *out, const char *family, const char *type, const char *help,
	double value, int decimals)
{
	if (value < 0)
		return;
	write_head(out, family, type, help);
	buffer_printf(out, "%s %.*f\n", family, decimals, value);
}

void metrics_text(struct buffer *out, struct counters *counters, const struct process_usage *usage,
	const char *version)
{
	write_counters(out, counters);
	write_head(out, "muster_build_info", "gauge", "a constant 1, the version as a label");
	buffer_printf(out, "muster_build_info{version=\"%s\"} 1\n", version);
	write_value(out, "process_resident_memory_bytes", "gauge", "resident memory",
		(double)usage->resident_bytes, 0);
	write_value(out, "process_cpu_seconds_total", "counter", "CPU time used, user and system",
		usage->cpu_seconds, 3);
	write_value(out, "process_open_fds", "gauge", "open file descriptors",
		(double)usage->open_fds, 0);
	write_value(out, "process_start_time_seconds", "gauge", "when the process started, since 1970",
		usage->start_time, 3);
}
