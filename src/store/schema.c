/* schema - see schema.h.  A change of the tables is one more step at the end; the
 * version of a file is how many it has seen.  Steps are never edited.
 *
 * messages and mail are trees by (owner, position): what belongs together lies
 * together, in order, and trimming takes from one end.  ids is a log: its numbers
 * only grow, so putting one touches only the last page. */
#include "store/schema.h"

#include <errno.h>
#include <stdio.h>

/* "Must" */
#define APPLICATION_ID "0x4d757374"
enum { OURS = 0x4d757374 };

static const char *const steps[] = {
	/* 1 */
	"PRAGMA application_id = " APPLICATION_ID ";"
	"CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL) WITHOUT ROWID;"
	"INSERT INTO meta (name, value) VALUES ('schema', 0);"
	"CREATE TABLE channels (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, epoch TEXT NOT NULL,"
	" last INTEGER NOT NULL, used INTEGER NOT NULL);"
	"CREATE TABLE messages (channel INTEGER NOT NULL, position INTEGER NOT NULL, time INTEGER NOT NULL,"
	" expires INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (channel, position)) WITHOUT ROWID;"
	"CREATE TABLE mailboxes (id INTEGER PRIMARY KEY, user TEXT UNIQUE NOT NULL, last INTEGER NOT NULL,"
	" dropped INTEGER NOT NULL, kept INTEGER NOT NULL, used INTEGER NOT NULL);"
	"CREATE TABLE mail (mailbox INTEGER NOT NULL, position INTEGER NOT NULL, time INTEGER NOT NULL,"
	" expires INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (mailbox, position)) WITHOUT ROWID;"
	"CREATE TABLE ids (number INTEGER PRIMARY KEY, expires INTEGER NOT NULL, id BLOB NOT NULL);",
};

enum { LATEST = sizeof steps / sizeof steps[0] };

/* The version of the file: 0 when it is empty. */
static int version_of(struct database *d, int64_t *version, struct error *err)
{
	int64_t tables, id;
	int result = database_ask(d, "SELECT count(*) FROM sqlite_master", &tables, err);

	*version = 0;
	if (result < 0)
		return result;
	result = database_ask(d, "PRAGMA application_id", &id, err);
	if (result < 0 || (tables == 0 && (id == 0 || id == OURS)))
		return result;
	if (id != OURS)
		return error_set(err, -EINVAL, "%s: this is a database of another program: name another file", d->path);
	return database_ask(d, "SELECT value FROM meta WHERE name = 'schema'", version, err);
}

int schema_check(struct database *d, struct error *err)
{
	int64_t version;
	int result = version_of(d, &version, err);

	if (result < 0)
		return result;
	if (version > LATEST)
		return error_set(err, -EINVAL, "%s: written by a newer musterd (its schema is %lld, this musterd knows up to %d): "
			"start that version again, or move the file away to begin with an empty one",
			d->path, (long long)version, (int)LATEST);
	return 0;
}

static int take_step(struct database *d, int64_t version, struct error *err)
{
	char set[80];
	int result;

	snprintf(set, sizeof set, "UPDATE meta SET value = %lld WHERE name = 'schema'", (long long)version + 1);
	result = database_execute(d, "BEGIN IMMEDIATE", err);
	if (result == 0)
		result = database_execute(d, steps[version], err);
	if (result == 0)
		result = database_execute(d, set, err);
	if (result == 0)
		result = database_execute(d, "COMMIT", err);
	if (result < 0)
		database_execute(d, "ROLLBACK", NULL);
	return result;
}

int schema_migrate(struct database *d, struct error *err)
{
	int64_t version;
	int result = version_of(d, &version, err);

	for (; result == 0 && version < LATEST; version++)
		result = take_step(d, version, err);
	return result;
}
