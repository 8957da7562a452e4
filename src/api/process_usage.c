/* process_usage - see process_usage.h. */
#include "api/process_usage.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Clock ticks since the boot when the process started: field 22 of
 * /proc/self/stat.  Field 2 may hold anything, up to the last parenthesis. */
static double start_ticks(void)
{
	FILE *file = fopen("/proc/self/stat", "re");
	unsigned long long ticks = 0;
	char line[1024], *at = NULL;

	if (!file)
		return -1;
	if (fgets(line, sizeof line, file))
		at = strrchr(line, ')');
	fclose(file);
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at && sscanf(at, "%llu", &ticks) == 1 ? (double)ticks : -1;
}

double process_start_time(void)
{
	double ticks = start_ticks();
	long per_second = sysconf(_SC_CLK_TCK);

	if (ticks < 0 || per_second <= 0)
		return -1;
	return seconds(CLOCK_REALTIME) - seconds(CLOCK_BOOTTIME) + ticks / (double)per_second;
}

static int64_t resident_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long pages = -1;

	if (!file)
		return -1;
	if (fscanf(file, "%*s %ld", &pages) != 1)
		pages = -1;
	fclose(file);
	return pages < 0 ? -1 : (int64_t)pages * sysconf(_SC_PAGESIZE);
}

static int64_t open_fds(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int64_t count = -1; /* its own descriptor does not count */

	if (!folder)
		return -1;
	for (const struct dirent *entry; (entry = readdir(folder)); )
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

void process_usage_read(struct process_usage *usage)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	usage->cpu_seconds = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		(double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
	usage->resident_bytes = resident_bytes();
	usage->open_fds = open_fds();
}
