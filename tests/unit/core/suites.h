/* The suites of this program, one for each module of src/core, and what they share. */
#ifndef CORE_SUITES_H
#define CORE_SUITES_H

#include "core/core.h"
#include "support/suite.h"

extern const struct suite channel_rules_suite;
extern const struct suite channel_suite;
extern const struct suite core_suite;
extern const struct suite core_model_suite;
extern const struct suite dedup_suite;
extern const struct suite history_suite;
extern const struct suite lane_set_suite;
extern const struct suite people_suite;
extern const struct suite presence_suite;
extern const struct suite publisher_gaps_suite;
extern const struct suite session_registry_suite;
extern const struct suite tally_suite;

/* An id that is different for each number. */
struct session_id test_id(unsigned n);
/* Valid until the next but three; user NULL: not logged in. */
const struct identity *test_identity(const char *user, const char *app, const char *device);

#endif
