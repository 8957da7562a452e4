/* Refused messages: each is counted by its reason, and the log says what was
 * wrong with whom without a word of what was in it. */
#include "suites.h"

#include "rig.h"

#include "base/clock.h"
#include "muster/session_id.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

/* What goes to stderr between start and stop. */
struct capture {
	FILE *file;
	int saved;
};

static void capture_start(struct capture *c)
{
	c->file = tmpfile();
	REQUIRE(c->file != NULL);
	fcntl(fileno(c->file), F_SETFL, O_APPEND);
	c->saved = dup(STDERR_FILENO);
	dup2(fileno(c->file), STDERR_FILENO);
}

static void capture_stop(struct capture *c, char *out, size_t size)
{
	size_t got;

	dup2(c->saved, STDERR_FILENO);
	close(c->saved);
	rewind(c->file);
	got = fread(out, 1, size - 1, c->file);
	out[got] = '\0';
	fclose(c->file);
}

/* Send one message that must be refused; what the log said. */
static void refuse_one(const char *const *frames, size_t count, enum counter which, char *said,
	size_t size)
{
	struct capture c;
	struct rig r;
	void *push;

	rig_init(&r, NULL, "tcp://127.0.0.1:0");
	REQUIRE(r.bus != NULL);
	push = rig_push(&r);
	capture_start(&c);
	rig_send(push, frames, count);
	rig_until_refused(&r, which, 1);
	capture_stop(&c, said, size);
	rig_send2(push, "all", "\"next\"");
	rig_until_received(&r, 1);
	CHECK_TEXT(rig_data(&r, 0), "\"next\"");
	zmq_close(push);
	rig_fini(&r);
}

static void test_bad_target(void)
{
	static const char *const frames[] = {"nobody/x y", "{\"secret\":1}"};
	char said[4096];

	refuse_one(frames, 2, COUNTER_REFUSED_TARGET, said, sizeof said);
	CHECK(strstr(said, "event=refused socket=pull reason=bad_target "
		"target=\"nobody/x y\" suppressed=0\n") != NULL);
	CHECK(strstr(said, "secret") == NULL);
}

static void test_bad_json(void)
{
	static const char *const frames[] = {"channel/news", "{secret"};
	char said[4096];

	refuse_one(frames, 2, COUNTER_REFUSED_JSON, said, sizeof said);
	CHECK(strstr(said, "reason=bad_json target=channel/news ") != NULL);
	CHECK(strstr(said, "secret") == NULL);
}

static void test_bad_option(void)
{
	static const char *const frames[] = {"{\"to\":\"channel\\/a\",\"data\":1,\"colour\":\"secret\"}"};
	char said[4096];

	refuse_one(frames, 1, COUNTER_REFUSED_OPTION, said, sizeof said);
	CHECK(strstr(said, " target=channel/a ") != NULL);
	CHECK(strstr(said, "secret") == NULL);
}

static void test_four_frames(void)
{
	static const char *const frames[] = {"all", "1", "{}", "x", "y", "z"};
	char said[4096];

	refuse_one(frames, 6, COUNTER_REFUSED_FRAMES, said, sizeof said);
	CHECK(strstr(said, "reason=bad_frames target=all ") != NULL);
}

static void test_lone_payload(void)
{
	static const char *const frames[] = {"\"secret\""};
	char said[4096];

	refuse_one(frames, 1, COUNTER_REFUSED_FRAMES, said, sizeof said);
	CHECK(strstr(said, " target=\"\" ") != NULL);
	CHECK(strstr(said, "secret") == NULL);
}

static void test_too_large(void)
{
	static char payload[RIG_MAX_MESSAGE + 2];
	const char *const frames[] = {"all", payload};
	char said[4096];

	memset(payload, '1', RIG_MAX_MESSAGE + 1);
	refuse_one(frames, 2, COUNTER_REFUSED_SIZE, said, sizeof said);
	CHECK(strstr(said, "reason=too_large target=all ") != NULL);
}

