/* schema - the tables of the file and how an older file becomes one of today. */
#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/database.h"

/* Whether the file is empty or ours and not from the future; a sentence when not. */
int schema_check(struct database *d, struct error *err);
/* Take the steps that the file has not seen, each in a commit of its own. */
int schema_migrate(struct database *d, struct error *err);

#endif
