/* The suites of this program. */
#ifndef CONFIG_SUITES_H
#define CONFIG_SUITES_H

#include "support/suite.h"

extern const struct suite config_suite;
extern const struct suite config_check_suite;
extern const struct suite config_file_suite;
extern const struct suite config_print_suite;
extern const struct suite item_check_suite;
extern const struct suite option_table_suite;
extern const struct suite option_value_suite;
extern const struct suite values_suite;

#endif
