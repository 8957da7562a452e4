/* channel_rules - which `channel "pattern" { }` section rules a channel. */
#ifndef CORE_CHANNEL_RULES_H
#define CORE_CHANNEL_RULES_H

#include "muster/settings.h"

/* The first rule whose pattern matches ("*" is any run of characters), else the
 * built-in one: presence, subscribe all, no client publish, drop-oldest
 * (its pattern is NULL).  Borrowed. */
const struct channel_rule *channel_rules_find(const struct settings *s, const char *name);

#endif
