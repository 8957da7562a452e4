/* The unit tests of src/api. */
#include "suites.h"

int main(void)
{
	static const struct suite *const suites[] = {
		&metrics_text_suite, &process_usage_suite, &listener_suite, &api_suite, NULL,
	};

	return suites_run(suites);
}
