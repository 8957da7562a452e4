/* The suites of this program, one for each module of src/lane. */
#ifndef LANE_SUITES_H
#define LANE_SUITES_H

#include "support/suite.h"

extern const struct suite audience_suite;
extern const struct suite loop_suite;
extern const struct suite stream_suite;
extern const struct suite tombstones_suite;

#endif
