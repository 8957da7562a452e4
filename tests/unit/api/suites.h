/* The suites of src/api. */
#ifndef UNIT_API_SUITES_H
#define UNIT_API_SUITES_H

#include "support/suite.h"

extern const struct suite metrics_text_suite;
extern const struct suite process_usage_suite;
extern const struct suite calls_suite;
extern const struct suite query_args_suite;
extern const struct suite api_suite;
extern const struct suite verbs_suite;

#endif
