/* clock - read once per loop turn, then handed down as `now`. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

uint64_t clock_monotonic(void); /* ms since some start; never goes back */
uint64_t clock_wall(void);      /* ms since 1970 */

#endif
