/* When the disk does not take it: calls fail with a reason, what was kept stays, and
 * when there is room again everything goes on. */
#include "rig.h"
#include "store/store_sqlite.h"
#include "suites.h"

#include "base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static void execute(struct rig *r, const char *sql)
{
	struct told t = {0};

	store_sqlite_execute(r->store, sql, rig_note, &t);
	CHECK(rig_wait(r, &t));
	CHECK_TEXT(t.sentence, "");
}

/* Append until one fails; the last position that was kept. */
static uint64_t fill_up(struct rig *r, uint64_t position, struct told *failed)
{
	static char text[3001];

	memset(text, 'x', sizeof text - 1);
	for (;; position++) {
		*failed = (struct told){0};
		rig_append(r, "news", "e", position + 1, text, 100000, failed);
		REQUIRE(rig_wait(r, failed));
		if (failed->result < 0)
			return position;
		REQUIRE(position < 100000);
	}
}

static void check_full(struct rig *r, const struct told *failed, uint64_t last)
{
	struct told t = {0};

	CHECK_INT(failed->result, -ENOSPC);
	CHECK(strstr(failed->sentence, "the disk is full: make room") != NULL);
	CHECK(strstr(failed->sentence, r->path) != NULL);
	t = rig_channel(r, "news", 100000);
	CHECK_INT(t.result, 0);
	CHECK_INT(t.last, last);
	CHECK_INT(t.count, last);
}

static void check_goes_on(struct rig *r, uint64_t last)
{
	struct told t = {0};

	rig_append(r, "news", "e", last + 1, "room", 100000, &t);
	CHECK(rig_wait(r, &t));
	CHECK_INT(t.result, 0);
	rig_reopen(r, MAX_IDS);
	t = rig_channel(r, "news", 100000);
	CHECK_INT(t.last, last + 1);
	CHECK_INT(t.count, last + 1);
}

static void a_full_disk(void)
{
	struct rig r;
	struct told failed;
	uint64_t last;

	rig_sqlite(&r);
	execute(&r, "PRAGMA max_page_count = 100");
	last = fill_up(&r, 0, &failed);
	CHECK(last > 10);
	check_full(&r, &failed, last);
	CHECK_INT(fill_up(&r, last, &failed), last);
	execute(&r, "PRAGMA max_page_count = 100000");
	check_goes_on(&r, last);
	rig_fini(&r);
}

static void a_limit_on_files(void)
{
	struct rlimit before, small;
	struct rig r;
	struct told failed;
	uint64_t last;

	rig_sqlite(&r);
	REQUIRE_INT(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){.rlim_cur = 400000, .rlim_max = before.rlim_max};
	REQUIRE_INT(setrlimit(RLIMIT_FSIZE, &small), 0);
	last = fill_up(&r, 0, &failed);
	CHECK(last > 10);
	check_full(&r, &failed, last);
	REQUIRE_INT(setrlimit(RLIMIT_FSIZE, &before), 0);
	check_goes_on(&r, last);
	rig_fini(&r);
}

static void a_group_fails_whole(void)
{
	enum { CALLS = 300 };
	static struct told told[CALLS];
	static char text[3001];
	struct rig r;
	struct told load = {0}, mail = {0};
	unsigned kept = 0, failed = 0;

	memset(told, 0, sizeof told);
	memset(text, 'x', sizeof text - 1);
	rig_sqlite(&r);
	rig_put(&r, "hans", 1, "a", 1, NEVER, NULL);
	rig_put(&r, "hans", 2, "b", 1, NEVER, NULL);
	execute(&r, "PRAGMA max_page_count = 60");
	for (unsigned i = 0; i < CALLS; i++) {
		rig_append(&r, "news", "e", i + 1, text, 1000, &told[i]);
		if (i == CALLS / 2)
			rig_mail(&r, "hans", &mail);
	}
	rig_load(&r, "news", 1000, &load);
	CHECK(rig_wait(&r, &load));
	for (unsigned i = 0; i < CALLS; i++) {
		kept += told[i].result == 0;
		failed += told[i].result == -ENOSPC;
	}
	CHECK_INT(kept + failed, CALLS);
	CHECK(failed > 0);
	CHECK_INT(load.result, 0);
	CHECK_INT(load.count, kept);
	CHECK_TEXT(mail.texts, "2:b");
	CHECK_INT(mail.dropped, 1);
	rig_fini(&r);
}

