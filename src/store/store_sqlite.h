/* store_sqlite - what tests need beyond the port. */
#ifndef STORE_STORE_SQLITE_H
#define STORE_STORE_SQLITE_H

#include "muster/store.h"

/* Run SQL on the writer's connection, as a call in its place among the others: to make
 * the disk full (PRAGMA max_page_count), read-only (PRAGMA query_only) or picky. */
void store_sqlite_execute(struct store *s, const char *sql, store_done_fn *done, void *context);

#endif