static void test_sid(void)
{
	char sid_text[SID_TEXT + 1], target[64], bad[64], said[4096];
	const char *const valid[] = {target, "{"}, *const invalid[] = {bad, "{"};
	struct session_sid sid;

	session_sid_make(&sid, 0);
	session_sid_format(sid_text, &sid);
	snprintf(target, sizeof target, "session/%s", sid_text);
	snprintf(bad, sizeof bad, "session/%s ", sid_text);
	refuse_one(valid, 2, COUNTER_REFUSED_JSON, said, sizeof said);
	CHECK(strstr(said, "target=session/") != NULL);
	CHECK(strstr(said, sid_text) == NULL);
	refuse_one(invalid, 2, COUNTER_REFUSED_TARGET, said, sizeof said);
	CHECK(strstr(said, "target=\"?\"") != NULL);
	CHECK(strstr(said, sid_text) == NULL);
}

static void test_hidden_sid(void)
{
	static const char *const before[] = {"", "sid=", "Session/", "session:", "x", "{\"sid\":\""};
	char sid_text[SID_TEXT + 1], target[64], said[4096];
	const char *const frames[] = {target, "1"};
	struct session_sid sid;

	session_sid_make(&sid, 0);
	session_sid_format(sid_text, &sid);
	for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
		snprintf(target, sizeof target, "%s%s", before[i], sid_text);
		refuse_one(frames, 2, COUNTER_REFUSED_TARGET, said, sizeof said);
		CHECK(strstr(said, "reason=bad_target target=\"") != NULL);
		CHECK(strstr(said, "?") != NULL);
		CHECK(strstr(said, sid_text + 1) == NULL);
	}
}

static void test_long_target(void)
{
	static const char *const frames[] = {"a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 3 4 5 6 7 8 9", "1"};
	char said[4096];

	refuse_one(frames, 2, COUNTER_REFUSED_TARGET, said, sizeof said);
	CHECK(strstr(said, " target=\"a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 3 4 5 \" ") != NULL);
}

static size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; (text = strchr(text, '\n')); text++)
		lines++;
	return lines;
}

/* Drain at a clock that stands still, until n are refused. */
static void drain_at(struct rig *r, uint64_t now, int64_t n)
{
	uint64_t deadline = clock_monotonic() + 10000;

	while (counter_get(&r->counters, COUNTER_REFUSED_TARGET) < n && clock_monotonic() < deadline) {
		bus_wait(r->bus, NULL, 0, 100);
		bus_drain(r->bus, 1000, now);
	}
	CHECK_INT(counter_get(&r->counters, COUNTER_REFUSED_TARGET), n);
}

static void test_rate(void)
{
	char said[16384];
	struct capture c;
	struct rig r;
	void *push;

	rig_init(&r, NULL, "tcp://127.0.0.1:0");
	REQUIRE(r.bus != NULL);
	push = rig_push(&r);
	capture_start(&c);
	for (int i = 0; i < 100; i++)
		rig_send2(push, "bad", "1");
	drain_at(&r, 5000, 100);
	rig_send2(push, "bad", "1");
	drain_at(&r, 6000, 101);
	capture_stop(&c, said, sizeof said);
	CHECK_INT(count_lines(said), 11);
	CHECK(strstr(said, "target=bad suppressed=90\n") != NULL);
	zmq_close(push);
	rig_fini(&r);
}

static const struct test tests[] = {
	{"a bad target is counted and named, its payload is not", test_bad_target},
	{"bad JSON is counted and its target named", test_bad_json},
	{"an unknown option is counted, the target found inside the object", test_bad_option},
	{"a message of six frames is counted once and the next is whole", test_four_frames},
	{"a payload alone is not shown as a target", test_lone_payload},
	{"a payload over max_message is counted as too large", test_too_large},
	{"a sid never reaches the log", test_sid},
	{"nor when its target is slightly wrong", test_hidden_sid},
	{"of what is no target 64 bytes are shown", test_long_target},
	{"at most 10 lines a second, the next says how many are missing", test_rate},
	{NULL, NULL},
};

const struct suite refused_suite = {"refused", tests};
