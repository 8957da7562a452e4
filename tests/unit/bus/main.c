/* The unit tests of src/bus. */
#include "suites.h"

int main(void)
{
	static const struct suite *const suites[] = {
		&endpoint_suite, &ingress_suite, &bus_suite, &refused_suite, &requests_suite,
		&events_suite, NULL,
	};

	return suites_run(suites);
}
