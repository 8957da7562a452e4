/* config_check - what no option can say alone: options that must agree. */
#ifndef CONFIG_CONFIG_CHECK_H
#define CONFIG_CONFIG_CHECK_H

#include "base/error.h"
#include "muster/settings.h"

/* 0, or -EINVAL and a sentence that says what to change. */
int config_check(const struct settings *settings, struct error *err);

#endif