static void a_disk_gone_read_only(void)
{
	struct rig r;
	struct told append = {0}, put = {0}, drop = {0};

	rig_sqlite(&r);
	rig_append(&r, "news", "e", 1, "a", 10, NULL);
	rig_put(&r, "hans", 1, "a", 10, NEVER, NULL);
	execute(&r, "PRAGMA query_only = 1");
	rig_append(&r, "news", "e", 2, "b", 10, &append);
	rig_put(&r, "hans", 2, "b", 10, NEVER, &put);
	rig_drop(&r, "hans", 1, &drop);
	CHECK(rig_wait(&r, &drop));
	CHECK_INT(append.result, -EROFS);
	CHECK(strstr(append.sentence, "cannot be written: give the user") != NULL);
	CHECK_INT(put.result, -EROFS);
	CHECK_INT(drop.result, -EROFS);
	CHECK_TEXT(rig_channel(&r, "news", 10).texts, "1:a");
	CHECK_TEXT(rig_mailbox(&r, "hans").texts, "1:a");
	execute(&r, "PRAGMA query_only = 0");
	rig_append(&r, "news", "e", 2, "b", 10, NULL);
	CHECK_TEXT(rig_channel(&r, "news", 10).texts, "1:a 2:b");
	rig_fini(&r);
}

static void one_call_at_fault(void)
{
	enum { CALLS = 200 };
	static struct told told[CALLS];
	struct rig r;
	unsigned failed = 0;

	memset(told, 0, sizeof told);
	rig_sqlite(&r);
	execute(&r, "CREATE TRIGGER picky BEFORE INSERT ON messages WHEN NEW.text = 'bad' BEGIN SELECT RAISE(ABORT, 'bad'); END");
	for (unsigned i = 0; i < CALLS; i++)
		rig_append(&r, "news", "e", i + 1, i % 50 == 25 ? "bad" : "good", 1000, &told[i]);
	CHECK(rig_wait(&r, &told[CALLS - 1]));
	for (unsigned i = 0; i < CALLS; i++)
		failed += told[i].result != 0;
	CHECK_INT(failed, 4);
	CHECK_INT(told[25].result, -EINVAL);
	CHECK_INT(told[26].result, 0);
	CHECK_INT(rig_channel(&r, "news", 1000).count, CALLS - 4);
	rig_fini(&r);
}

/* Too large to be checked whole when it is opened. */
static void a_damaged_page(void)
{
	static char noise[1024 * 1024];
	static char text[201];
	struct told other = {0}, last = {0}, damaged = {0};
	struct rig r;
	int fd;

	memset(text, 'x', sizeof text - 1);
	rig_sqlite(&r);
	for (uint64_t i = 1; i <= 100000; i++)
		rig_append(&r, "large", "e", i, text, 100000, NULL);
	rig_append(&r, "other", "e", 1, "a", 100000, NULL);
	CHECK_INT(rig_channel(&r, "large", 0).last, 100000);
	r.store->ops->free(r.store);
	r.store = NULL;
	random_bytes(noise, sizeof noise);
	fd = open(r.path, O_WRONLY);
	CHECK_INT(pwrite(fd, noise, sizeof noise, 10 * 1024 * 1024), sizeof noise);
	close(fd);
	rig_reopen(&r, MAX_IDS);
	rig_append(&r, "other", "e", 2, "b", 100000, &other);
	rig_load(&r, "large", 100000, &damaged);
	rig_append(&r, "other", "e", 3, "c", 100000, &last);
	CHECK(rig_wait(&r, &last));
	CHECK_INT(damaged.result, -EBADMSG);
	CHECK(strstr(damaged.sentence, "restore both from a backup") != NULL);
	CHECK_INT(damaged.count, 0);
	CHECK_INT(other.result, 0);
	CHECK_INT(last.result, 0);
	CHECK_TEXT(rig_channel(&r, "other", 10).texts, "1:a 2:b 3:c");
	rig_fini(&r);
}

static const struct test tests[] = {
	{"a full disk refuses with -ENOSPC, reads, and goes on with room", a_full_disk},
	{"a limit on the size of files is a full disk", a_limit_on_files},
	{"a group that does not fit fails as one, and loads in it do not", a_group_fails_whole},
	{"a disk that cannot be written refuses with -EROFS and reads", a_disk_gone_read_only},
	{"a call at fault fails alone", one_call_at_fault},
	{"a damaged page is met by its channel alone", a_damaged_page},
	{NULL, NULL},
};

const struct suite trouble_suite = {"store: trouble", tests};
