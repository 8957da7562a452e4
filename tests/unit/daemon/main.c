/* The unit tests of src/daemon. */
#include "suites.h"

int main(void)
{
	static const struct suite *const suites[] = { &arguments_suite, NULL };

	return suites_run(suites);
}
