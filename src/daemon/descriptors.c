#include "daemon/descriptors.h"

#include <sys/resource.h>

enum { RESERVE = 200 }; /* listeners, epolls, eventfds, bus, api, log, stores */

uint64_t descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 1024;
	if (limit.rlim_cur < limit.rlim_max) {
		rlim_t soft = limit.rlim_cur;

		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
			limit.rlim_cur = soft;
	}
	return limit.rlim_cur;
}

uint64_t descriptors_connections(uint64_t configured, uint64_t descriptors)
{
	uint64_t possible = descriptors > 2 * RESERVE ? descriptors - RESERVE : descriptors / 2;

	return configured && configured < possible ? configured : possible;
}
