/* publish - the life of a message: counted references, freed by the last. */
#include "muster/publish.h"

#include "base/xalloc.h"

#include <assert.h>
#include <stdlib.h>

struct publish *publish_new(void)
{
	struct publish *p = xcalloc(1, sizeof(*p));

	atomic_init(&p->references, 1);
	p->ttl = UINT64_MAX;
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
	free(p->conflate);
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

static void copy_target(struct target *to, const struct target *from)
{
	*to = *from;
	to->app = xstrdup(from->app);
	to->user = xstrdup(from->user);
	to->device = xstrdup(from->device);
	to->channel = xstrdup(from->channel);
}

static void copy_key(struct match_key *to, const struct match_key *from)
{
	to->name = xstrdup(from->name);
	to->value_count = from->value_count;
	to->values = xcalloc(from->value_count, sizeof(char *));
	for (size_t i = 0; i < from->value_count; i++)
		to->values[i] = xstrdup(from->values[i]);
}

static struct match *copy_match(const struct match *from)
{
	struct match *to;

	if (from == NULL)
		return NULL;
	to = xcalloc(1, sizeof(*to));
	to->count = from->count;
	to->keys = xcalloc(from->count, sizeof(*to->keys));
	for (size_t i = 0; i < from->count; i++)
		copy_key(&to->keys[i], &from->keys[i]);
	return to;
}

static void copy_except(struct publish *to, const struct publish *from)
{
	to->except_count = from->except_count;
	to->except = from->except_count ? xcalloc(from->except_count, sizeof(*to->except)) : NULL;
	for (size_t i = 0; i < from->except_count; i++)
		copy_target(&to->except[i], &from->except[i]);
}

struct publish *publish_copy(const struct publish *p, const struct target *target)
{
	struct publish *copy = publish_new();

	copy_target(&copy->target, target);
	copy->data = xstrndup(p->data, p->data_size);
	copy->data_size = p->data_size;
	copy->is_base64 = p->is_base64;
	copy->id = xstrdup(p->id);
	copy->event = xstrdup(p->event);
	copy->from = xstrdup(p->from);
	copy->publisher = xstrdup(p->publisher);
	copy->seq = p->seq;
	copy->has_seq = p->has_seq;
	copy->match = copy_match(p->match);
	copy_except(copy, p);
	copy->ttl = p->ttl;
	copy->no_history = p->no_history;
	copy->is_offline = p->is_offline;
	copy->wants_receipt = p->wants_receipt;
	copy->conflate = xstrdup(p->conflate);
	return copy;
}
