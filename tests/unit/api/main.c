/* The unit tests of src/api. */
#include "suites.h"

int main(void)
{
	static const struct suite *const suites[] = {
		&metrics_text_suite, &process_usage_suite, &query_args_suite,
		&calls_suite, &api_suite, &verbs_suite, NULL,
	};

	return suites_run(suites);
}
