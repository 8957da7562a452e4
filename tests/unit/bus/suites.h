/* The suites of src/bus. */
#ifndef UNIT_BUS_SUITES_H
#define UNIT_BUS_SUITES_H

#include "support/suite.h"

extern const struct suite endpoint_suite;
extern const struct suite ingress_suite;
extern const struct suite bus_suite;
extern const struct suite refused_suite;
extern const struct suite requests_suite;
extern const struct suite events_suite;

#endif
