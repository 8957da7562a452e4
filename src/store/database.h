/* database - an SQLite file of ours, opened for this process alone: its statements,
 * and its failures as sentences that say what to do. */
#ifndef STORE_DATABASE_H
#define STORE_DATABASE_H

#include "base/error.h"
#include "store/statements.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct database {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *statements[STATEMENTS];
	struct error err;  /* of the last step that failed */
	size_t max_ids;
	int log_pages;     /* in the write-ahead log after the last commit; 0: all are in the file too */
	uint64_t retry;    /* clock_monotonic(): when moving the log, which failed, may be tried again */
};

/* Open or make the file, check it, bring it up to date.  It may be used on one
 * thread at a time.  On failure d is closed. */
int database_open(struct database *d, const char *path, size_t max_ids, struct error *err);
void database_close(struct database *d);

/* SQL that is said once. */
int database_execute(struct database *d, const char *sql, struct error *err);
/* The number that a query answers; no row is a failure. */
int database_ask(struct database *d, const char *sql, int64_t *answer, struct error *err);

/* Parameters are bound by number, from 1; texts and bytes are borrowed until the end of
 * the statement.  UINT64_MAX is kept as the largest number that SQLite knows. */
void database_bind(struct database *d, enum statement which, int parameter, uint64_t number);
void database_bind_text(struct database *d, enum statement which, int parameter, const char *text, size_t size);
void database_bind_bytes(struct database *d, enum statement which, int parameter, const void *data, size_t size);
/* 1: there is a row; 0: there is none any more; or -errno and a sentence in d->err. */
int database_step(struct database *d, enum statement which);
/* Columns of the row, from 0; bytes until the next step. */
uint64_t database_number(struct database *d, enum statement which, int column);
const char *database_bytes(struct database *d, enum statement which, int column, size_t *size);
/* Enough of its rows. */
void database_end(struct database *d, enum statement which);
/* Step to the end. */
int database_run(struct database *d, enum statement which);
/* Step once and take one number; 0 when there is none. */
int database_get(struct database *d, enum statement which, uint64_t *number);

/* Move what is in the log to the file, when it is worth it. */
void database_checkpoint(struct database *d);
/* The disk is full: give back what the log takes.  False when that could not be. */
bool database_make_room(struct database *d);

#endif
