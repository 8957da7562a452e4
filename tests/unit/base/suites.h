/* The suites of this program, one for each module of src/base. */
#ifndef BASE_SUITES_H
#define BASE_SUITES_H

#include "support/suite.h"

extern const struct suite base64_suite;
extern const struct suite buffer_suite;
extern const struct suite clock_suite;
extern const struct suite digest_suite;
extern const struct suite error_suite;
extern const struct suite inbox_suite;
extern const struct suite listener_suite;
extern const struct suite log_suite;
extern const struct suite map_suite;
extern const struct suite random_suite;
extern const struct suite rate_suite;
extern const struct suite ring_suite;
extern const struct suite siphash_suite;
extern const struct suite socket_address_suite;
extern const struct suite utf8_suite;
extern const struct suite wheel_suite;
extern const struct suite xalloc_suite;

#endif
