/* database - see database.h.  Locking mode EXCLUSIVE keeps other processes out, and
 * with it the index of the write-ahead log stays in our memory instead of a shared
 * file.  The log is moved to the file after the outcomes of a commit were told, not
 * inside the commit, so nobody waits for it. */
#include "store/database.h"

#include "base/clock.h"
#include "base/xalloc.h"
#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LOG_PAGES = 2000,               /* of 4 KiB: when the log is moved to the file */
	RETRY = 1000,                   /* ms */
	CHECK_WHOLE = 16 * 1024 * 1024, /* bytes: files up to here are checked whole when opened */
};

/* What the system said last of the file or of its log; 0: nothing.  Asked of the files
 * themselves, since errno may be that of a later attempt to clean up. */
static int system_errno(const struct database *d)
{
	sqlite3_file *log = NULL;
	int said = 0;

	sqlite3_file_control(d->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
	if (log && log->pMethods)
		log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &said);
	if (said == 0)
		sqlite3_file_control(d->db, "main", SQLITE_FCNTL_LAST_ERRNO, &said);
	return said ? said : sqlite3_system_errno(d->db);
}

static int errno_of(const struct database *d, int rc)
{
	int said = system_errno(d);

	switch (rc & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_TOOBIG:
		return -EMSGSIZE;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_CONSTRAINT:
		return -EINVAL;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EBADMSG;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		if (said == ENOSPC || said == EDQUOT || said == EFBIG)
			return -ENOSPC;
		if (said == EROFS || said == EACCES || said == EPERM)
			return -EROFS;
		return -EIO;
	default:
		return -EIO;
	}
}

static int say_damaged(const struct database *d, const char *what, struct error *err)
{
	return error_set(err, -EBADMSG, "%s: damaged, or not a file of Muster (%s): stop musterd, then move it and %s-wal away "
		"to begin with an empty one, or restore both from a backup", d->path, what, d->path);
}

/* The sentence for a failure of SQLite; returns -errno. */
static int say_failed(struct database *d, int rc, struct error *err)
{
	int code = errno_of(d, rc);

	switch (code) {
	case -EBADMSG:
		return say_damaged(d, sqlite3_errstr(rc), err);
	case -ENOSPC:
		return error_set(err, code, "%s: the disk is full: make room, or raise the limit on the size of files or the "
			"quota; what should be kept is refused until there is", d->path);
	case -EROFS:
		return error_set(err, code, "%s: cannot be written: give the user that musterd runs as the right to write "
			"the file and its folder, or mount the disk for writing", d->path);
	case -EBUSY:
		return error_set(err, code, "%s: in use by another process: one musterd has the file for itself; stop the "
			"other, or name another file", d->path);
	case -EIO:
		return error_set(err, code, "%s: %s (%s): look after the disk", d->path, sqlite3_errmsg(d->db),
			system_errno(d) ? strerror(system_errno(d)) : "no word from the system");
	default:
		return error_set(err, code, "%s: %s", d->path, sqlite3_errmsg(d->db));
	}
}

