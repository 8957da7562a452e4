/* process_usage - what this process takes from the system, as /proc says. */
#ifndef API_PROCESS_USAGE_H
#define API_PROCESS_USAGE_H

#include "api/metrics_text.h"

/* When the process started, in seconds since 1970; -1: not known.  Read it
 * once: each reading is a little different. */
double process_start_time(void);
/* Fill in all but the start time. */
void process_usage_read(struct process_usage *usage);

#endif
