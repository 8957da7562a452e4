/* The unit tests of src/hub. */
#include "suites.h"

int main(void)
{
	static const struct suite *const suites[] = {&job_suite, &history_suite, &mailboxes_suite, NULL};

	return suites_run(suites);
}