int database_execute(struct database *d, const char *sql, struct error *err)
{
	int rc = sqlite3_exec(d->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : say_failed(d, rc, err);
}

int database_ask(struct database *d, const char *sql, int64_t *answer, struct error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(d->db, sql, -1, &statement, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*answer = sqlite3_column_int64(statement, 0);
	if (rc == SQLITE_DONE)
		rc = say_damaged(d, "an answer is missing", err);
	else if (rc == SQLITE_ERROR)
		rc = say_damaged(d, sqlite3_errmsg(d->db), err);
	else if (rc != SQLITE_ROW)
		rc = say_failed(d, rc, err);
	sqlite3_finalize(statement);
	return rc < 0 ? rc : 0;
}

/* A query must answer the word. */
static int expect_word(struct database *d, const char *sql, const char *word, struct error *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(d->db, sql, -1, &statement, NULL);
	int result = 0;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc != SQLITE_ROW)
		result = say_failed(d, rc, err);
	else if (strcmp((const char *)sqlite3_column_text(statement, 0), word) != 0)
		result = say_damaged(d, (const char *)sqlite3_column_text(statement, 0), err);
	sqlite3_finalize(statement);
	return result;
}

/* SQLite would make it with the rights of the umask; its -wal gets those of the file. */
static int make_file(const char *path, struct error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat st;

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (errno != EEXIST)
		return error_set(err, -errno, "%s: cannot be made: %s: its folder must be there and writable for the user that "
			"musterd runs as", path, strerror(errno));
	if (stat(path, &st) < 0)
		return error_set(err, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return error_set(err, -EINVAL, "%s: not a file: name a file", path);
	return 0;
}

static int connect_file(struct database *d, struct error *err)
{
	int rc = sqlite3_open_v2(d->path, &d->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (!d->db)
		return error_set(err, -ENOMEM, "%s: no memory to open it", d->path);
	sqlite3_extended_result_codes(d->db, 1);
	if (rc != SQLITE_OK)
		return say_failed(d, rc, err);
	if (sqlite3_db_readonly(d->db, "main") == 1)
		return say_failed(d, SQLITE_READONLY, err);
	return database_execute(d, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cell_size_check = ON;"
		"PRAGMA secure_delete = FAST; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;", err);
}

/* A small file whole; of a large one both ends of each table, for a start must not
 * take as long as reading everything.  What a crash left is repaired by the log. */
static int check_content(struct database *d, struct error *err)
{
	static const char *const tables[] = {"channels", "messages", "mailboxes", "mail", "ids"};
	static const char *const keys[] = {"id", "channel", "id", "mailbox", "number"};
	struct stat st;
	int result = 0;

	if (stat(d->path, &st) == 0 && st.st_size <= CHECK_WHOLE)
		return expect_word(d, "PRAGMA quick_check(1)", "ok", err);
	for (size_t i = 0; i < sizeof tables / sizeof tables[0] && result == 0; i++) {
		char sql[160];
		int64_t sum;

		snprintf(sql, sizeof sql, "SELECT ifnull((SELECT min(%s) FROM %s), 0) + ifnull((SELECT max(%s) FROM %s), 0)",
			keys[i], tables[i], keys[i], tables[i]);
		result = database_ask(d, sql, &sum, err);
	}
	return result;
}

static int prepare_statements(struct database *d, struct error *err)
{
	for (int i = 0; i < STATEMENTS; i++) {
		int rc = sqlite3_prepare_v3(d->db, statement_text((enum statement)i), -1, SQLITE_PREPARE_PERSISTENT,
			&d->statements[i], NULL);

		if (rc == SQLITE_ERROR)
			return say_damaged(d, sqlite3_errmsg(d->db), err);
		if (rc != SQLITE_OK)
			return say_failed(d, rc, err);
	}
	return 0;
}

static int note_log_pages(void *context, sqlite3 *db, const char *name, int pages)
{
	struct database *d = context;

	(void)db;
	(void)name;
	d->log_pages = pages;
	return SQLITE_OK;
}

static int open_and_check(struct database *d, struct error *err)
{
	int result = make_file(d->path, err);

	if (result == 0)
		result = connect_file(d, err);
	if (result == 0)
		result = schema_check(d, err);
	if (result == 0)
		result = check_content(d, err);
	if (result == 0)
		result = expect_word(d, "PRAGMA journal_mode = WAL", "wal", err);
	if (result == 0)
		result = database_execute(d, "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;", err);
	if (result == 0)
		result = schema_migrate(d, err);
	if (result == 0)
		result = prepare_statements(d, err);
	return result;
}

int database_open(struct database *d, const char *path, size_t max_ids, struct error *err)
{
	size_t size = strlen(path) + 3;
	int result;

	*d = (struct database){.max_ids = max_ids};
	if (path[0] == '\0')
		return error_set(err, -EINVAL, "the store has no file: name one");
	d->path = xmalloc(size); /* a name like ":memory:" is a file too */
	snprintf(d->path, size, "%s%s", path[0] == '/' ? "" : "./", path);
	result = open_and_check(d, err);
	if (result < 0)
		database_close(d);
	else
		sqlite3_wal_hook(d->db, note_log_pages, d);
	return result;
}

void database_close(struct database *d)
{
	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(d->statements[i]);
	sqlite3_close(d->db);
	free(d->path);
	*d = (struct database){0};
}

void database_bind(struct database *d, enum statement which, int parameter, uint64_t number)
{
	sqlite3_bind_int64(d->statements[which], parameter, number > INT64_MAX ? INT64_MAX : (int64_t)number);
}

void database_bind_text(struct database *d, enum statement which, int parameter, const char *text, size_t size)
{
	sqlite3_bind_text64(d->statements[which], parameter, text, size, SQLITE_STATIC, SQLITE_UTF8);
}

void database_bind_bytes(struct database *d, enum statement which, int parameter, const void *data, size_t size)
{
	sqlite3_bind_blob64(d->statements[which], parameter, data, size, SQLITE_STATIC);
}

int database_step(struct database *d, enum statement which)
{
	int rc = sqlite3_step(d->statements[which]);

	if (rc == SQLITE_ROW)
		return 1;
	rc = rc == SQLITE_DONE ? 0 : say_failed(d, rc, &d->err);
	sqlite3_reset(d->statements[which]);
	return rc;
}

uint64_t database_number(struct database *d, enum statement which, int column)
{
	int64_t number = sqlite3_column_int64(d->statements[which], column);

	return number == INT64_MAX ? UINT64_MAX : (uint64_t)number;
}

const char *database_bytes(struct database *d, enum statement which, int column, size_t *size)
{
	const char *bytes = sqlite3_column_blob(d->statements[which], column);

	*size = (size_t)sqlite3_column_bytes(d->statements[which], column);
	return bytes ? bytes : "";
}

void database_end(struct database *d, enum statement which)
{
	sqlite3_reset(d->statements[which]);
}

int database_run(struct database *d, enum statement which)
{
	int result = database_step(d, which);

	if (result > 0)
		database_end(d, which);
	return result < 0 ? result : 0;
}

int database_get(struct database *d, enum statement which, uint64_t *number)
{
	int result = database_step(d, which);

	*number = result > 0 ? database_number(d, which, 0) : 0;
	if (result > 0)
		database_end(d, which);
	return result < 0 ? result : 0;
}

static bool move_log(struct database *d, int mode)
{
	uint64_t now = clock_monotonic();

	if (now < d->retry)
		return false;
	if (sqlite3_wal_checkpoint_v2(d->db, NULL, mode, NULL, NULL) == SQLITE_OK) {
		d->log_pages = 0;
		return true;
	}
	d->retry = now + RETRY;
	return false;
}

void database_checkpoint(struct database *d)
{
	if (d->log_pages >= LOG_PAGES)
		move_log(d, SQLITE_CHECKPOINT_PASSIVE);
}

bool database_make_room(struct database *d)
{
	return d->log_pages > 0 && move_log(d, SQLITE_CHECKPOINT_TRUNCATE);
}
