/* The suites of this program. */
#ifndef STORE_SUITES_H
#define STORE_SUITES_H

#include "support/suite.h"

extern const struct suite crash_suite;
extern const struct suite file_suite;
extern const struct suite store_memory_suite;
extern const struct suite store_sqlite_suite;
extern const struct suite trouble_suite;

#endif
