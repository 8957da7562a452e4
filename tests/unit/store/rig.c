/* rig - see rig.h. */
#include "rig.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "support/suite.h"

#include <dirent.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void rig_memory(struct rig *r)
{
	*r = (struct rig){.store = store_memory_new()};
}

void rig_sqlite(struct rig *r)
{
	const char *parent = getenv("TMPDIR");
	struct error err = {""};

	*r = (struct rig){0};
	snprintf(r->folder, sizeof r->folder, "%.40s/store-XXXXXX", parent ? parent : "/tmp");
	REQUIRE(mkdtemp(r->folder) != NULL);
	snprintf(r->path, sizeof r->path, "%s/muster.db", r->folder);
	r->store = store_sqlite_new(r->path, MAX_IDS, &err);
	CHECK_TEXT(err.text, "");
	REQUIRE(r->store != NULL);
}

static void remove_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[512];

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(path);
	}
	if (dir)
		closedir(dir);
	rmdir(folder);
}

void rig_fini(struct rig *r)
{
	if (r->store)
		r->store->ops->free(r->store);
	if (r->folder[0])
		remove_folder(r->folder);
	*r = (struct rig){0};
}

void rig_reopen(struct rig *r, size_t max_ids)
{
	struct error err = {""};

	if (r->store)
		r->store->ops->free(r->store);
	r->store = store_sqlite_new(r->path, max_ids, &err);
	CHECK_TEXT(err.text, "");
	REQUIRE(r->store != NULL);
}

uint64_t rig_now(void)
{
	static uint64_t now;

	if (now == 0)
		now = clock_wall();
	return now;
}

void rig_note(void *context, const struct store_outcome *o)
{
	static unsigned order;
	struct told *told = context;
	size_t at = 0;

	*told = (struct told){.order = ++order, .result = o->result, .known = o->epoch != NULL, .last = o->last,
		.dropped = o->dropped, .count = o->count};
	snprintf(told->epoch, sizeof told->epoch, "%s", o->epoch ? o->epoch : "");
	snprintf(told->sentence, sizeof told->sentence, "%s", o->sentence ? o->sentence : "");
	for (size_t i = 0; i < o->count; i++) {
		const struct stored_message *m = &o->messages[i];

		told->size += m->size;
		if (at < sizeof told->texts - 64)
			at += (size_t)snprintf(told->texts + at, sizeof told->texts - at, "%s%llu:%.*s", i > 0 ? " " : "",
				(unsigned long long)m->position, (int)(m->size < 32 ? m->size : 32), m->text);
	}
}

static struct stored_message message_of(uint64_t position, const char *text, uint64_t expires)
{
	return (struct stored_message){.position = position, .time = rig_now(),
		.expires = expires == NEVER ? UINT64_MAX : expires, .text = text, .size = strlen(text)};
}

void rig_append(struct rig *r, const char *channel, const char *epoch, uint64_t position, const char *text,
	size_t limit, struct told *told)
{
	struct stored_message m = message_of(position, text, NEVER);

	r->store->ops->append(r->store, channel, epoch, &m, limit, NULL, told ? rig_note : NULL, told);
}

void rig_append_until(struct rig *r, const char *channel, uint64_t position, const char *text,
	uint64_t expires, struct told *told)
{
	struct stored_message m = message_of(position, text, expires);

	r->store->ops->append(r->store, channel, "e", &m, 10000, NULL, told ? rig_note : NULL, told);
}

void rig_load(struct rig *r, const char *channel, size_t limit, struct told *told)
{
	told->order = 0;
	r->store->ops->load_channel(r->store, channel, limit, rig_now(), rig_note, told);
}

void rig_put(struct rig *r, const char *user, uint64_t position, const char *text, size_t limit,
	uint64_t expires, struct told *told)
{
	struct stored_message m = message_of(position, text, expires);

	r->store->ops->put_mailbox(r->store, user, &m, limit, NULL, told ? rig_note : NULL, told);
}

void rig_drop(struct rig *r, const char *user, uint64_t position, struct told *told)
{
	r->store->ops->drop_mailbox(r->store, user, position, told ? rig_note : NULL, told);
}

void rig_mail(struct rig *r, const char *user, struct told *told)
{
	told->order = 0;
	r->store->ops->load_mailbox(r->store, user, rig_now(), rig_note, told);
}

/* Sleeps on the fd, where there is one. */
static void turn(struct rig *r)
{
	struct pollfd in = {.fd = r->store->fd, .events = POLLIN};

	if (r->store->poll(r->store, 1000) == 0 && in.fd >= 0)
		poll(&in, 1, 100);
}

bool rig_wait(struct rig *r, const struct told *told)
{
	uint64_t deadline = clock_monotonic() + 10000;

	while (told->order == 0 && clock_monotonic() < deadline)
		turn(r);
	return told->order > 0;
}

struct told rig_channel(struct rig *r, const char *channel, size_t limit)
{
	struct told told;

	rig_load(r, channel, limit, &told);
	CHECK(rig_wait(r, &told));
	return told;
}

struct told rig_mailbox(struct rig *r, const char *user)
{
	struct told told;

	rig_mail(r, user, &told);
	CHECK(rig_wait(r, &told));
	return told;
}

struct ids {
	struct buffer text;
	size_t count;
	unsigned batches;
	bool done;
};

static void note_ids(void *context, const struct store_outcome *o)
{
	struct ids *ids = context;

	ids->done = o->id_count == 0;
	ids->batches += o->id_count > 0;
	ids->count += o->id_count;
	for (size_t i = 0; i < o->id_count; i++) {
		buffer_append(&ids->text, o->ids[i].id, o->ids[i].size);
		buffer_append_char(&ids->text, '\n');
	}
}

char *rig_ids(struct rig *r, uint64_t now, size_t *count, unsigned *batches)
{
	uint64_t deadline = clock_monotonic() + 10000;
	struct ids ids = {.done = false};
	size_t size;

	buffer_init(&ids.text, 0);
	buffer_append_text(&ids.text, "");
	r->store->ops->load_ids(r->store, now, note_ids, &ids);
	while (!ids.done && clock_monotonic() < deadline)
		turn(r);
	CHECK(ids.done);
	if (count)
		*count = ids.count;
	if (batches)
		*batches = ids.batches;
	return buffer_steal(&ids.text, &size);
}

int64_t rig_ask_file(const struct rig *r, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	int64_t answer = -1;

	if (sqlite3_open(r->path, &db) == SQLITE_OK && sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		answer = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return answer;
}
