/* The suites of this program, one for each module of src/auth. */
#ifndef AUTH_SUITES_H
#define AUTH_SUITES_H

#include "support/suite.h"

extern const struct suite closed_suite;
extern const struct suite open_suite;

#endif
