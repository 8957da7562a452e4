/* config_scan - a look over the text of a file before libconfuse gets it:
 * comments become blanks, since libconfuse counts lines wrong behind them,
 * and what it would drop without a word is refused. */
#ifndef CONFIG_CONFIG_SCAN_H
#define CONFIG_CONFIG_SCAN_H

#include "base/error.h"

#include <stddef.h>

/* text is size bytes with a NUL behind them.  0, or -EINVAL with the sentence
 * and its line in *line. */
int config_scan(char *text, size_t size, unsigned *line, struct error *err);

#endif
