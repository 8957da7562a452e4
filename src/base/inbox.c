/* inbox - see inbox.h.  Writers append to a shared list under the mutex; the
 * one who finds it empty wakes the reader.  The reader moves the whole shared
 * list into a private one and takes from there without a lock.  Whoever posts
 * after that finds the shared list empty again and wakes again, so no post
 * is left without a wake. */
#include "base/inbox.h"

#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/eventfd.h>
#endif

struct inbox {
	pthread_mutex_t mutex;
	struct inbox_node *first; /* under the mutex */
	struct inbox_node *last;  /* under the mutex; only valid with first */
	struct inbox_node *taken; /* the reader's own */
	atomic_size_t count;      /* both lists */
	int read_fd;
	int write_fd; /* the same for an eventfd */
};

#ifdef __linux__
static int open_wake(struct inbox *in)
{
	in->read_fd = in->write_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return in->read_fd < 0 ? -errno : 0;
}
#else
static int open_wake(struct inbox *in)
{
	int fds[2];

	if (pipe(fds) < 0)
		return -errno;
	for (int i = 0; i < 2; i++) {
		fcntl(fds[i], F_SETFD, FD_CLOEXEC);
		fcntl(fds[i], F_SETFL, O_NONBLOCK);
	}
	in->read_fd = fds[0];
	in->write_fd = fds[1];
	return 0;
}
#endif

struct inbox *inbox_new(void)
{
	struct inbox *in = xcalloc(1, sizeof *in);
	int result = open_wake(in);

	if (result < 0) {
		free(in);
		errno = -result;
		return NULL;
	}
	pthread_mutex_init(&in->mutex, NULL);
	atomic_init(&in->count, 0);
	return in;
}

void inbox_free(struct inbox *in)
{
	if (!in)
		return;
	pthread_mutex_destroy(&in->mutex);
	if (in->write_fd != in->read_fd)
		close(in->write_fd);
	close(in->read_fd);
	free(in);
}

/* A full counter or pipe (EAGAIN) is fine: the reader is awake then. */
static void wake(struct inbox *in)
{
	const uint64_t one = 1;

	while (write(in->write_fd, &one, sizeof one) < 0 && errno == EINTR)
		;
}

/* Inside the lock: once unlocked the reader may have freed the node. */
static bool append(struct inbox *in, struct inbox_node *node)
{
	bool was_empty = !in->first;

	node->next = NULL;
	if (was_empty)
		in->first = node;
	else
		in->last->next = node;
	in->last = node;
	atomic_fetch_add_explicit(&in->count, 1, memory_order_relaxed);
	return was_empty;
}

void inbox_put(struct inbox *in, struct inbox_node *node)
{
	bool was_empty;

	pthread_mutex_lock(&in->mutex);
	was_empty = append(in, node);
	pthread_mutex_unlock(&in->mutex);
	if (was_empty)
		wake(in);
}

static struct inbox_node *take_all(struct inbox *in)
{
	struct inbox_node *all;

	pthread_mutex_lock(&in->mutex);
	all = in->first;
	in->first = in->last = NULL;
	pthread_mutex_unlock(&in->mutex);
	return all;
}

struct inbox_node *inbox_take(struct inbox *in)
{
	struct inbox_node *node;

	if (!in->taken)
		in->taken = take_all(in);
	node = in->taken;
	if (!node)
		return NULL;
	in->taken = node->next;
	node->next = NULL;
	atomic_fetch_sub_explicit(&in->count, 1, memory_order_relaxed);
	return node;
}

int inbox_fd(const struct inbox *in)
{
	return in->read_fd;
}

/* An eventfd is empty after one read, a pipe perhaps not. */
void inbox_clear(struct inbox *in)
{
	uint64_t sink[64];
	ssize_t got;

	do {
		got = read(in->read_fd, sink, sizeof sink);
	} while (got == (ssize_t)sizeof sink || (got < 0 && errno == EINTR));
}

size_t inbox_count(struct inbox *in)
{
	return atomic_load_explicit(&in->count, memory_order_relaxed);
}
