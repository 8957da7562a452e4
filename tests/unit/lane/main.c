/* The unit tests of src/lane. */
#include "suites.h"

int main(void)
{
	static const struct suite *const suites[] = {
		&stream_suite, &audience_suite, &tombstones_suite, &loop_suite, NULL,
	};

	return suites_run(suites);
}
