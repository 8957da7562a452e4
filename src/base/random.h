/* random - bytes nobody can guess, from the kernel. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void random_bytes(void *out, size_t size);
uint64_t random_below(uint64_t bound); /* 0 .. bound-1, evenly */

#endif
