/* What is true of the store that keeps a file: it is there again, it is ours alone,
 * it stays small, and what cannot be opened is refused with a sentence. */
#include "rig.h"
#include "store/store_sqlite.h"
#include "suites.h"

#include "base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void put_id(struct rig *r, const char *id, uint64_t expires)
{
	struct stored_id value = {.id = id, .size = strlen(id), .expires = expires};

	r->store->ops->put_id(r->store, &value, NULL, NULL);
}

static void everything_is_there_again(void)
{
	struct stored_id id = {.id = "with a message", .size = 14, .expires = rig_now() + 100000};
	struct stored_message m = {.position = 3, .time = rig_now(), .expires = UINT64_MAX, .text = "c", .size = 1};
	struct rig r;
	struct told t;
	char *ids;

	rig_sqlite(&r);
	rig_append(&r, "news", "k3v9", 1, "a", 10, NULL);
	rig_append(&r, "news", "k3v9", 2, "b", 10, NULL);
	r.store->ops->append(r.store, "news", "k3v9", &m, 10, &id, NULL, NULL);
	for (uint64_t i = 1; i <= 4; i++)
		rig_put(&r, "hans", i, "m", 3, NEVER, NULL);
	rig_drop(&r, "hans", 3, NULL);
	put_id(&r, "alone", rig_now() + 100000);
	rig_reopen(&r, MAX_IDS);
	t = rig_channel(&r, "news", 10);
	CHECK_TEXT(t.texts, "1:a 2:b 3:c");
	CHECK_TEXT(t.epoch, "k3v9");
	t = rig_mailbox(&r, "hans");
	CHECK_TEXT(t.texts, "2:m 4:m");
	CHECK_INT(t.dropped, 1);
	CHECK_INT(t.last, 4);
	ids = rig_ids(&r, rig_now(), NULL, NULL);
	CHECK_TEXT(ids, "with a message\nalone\n");
	free(ids);
	rig_fini(&r);
}

static void ids_expire(void)
{
	struct rig r;
	char *ids;

	rig_sqlite(&r);
	put_id(&r, "a", rig_now() + 100000);
	put_id(&r, "b", rig_now() + 200000);
	put_id(&r, "c", rig_now() + 100000);
	ids = rig_ids(&r, rig_now() + 150000, NULL, NULL);
	CHECK_TEXT(ids, "b\n");
	free(ids);
	rig_fini(&r);
}

static void the_newest_ids(void)
{
	struct rig r;
	size_t count;
	char *ids, name[16];

	rig_sqlite(&r);
	rig_reopen(&r, 1000);
	for (unsigned i = 1; i <= 10240; i++) {
		snprintf(name, sizeof name, "%u", i);
		put_id(&r, name, rig_now() + 100000);
	}
	ids = rig_ids(&r, rig_now(), &count, NULL);
	CHECK_INT(count, 1000);
	CHECK(strncmp(ids, "9241\n", 5) == 0);
	free(ids);
	rig_fini(&r);
}

struct batches {
	struct rig *rig;
	struct told append; /* asked for from the first batch */
	unsigned count, count_at_append;
	size_t ids;
	bool done;
};

static void note_append(void *context, const struct store_outcome *outcome)
{
	struct batches *b = context;

	rig_note(&b->append, outcome);
	b->count_at_append = b->count;
}

static void note_batch(void *context, const struct store_outcome *o)
{
	struct batches *b = context;
	struct stored_message m = {.position = 1, .text = "m", .size = 1, .expires = UINT64_MAX};

	if (b->count++ == 0)
		b->rig->store->ops->append(b->rig->store, "news", "e", &m, 10, NULL, note_append, b);
	b->ids += o->id_count;
	b->done = o->id_count == 0;
}

