/* channel_section - the list of `channel "pattern" { }` sections while it grows. */
#ifndef CONFIG_CHANNEL_SECTION_H
#define CONFIG_CHANNEL_SECTION_H

#include "base/error.h"
#include "muster/settings.h"

/* 0, or -EINVAL with a sentence: 1 to 200 bytes of UTF-8 without spaces and control characters. */
int channel_section_check(const char *pattern, struct error *err);
/* One more, with the defaults; borrowed until the next one. */
struct channel_rule *channel_section_add(struct settings *settings, const char *pattern);
void channel_section_free_all(struct settings *settings);

#endif
