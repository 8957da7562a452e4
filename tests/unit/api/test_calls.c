/* calls - threads that ask the hub: answers, patience, the end. */
#include "suites.h"

#include "fake_hub.h"

#include "api/calls.h"
#include "base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct asker {
	struct calls *calls;
	uint64_t patience;
	int result;
	char *json;
	pthread_t thread;
};

static int ask(struct calls *c, const char *text, uint64_t patience, char **json)
{
	char *args = text ? strdup(text) : NULL;
	struct call_options options = {
		.verb = "count", .roles = ROLE_READ, .args = &args, .size = text ? strlen(text) : 0,
		.patience = patience,
	};
	size_t size;
	int result = calls_ask(c, &options, json, &size);

	free(args);
	return result;
}

static void *run(void *context)
{
	struct asker *a = context;

	a->result = ask(a->calls, "{\"x\":1}", a->patience, &a->json);
	return NULL;
}

static void start(struct asker *a, struct calls *c, uint64_t patience)
{
	*a = (struct asker){.calls = c, .patience = patience};
	REQUIRE_INT(pthread_create(&a->thread, NULL, run, a), 0);
}

static void test_answer(void)
{
	struct hub *hub = fake_hub_new();
	struct calls *c = calls_new(hub);
	char *json = NULL;

	fake_hub_answer_with(hub, "{\"code\":200}");
	CHECK_INT(ask(c, "{\"app\":1}", 10000, &json), 0);
	CHECK_TEXT(json, "{\"code\":200}");
	CHECK_TEXT(fake_hub_last(hub), "count 1 {\"app\":1}");
	free(json);
	CHECK_INT(ask(c, NULL, 10000, &json), 0);
	CHECK_TEXT(fake_hub_last(hub), "count 1 ");
	free(json);
	calls_free(c);
	fake_hub_free(hub);
}

static void test_late(void)
{
	struct hub *hub = fake_hub_new();
	struct calls *c = calls_new(hub);
	char *json = NULL;

	CHECK_INT(ask(c, "{}", 20, &json), -ETIMEDOUT);
	CHECK(json == NULL);
	CHECK_INT(fake_hub_wait(hub, 1), 1);
	fake_hub_release(hub, "{\"code\":200}");
	calls_free(c);
	fake_hub_free(hub);
}

static void test_after_the_end(void)
{
	struct hub *hub = fake_hub_new();
	struct calls *c = calls_new(hub);
	char *json;

	CHECK_INT(ask(c, "{}", 20, &json), -ETIMEDOUT);
	calls_free(c);
	CHECK_INT(fake_hub_wait(hub, 1), 1);
	fake_hub_release(hub, "{\"code\":200}");
	fake_hub_free(hub);
}

static void test_close(void)
{
	struct hub *hub = fake_hub_new();
	struct calls *c = calls_new(hub);
	uint64_t began = clock_monotonic();
	struct asker a;
	char *json;

	start(&a, c, 60000);
	CHECK_INT(fake_hub_wait(hub, 1), 1);
	calls_close(c, 50);
	CHECK_INT(ask(c, "{}", 60000, &json), -ESHUTDOWN);
	pthread_join(a.thread, NULL);
	CHECK_INT(a.result, -ETIMEDOUT);
	CHECK(clock_monotonic() - began < 30000);
	calls_free(c);
	fake_hub_free(hub);
}

static void test_answer_while_closing(void)
{
	struct hub *hub = fake_hub_new();
	struct calls *c = calls_new(hub);
	struct asker a;

	start(&a, c, 60000);
	CHECK_INT(fake_hub_wait(hub, 1), 1);
	calls_close(c, 10000);
	fake_hub_release(hub, "{\"code\":1005}");
	pthread_join(a.thread, NULL);
	CHECK_INT(a.result, 0);
	CHECK_TEXT(a.json, "{\"code\":1005}");
	free(a.json);
	calls_free(c);
	fake_hub_free(hub);
}

static void test_bound(void)
{
	struct hub *hub = fake_hub_new();
	struct calls *c = calls_new(hub);
	char *json;

	for (int i = 0; i < CALLS_UNANSWERED_MAX; i++)
		if (ask(c, "{}", 0, &json) != -ETIMEDOUT)
			REQUIRE(!"each is given up at once");
	CHECK_INT(ask(c, "{}", 0, &json), -EBUSY);
	CHECK_INT(fake_hub_wait(hub, CALLS_UNANSWERED_MAX), CALLS_UNANSWERED_MAX);
	fake_hub_release(hub, "{}");
	fake_hub_answer_with(hub, "{\"code\":200}");
	CHECK_INT(ask(c, "{}", 10000, &json), 0);
	free(json);
	calls_free(c);
	fake_hub_free(hub);
}

enum { THREADS = 16, ROUNDS = 500 };

static void *run_often(void *context)
{
	struct asker *a = context;

	for (int i = 0; i < ROUNDS; i++) {
		char *json = NULL;
		int result = ask(a->calls, "{}", (uint64_t)(i % 2) * 10000, &json);

		a->result += result == 0 || result == -ETIMEDOUT || result == -EBUSY;
		free(json);
	}
	return NULL;
}

/* Half of them give up at once, as the answer is on its way. */
static void test_race(void)
{
	struct hub *hub = fake_hub_new();
	struct calls *c = calls_new(hub);
	struct asker askers[THREADS];

	fake_hub_answer_with(hub, "{\"code\":200}");
	for (int i = 0; i < THREADS; i++) {
		askers[i] = (struct asker){.calls = c};
		pthread_create(&askers[i].thread, NULL, run_often, &askers[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(askers[i].thread, NULL);
		CHECK_INT(askers[i].result, ROUNDS);
	}
	calls_free(c);
	fake_hub_free(hub);
}

static const struct test tests[] = {
	{"a call has its verb, roles and arguments asked, and its answer", test_answer},
	{"patience ends, the late answer is thrown away", test_late},
	{"an answer may come when all is gone but the call", test_after_the_end},
	{"closing ends the patience of all and refuses the next", test_close},
	{"an answer while closing still arrives", test_answer_while_closing},
	{"1,000 unanswered calls are the bound", test_bound},
	{"answers that race with lost patience are freed once", test_race},
	{NULL, NULL},
};

const struct suite calls_suite = {"calls", tests};
