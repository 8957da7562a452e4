/* fuzz - what the fuzz targets share.  A target is one function that takes
 * any bytes; libFuzzer drives it, or replay.c with the files of its corpus.
 * It states what must hold of every input and aborts where it does not. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Always 0; with default visibility, since libFuzzer looks it up. */
__attribute__((visibility("default"))) int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(cond) ((cond) ? (void)0 : fuzz_broken(#cond, __FILE__, __LINE__))

static inline _Noreturn void fuzz_broken(const char *text, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, text);
	abort();
}

#endif
