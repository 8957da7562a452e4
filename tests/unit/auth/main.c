/* The unit tests of src/auth. */
#include "suites.h"

int main(void)
{
	static const struct suite *const suites[] = {&open_suite, &closed_suite, NULL};

	return suites_run(suites);
}
