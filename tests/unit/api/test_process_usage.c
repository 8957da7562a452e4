/* process_usage - readings of this very process. */
#include "suites.h"

#include "api/process_usage.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

static void test_usage(void)
{
	struct process_usage usage = {0};

	process_usage_read(&usage);
	CHECK(usage.resident_bytes > 100000);
	CHECK(usage.cpu_seconds >= 0);
	CHECK(usage.open_fds >= 3);
}

static void test_fds(void)
{
	struct process_usage before = {0}, after = {0};
	int fd;

	process_usage_read(&before);
	fd = open("/dev/null", O_RDONLY);
	process_usage_read(&after);
	close(fd);
	CHECK_INT(after.open_fds, before.open_fds + 1);
}

static void test_start(void)
{
	double start = process_start_time(), now = (double)time(NULL);

	CHECK(start > now - 3600);
	CHECK(start < now + 2);
}

static const struct test tests[] = {
	{"memory, CPU and descriptors are read", test_usage},
	{"one more open file is one more", test_fds},
	{"the start lies shortly before now", test_start},
	{NULL, NULL},
};

const struct suite process_usage_suite = {"process_usage", tests};
