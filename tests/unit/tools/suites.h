/* The suites of src/tools: what is pure in it. */
#ifndef UNIT_TOOLS_SUITES_H
#define UNIT_TOOLS_SUITES_H

#include "support/suite.h"

extern const struct suite url_suite;
extern const struct suite event_stream_suite;
extern const struct suite push_line_suite;
extern const struct suite pub_message_suite;

#endif
