/* The unit tests of src/store. */
#include "suites.h"

int main(void)
{
	static const struct suite *const suites[] = {
		&store_memory_suite, &store_sqlite_suite, &file_suite, &trouble_suite, &crash_suite, NULL,
	};

	return suites_run(suites);
}
