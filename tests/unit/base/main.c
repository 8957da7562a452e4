/* The unit tests of src/base. */
#include "suites.h"

int main(void)
{
	static const struct suite *const suites[] = {
		&xalloc_suite, &error_suite, &buffer_suite, &siphash_suite, &map_suite, &ring_suite,
		&inbox_suite, &wheel_suite, &clock_suite, &log_suite, &base64_suite, &digest_suite,
		&random_suite, &utf8_suite, &socket_address_suite, &rate_suite, &listener_suite, NULL,
	};

	return suites_run(suites);
}
