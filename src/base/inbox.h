/* inbox - how posts travel between threads: many writers, one reader.  A
 * writer locks for a pointer swap; the reader takes everything at once and
 * is woken once per batch by an eventfd (a pipe where there is none). */
#ifndef BASE_INBOX_H
#define BASE_INBOX_H

#include <stddef.h>

struct inbox;

/* First member of whatever is posted. */
struct inbox_node {
	struct inbox_node *next;
};

/* NULL with errno when there is no descriptor left. */
struct inbox *inbox_new(void);
void inbox_free(struct inbox *in); /* posts still inside are the owner's to drain first */
/* Any thread.  The node belongs to the reader from here on. */
void inbox_put(struct inbox *in, struct inbox_node *node);
/* Reader only.  The oldest post, or NULL.  Posts of one writer keep their order. */
struct inbox_node *inbox_take(struct inbox *in);
/* Reader only.  Readable when there may be posts; inbox_clear() it before taking.
 * Who stops before inbox_take() says NULL is not woken for the rest: look at
 * inbox_count() and come back unasked. */
int inbox_fd(const struct inbox *in);
void inbox_clear(struct inbox *in);
/* Any thread.  Roughly how many wait. */
size_t inbox_count(struct inbox *in);

#endif
