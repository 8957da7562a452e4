/* database_calls - what each call of the port is in SQL. */
#ifndef STORE_DATABASE_CALLS_H
#define STORE_DATABASE_CALLS_H

#include "store/database.h"
#include "store/store_call.h"

/* Do the call inside the transaction that the caller began and fill in its outcome.
 * 0 also when the call itself was wrong: then it has failed, and nothing was written.
 * -errno with d->err when the database failed: the transaction is to be rolled back. */
int database_do(struct database *d, struct store_call *call);

#endif
