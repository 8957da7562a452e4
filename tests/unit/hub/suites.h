/* The suites of this program, one for each module of src/hub. */
#ifndef HUB_SUITES_H
#define HUB_SUITES_H

#include "support/suite.h"

extern const struct suite history_suite;
extern const struct suite job_suite;
extern const struct suite mailboxes_suite;

#endif
