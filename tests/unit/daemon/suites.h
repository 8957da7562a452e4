/* The suites of this program, one for each module of src/daemon. */
#ifndef DAEMON_SUITES_H
#define DAEMON_SUITES_H

#include "support/suite.h"

extern const struct suite arguments_suite;

#endif
