/* publish_options - the options of a message: one table says which there are
 * and what each may be.  Pure. */
#ifndef PROTOCOL_PUBLISH_OPTIONS_H
#define PROTOCOL_PUBLISH_OPTIONS_H

#include "muster/publish.h"

#include "protocol/json_scan.h"

enum payload_type { PAYLOAD_JSON, PAYLOAD_TEXT, PAYLOAD_BINARY };

enum { PUBLISH_OPTIONS = 13 };
extern const char *const publish_option_names[PUBLISH_OPTIONS];

/* Apply values[i], where present, as the option publish_option_names[i].
 * NULL, or a literal that says which one was refused. */
const char *publish_options_apply(struct publish *p, enum payload_type *type,
	const struct json_span values[PUBLISH_OPTIONS]);

#endif
