/* One thread for the rules, several for the order and the wakes. */
#include "base/inbox.h"

#include "suites.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

struct post {
	struct inbox_node node; /* first */
	unsigned writer, number;
};

static bool is_readable(struct inbox *in, int timeout)
{
	struct pollfd p = {.fd = inbox_fd(in), .events = POLLIN};

	return poll(&p, 1, timeout) == 1;
}

static void empty(void)
{
	struct inbox *in = inbox_new();

	REQUIRE(in != NULL);
	CHECK_POINTER(inbox_take(in), NULL);
	CHECK_INT(inbox_count(in), 0);
	CHECK(!is_readable(in, 0));
	inbox_clear(in);
	inbox_free(in);
	inbox_free(NULL);
}

static void in_order(void)
{
	struct inbox *in = inbox_new();
	struct post posts[5] = {0};

	for (int i = 0; i < 3; i++)
		inbox_put(in, &posts[i].node);
	CHECK_INT(inbox_count(in), 3);
	CHECK_POINTER(inbox_take(in), &posts[0]);
	inbox_put(in, &posts[3].node);
	inbox_put(in, &posts[4].node);
	CHECK_INT(inbox_count(in), 4);
	for (int i = 1; i < 5; i++)
		CHECK_POINTER(inbox_take(in), &posts[i]);
	CHECK_POINTER(inbox_take(in), NULL);
	CHECK_INT(inbox_count(in), 0);
	inbox_free(in);
}

static void one_wake_a_batch(void)
{
	struct inbox *in = inbox_new();
	struct post posts[3] = {0};

	inbox_put(in, &posts[0].node);
	CHECK(is_readable(in, 0));
	inbox_clear(in);
	inbox_put(in, &posts[1].node);
	CHECK(!is_readable(in, 0));
	inbox_take(in);
	inbox_put(in, &posts[2].node);
	CHECK(is_readable(in, 0));
	while (inbox_take(in))
		;
	inbox_free(in);
}

static void a_post_can_be_put_again(void)
{
	struct inbox *in = inbox_new();
	struct post post = {0};

	for (int i = 0; i < 3; i++) {
		inbox_put(in, &post.node);
		CHECK_POINTER(inbox_take(in), &post);
		CHECK_POINTER(inbox_take(in), NULL);
	}
	inbox_free(in);
}

enum { WRITERS = 4, POSTS = 5000 };

struct writer {
	struct inbox *in;
	unsigned index;
	pthread_t thread;
};

static void *write_posts(void *data)
{
	const struct writer *w = data;

	for (unsigned i = 0; i < POSTS; i++) {
		struct post *post = malloc(sizeof *post);

		if (!post)
			abort();
		*post = (struct post){.writer = w->index, .number = i};
		inbox_put(w->in, &post->node);
	}
	return NULL;
}

/* All posts there are; how many came out of the order of their writer. */
static unsigned drain(struct inbox *in, unsigned next[WRITERS], unsigned *got)
{
	struct inbox_node *node;
	unsigned wrong = 0;

	inbox_clear(in);
	while ((node = inbox_take(in))) {
		struct post *post = (struct post *)node;

		wrong += next[post->writer]++ != post->number;
		(*got)++;
		free(post);
	}
	return wrong;
}

static void many_writers(void)
{
	struct inbox *in = inbox_new();
	struct writer writers[WRITERS];
	unsigned next[WRITERS] = {0}, got = 0, wrong = 0;

	for (unsigned i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){.in = in, .index = i};
		pthread_create(&writers[i].thread, NULL, write_posts, &writers[i]);
	}
	while (got < WRITERS * POSTS && is_readable(in, 20000))
		wrong += drain(in, next, &got);
	for (unsigned i = 0; i < WRITERS; i++)
		pthread_join(writers[i].thread, NULL);
	CHECK_INT(got, WRITERS * POSTS);
	CHECK_INT(wrong, 0);
	drain(in, next, &got);
	CHECK_INT(inbox_count(in), 0);
	inbox_free(in);
}

static const struct test tests[] = {
	{"an empty inbox is quiet", empty},
	{"posts come out in the order they went in", in_order},
	{"only the first post of a batch wakes", one_wake_a_batch},
	{"a post that was taken can be put again", a_post_can_be_put_again},
	{"no post of many writers is lost, unordered or left without a wake", many_writers},
	{NULL, NULL},
};
const struct suite inbox_suite = {"inbox", tests};
