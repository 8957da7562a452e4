/* The unit tests of src/config. */
#include "suites.h"

int main(void)
{
	static const struct suite *const suites[] = {
		&values_suite, &item_check_suite, &option_table_suite, &option_value_suite,
		&config_file_suite, &config_check_suite, &config_print_suite, &config_suite, NULL,
	};

	return suites_run(suites);
}
