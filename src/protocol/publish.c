/* publish - the life of a message: counted references, freed by the last. */
#include "muster/publish.h"

#include "base/xalloc.h"

#include <assert.h>
#include <stdlib.h>

struct publish *publish_new(void)
{
	struct publish *p = xcalloc(1, sizeof(*p));

	atomic_init(&p->references, 1);
	return p;
}

struct publish *publish_ref(struct publish *p)
{
	atomic_fetch_add_explicit(&p->references, 1, memory_order_relaxed);
	return p;
}

static void publish_free(struct publish *p)
{
	target_fini(&p->target);
	for (size_t i = 0; i < p->except_count; i++)
		target_fini(&p->except[i]);
	free(p->except);
	match_free(p->match);
	free(p->publisher);
	free(p->from);
	free(p->event);
	free(p->id);
	free(p->data);
	free(p);
}

void publish_unref(struct publish *p)
{
	unsigned before;

	if (p == NULL)
		return;
	before = atomic_fetch_sub_explicit(&p->references, 1, memory_order_acq_rel);
	assert(before > 0);
	if (before == 1)
		publish_free(p);
}
