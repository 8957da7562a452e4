/* The suites of this program, one for each module of src/transport. */
#ifndef TRANSPORT_SUITES_H
#define TRANSPORT_SUITES_H

#include "support/suite.h"

extern const struct suite http_refusal_suite;
extern const struct suite websocket_handshake_suite;

#endif
