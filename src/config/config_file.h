/* config_file - what a file says, by way of libconfuse, which knows the
 * syntax but no option: every value comes as text and is checked against the
 * option table at once, so that a message names its line. */
#ifndef CONFIG_CONFIG_FILE_H
#define CONFIG_CONFIG_FILE_H

#include "base/error.h"
#include "muster/settings.h"

#include <stddef.h>

/* Set what the text sets; name stands for the file in messages.  text is size
 * bytes with a NUL behind them and is written to.  On -EINVAL settings is
 * partly set and still fit for config_free(). */
int config_file_apply(struct settings *settings, char *text, size_t size, const char *name,
	struct error *err);

#endif
