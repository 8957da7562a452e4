/* demo_page - contrib/demo/index.html, embedded when Muster is built. */
#ifndef TRANSPORT_DEMO_PAGE_H
#define TRANSPORT_DEMO_PAGE_H

#include <stddef.h>

extern const unsigned char demo_page[];
extern const size_t demo_page_size;

#endif