static void ids_in_batches(void)
{
	enum { IDS = 50000 };
	struct rig r;
	struct batches b = {.rig = &r};
	struct told t;
	char name[16];

	rig_sqlite(&r);
	for (unsigned i = 0; i < IDS; i++) {
		snprintf(name, sizeof name, "%u", i);
		put_id(&r, name, rig_now() + (i < IDS / 2 ? 0 : 100000));
	}
	t = rig_channel(&r, "news", 1);
	CHECK_INT(t.result, 0);
	r.store->ops->load_ids(r.store, rig_now(), note_batch, &b);
	for (unsigned i = 0; i < 1000 && !b.done; i++)
		rig_channel(&r, "news", 1);
	CHECK(b.done);
	CHECK_INT(b.ids, IDS / 2);
	CHECK(b.count > 3);
	CHECK(b.append.order > 0);
	CHECK(b.count_at_append < b.count);
	rig_fini(&r);
}

static void for_its_owner_alone(void)
{
	struct stat st;
	struct rig r;
	char wal[128];

	rig_sqlite(&r);
	CHECK_INT(stat(r.path, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	rig_append(&r, "news", "e", 1, "m", 10, NULL);
	rig_channel(&r, "news", 1);
	snprintf(wal, sizeof wal, "%s-wal", r.path);
	CHECK_INT(stat(wal, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	rig_fini(&r);
}

/* Opening must fail with this in the sentence, and leave the file as it is. */
static void refused(const char *path, const char *words)
{
	struct error err = {""};
	struct store *s = store_sqlite_new(path, MAX_IDS, &err);

	CHECK_POINTER(s, NULL);
	if (s)
		s->ops->free(s);
	if (!strstr(err.text, words))
		CHECK_TEXT(err.text, words);
	CHECK(strstr(err.text, path) != NULL);
}

/* Another process, perhaps of another user, that opens the file when it is asked to.
 * It must be there before this process has a thread: a child of fork() that finds a
 * lock of SQLite taken would wait for ever. */
struct opener {
	pid_t child;
	int ask, answer; /* pipes */
};

static void open_when_asked(const char *path, uid_t user, int asked, int answer)
{
	struct error err = {""};
	struct store *s = NULL;
	char go;

	if (read(asked, &go, 1) != 1)
		_exit(2);
	if (user == 0 || setuid(user) == 0)
		s = store_sqlite_new(path, MAX_IDS, &err);
	if (write(answer, err.text, sizeof err.text) < 0)
		_exit(3);
	_exit(s ? 1 : 0);
}

static struct opener opener_new(const char *path, uid_t user)
{
	int ask[2], answer[2];
	struct opener o;

	REQUIRE_INT(pipe(ask), 0);
	REQUIRE_INT(pipe(answer), 0);
	o = (struct opener){.child = fork(), .ask = ask[1], .answer = answer[0]};
	if (o.child == 0)
		open_when_asked(path, user, ask[0], answer[1]);
	close(ask[0]);
	close(answer[1]);
	return o;
}

static void opener_is_refused(struct opener *o, const char *words)
{
	struct error err = {""};
	int status;

	CHECK_INT(write(o->ask, "", 1), 1);
	CHECK(read(o->answer, err.text, sizeof err.text) > 0);
	close(o->ask);
	close(o->answer);
	waitpid(o->child, &status, 0);
	CHECK_INT(status, 0);
	if (!strstr(err.text, words))
		CHECK_TEXT(err.text, words);
}

static void refused_elsewhere(const char *path, uid_t user, const char *words)
{
	struct opener o = opener_new(path, user);

	opener_is_refused(&o, words);
}

static void one_process_at_a_time(void)
{
	struct opener early, late;
	struct rig r;

	rig_sqlite(&r);
	r.store->ops->free(r.store);
	r.store = NULL;
	early = opener_new(r.path, 0);
	late = opener_new(r.path, 0);
	rig_reopen(&r, MAX_IDS);
	refused(r.path, "in use by another process");
	opener_is_refused(&early, "in use by another process");
	rig_append(&r, "news", "e", 1, "m", 10, NULL);
	CHECK_TEXT(rig_channel(&r, "news", 1).texts, "1:m");
	opener_is_refused(&late, "in use by another process");
	rig_reopen(&r, MAX_IDS);
	CHECK_TEXT(rig_channel(&r, "news", 1).texts, "1:m");
	rig_fini(&r);
}

/* A folder of its own, and no store yet. */
static void rig_closed(struct rig *r)
{
	rig_sqlite(r);
	for (uint64_t i = 1; i <= 2000; i++)
		rig_append(r, "news", "e", i, "a text that fills some pages of the file", 5000, NULL);
	CHECK_INT(rig_channel(r, "news", 5000).count, 2000);
	r->store->ops->free(r->store);
	r->store = NULL;
}

static void overwrite(const char *path, off_t at, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY);

	REQUIRE(fd >= 0);
	CHECK_INT(pwrite(fd, data, size, at), size);
	close(fd);
}

static void garbage(void)
{
	unsigned char bytes[20000];
	struct rig r;
	struct stat st;

	rig_closed(&r);
	random_bytes(bytes, sizeof bytes);
	CHECK_INT(truncate(r.path, 0), 0);
	overwrite(r.path, 0, bytes, sizeof bytes);
	refused(r.path, "move it and");
	CHECK_INT(stat(r.path, &st), 0);
	CHECK_INT(st.st_size, sizeof bytes);
	CHECK_INT(truncate(r.path, 10), 0);
	refused(r.path, "damaged, or not a file of Muster");
	rig_fini(&r);
}

static void truncated(void)
{
	struct rig r;
	struct stat st;

	rig_closed(&r);
	CHECK_INT(stat(r.path, &st), 0);
	CHECK_INT(truncate(r.path, st.st_size / 2), 0);
	refused(r.path, "damaged, or not a file of Muster");
	CHECK_INT(truncate(r.path, 5000), 0);
	refused(r.path, "restore both from a backup");
	rig_fini(&r);
}

static void damaged_within(void)
{
	unsigned char bytes[4096];
	struct rig r;
	struct stat st;

	rig_closed(&r);
	CHECK_INT(stat(r.path, &st), 0);
	random_bytes(bytes, sizeof bytes);
	overwrite(r.path, st.st_size / 2 / 4096 * 4096, bytes, sizeof bytes);
	refused(r.path, "damaged, or not a file of Muster");
	rig_fini(&r);
}

static void change_file(const struct rig *r, const char *sql)
{
	sqlite3 *db = NULL;

	CHECK_INT(sqlite3_open(r->path, &db), SQLITE_OK);
	CHECK_INT(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void a_newer_schema(void)
{
	struct rig r;

	rig_closed(&r);
	change_file(&r, "UPDATE meta SET value = 7 WHERE name = 'schema'");
	refused(r.path, "written by a newer musterd (its schema is 7, this musterd knows up to 1)");
	change_file(&r, "UPDATE meta SET value = 1 WHERE name = 'schema'");
	rig_reopen(&r, MAX_IDS);
	CHECK_INT(rig_channel(&r, "news", 5000).count, 2000);
	rig_fini(&r);
}

static void another_program(void)
{
	struct rig r;

	rig_closed(&r);
	CHECK_INT(truncate(r.path, 0), 0);
	change_file(&r, "CREATE TABLE theirs (a)");
	refused(r.path, "database of another program");
	CHECK_INT(rig_ask_file(&r, "SELECT count(*) FROM sqlite_master"), 1);
	rig_fini(&r);
}

static void tables_missing(void)
{
	struct rig r;

	rig_closed(&r);
	change_file(&r, "DROP TABLE mail");
	refused(r.path, "no such table");
	change_file(&r, "DROP TABLE meta");
	refused(r.path, "damaged");
	rig_fini(&r);
}

static void no_file_there(void)
{
	struct rig r;
	char path[160];
	struct error err = {""};

	rig_closed(&r);
	refused(r.folder, "not a file");
	snprintf(path, sizeof path, "%s/no/folder.db", r.folder);
	refused(path, "its folder must be there");
	CHECK_POINTER(store_sqlite_new("", MAX_IDS, &err), NULL);
	CHECK_TEXT(err.text, "the store has no file: name one");
	rig_fini(&r);
}

/* root may write everything: become nobody. */
static void only_for_reading(void)
{
	enum { NOBODY = 65534 };
	uid_t user = geteuid() == 0 ? NOBODY : 0;
	struct rig r;

	rig_closed(&r);
	CHECK_INT(chmod(r.folder, 0777), 0);
	CHECK_INT(chmod(r.path, 0444), 0);
	refused_elsewhere(r.path, user, "cannot be written");
	CHECK_INT(chmod(r.path, 0), 0);
	refused_elsewhere(r.path, user, "cannot be");
	rig_fini(&r);
}

static int64_t size_of(const struct rig *r)
{
	struct stat file = {0}, log = {0};
	char wal[128];

	snprintf(wal, sizeof wal, "%s-wal", r->path);
	stat(r->path, &file);
	stat(wal, &log);
	return (int64_t)file.st_size + (int64_t)log.st_size;
}

static void fill(struct rig *r, uint64_t *position, unsigned count)
{
	static char text[201];
	char id[32];

	memset(text, 'x', sizeof text - 1);
	for (unsigned i = 0; i < count; i++) {
		struct stored_message m = {.position = ++*position, .time = rig_now(), .expires = UINT64_MAX, .text = text, .size = 200};
		struct stored_id value = {.id = id, .expires = rig_now() + 1000000};

		value.size = (size_t)snprintf(id, sizeof id, "id-%020llu", (unsigned long long)*position);
		r->store->ops->append(r->store, "news", "e", &m, 1000, &value, NULL, NULL);
		if (i % 64 == 0)
			rig_put(r, "hans", *position, text, 10, NEVER, NULL);
		if (i % 1000 == 999)
			rig_channel(r, "news", 0);
	}
}

static void it_stays_small(void)
{
	struct rig r;
	uint64_t position = 0;
	int64_t first;

	rig_sqlite(&r);
	rig_reopen(&r, 2000);
	fill(&r, &position, 30000); /* the log has come round once */
	first = size_of(&r);
	fill(&r, &position, 60000);
	CHECK(size_of(&r) <= first + first / 4);
	r.store->ops->free(r.store);
	r.store = NULL;
	CHECK(size_of(&r) < 4 * 1024 * 1024);
	CHECK(rig_ask_file(&r, "SELECT count(*) FROM messages") <= 1064);
	CHECK(rig_ask_file(&r, "SELECT count(*) FROM ids") <= 2000 + 1024);
	CHECK_INT(rig_ask_file(&r, "SELECT count(*) FROM mail"), 10);
	rig_fini(&r);
}

static void a_smaller_limit(void)
{
	struct rig r;

	rig_sqlite(&r);
	for (uint64_t i = 1; i <= 20000; i++)
		rig_append(&r, "news", "e", i, "m", 20000, NULL);
	for (uint64_t i = 20001; i <= 20400; i++)
		rig_append(&r, "news", "e", i, "m", 100, NULL);
	CHECK_INT(rig_channel(&r, "news", 100).count, 100);
	CHECK(rig_channel(&r, "news", 20000).count <= 164);
	rig_fini(&r);
}

/* The first slice of a sweep comes with the first call. */
static void the_expired_are_swept(void)
{
	struct rig r;

	rig_sqlite(&r);
	for (uint64_t i = 1; i <= 100; i++) {
		rig_append_until(&r, "news", i, "m", i % 2 ? NEVER : rig_now() - 1, NULL);
		rig_put(&r, "hans", i, "m", 1000, i % 2 ? NEVER : rig_now() - 1, NULL);
		put_id(&r, "expired", rig_now() - 1);
	}
	put_id(&r, "stays", rig_now() + 1000000);
	rig_reopen(&r, MAX_IDS);
	rig_channel(&r, "news", 0);
	r.store->ops->free(r.store);
	r.store = NULL;
	CHECK_INT(rig_ask_file(&r, "SELECT count(*) FROM messages"), 50);
	CHECK_INT(rig_ask_file(&r, "SELECT count(*) FROM mail"), 50);
	CHECK_INT(rig_ask_file(&r, "SELECT kept FROM mailboxes"), 50);
	CHECK_INT(rig_ask_file(&r, "SELECT count(*) FROM ids"), 1);
	rig_fini(&r);
}

static void the_old_are_forgotten(void)
{
	struct rig r;

	rig_sqlite(&r);
	rig_append_until(&r, "old", 1, "m", rig_now() - 1, NULL);
	rig_append_until(&r, "kept", 1, "m", NEVER, NULL);
	rig_put(&r, "old", 1, "m", 10, rig_now() - 1, NULL);
	rig_put(&r, "kept", 1, "m", 10, NEVER, NULL);
	rig_channel(&r, "old", 0);
	r.store->ops->free(r.store);
	r.store = NULL;
	change_file(&r, "UPDATE channels SET used = used - 2 * 86400000; UPDATE mailboxes SET used = used - 2 * 86400000");
	rig_reopen(&r, MAX_IDS);
	rig_append_until(&r, "new", 1, "m", rig_now() - 1, NULL);
	rig_channel(&r, "old", 0);
	CHECK(!rig_channel(&r, "old", 0).known);
	CHECK(rig_channel(&r, "kept", 0).known);
	CHECK(rig_channel(&r, "new", 0).known);
	CHECK_INT(rig_mailbox(&r, "old").last, 0);
	CHECK_INT(rig_mailbox(&r, "kept").last, 1);
	rig_fini(&r);
}

/* SQLite takes this name for a store in memory. */
static void a_name_is_a_file(void)
{
	struct rig r;
	struct error err = {""};
	struct store *s;
	char here[512];

	rig_closed(&r);
	REQUIRE(getcwd(here, sizeof here) != NULL);
	CHECK_INT(chdir(r.folder), 0);
	s = store_sqlite_new(":memory:", MAX_IDS, &err);
	REQUIRE(s != NULL);
	s->ops->free(s);
	CHECK_INT(access(":memory:", F_OK), 0);
	CHECK_INT(chdir(here), 0);
	rig_fini(&r);
}

static const struct test tests[] = {
	{"channels, mailboxes and ids are there again", everything_is_there_again},
	{"an id is told until it expires", ids_expire},
	{"of ids the newest max_ids are kept", the_newest_ids},
	{"ids come in batches and other outcomes between them", ids_in_batches},
	{"the file and its log are for their owner alone", for_its_owner_alone},
	{"a second opener is refused", one_process_at_a_time},
	{"garbage is refused, with what to do, and not touched", garbage},
	{"a truncated file is refused", truncated},
	{"a damaged page is found at the start", damaged_within},
	{"a newer schema is refused", a_newer_schema},
	{"the database of another program is refused and not touched", another_program},
	{"a file that lacks a table is refused", tables_missing},
	{"a folder, no folder and no name are refused", no_file_there},
	{"a file that cannot be written is refused", only_for_reading},
	{"the file does not grow while old messages go", it_stays_small},
	{"a smaller limit is reached step by step", a_smaller_limit},
	{"what has expired leaves the file", the_expired_are_swept},
	{"empty channels and mailboxes are forgotten after a day", the_old_are_forgotten},
	{"any name is the name of a file", a_name_is_a_file},
	{NULL, NULL},
};

const struct suite file_suite = {"store: the file", tests};
