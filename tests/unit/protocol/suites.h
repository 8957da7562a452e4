/* The suites of this program, one for each module of src/protocol. */
#ifndef PROTOCOL_SUITES_H
#define PROTOCOL_SUITES_H

#include "support/suite.h"

extern const struct suite json_scan_suite;
extern const struct suite json_write_suite;
extern const struct suite session_id_suite;
extern const struct suite identity_suite;
extern const struct suite target_suite;
extern const struct suite match_suite;
extern const struct suite frame_suite;
extern const struct suite envelope_suite;
extern const struct suite publish_options_suite;
extern const struct suite command_parse_suite;
extern const struct suite refusal_row_suite;
extern const struct suite reply_suite;
extern const struct suite push_suite;
extern const struct suite http_head_suite;
extern const struct suite query_suite;
extern const struct suite sse_suite;
extern const struct suite origin_suite;
extern const struct suite since_parse_suite;
extern const struct suite verb_args_suite;

#endif
