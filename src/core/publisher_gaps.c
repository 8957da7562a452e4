/* publisher_gaps - a map and a list by last use. */
#include "core/publisher_gaps.h"

#include "base/xalloc.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct publisher {
	struct publisher *older;
	struct publisher *newer;
	uint64_t last;
	char name[];
};

void publisher_gaps_init(struct publisher_gaps *g)
{
	map_init(&g->publishers);
	g->oldest = NULL;
	g->newest = NULL;
}

static void take_out(struct publisher_gaps *g, struct publisher *p)
{
	if (p->older != NULL)
		p->older->newer = p->newer;
	else
		g->oldest = p->newer;
	if (p->newer != NULL)
		p->newer->older = p->older;
	else
		g->newest = p->older;
}

static void put_last(struct publisher_gaps *g, struct publisher *p)
{
	p->newer = NULL;
	p->older = g->newest;
	if (g->newest != NULL)
		g->newest->newer = p;
	else
		g->oldest = p;
	g->newest = p;
}

static void forget_oldest(struct publisher_gaps *g)
{
	struct publisher *p = g->oldest;

	take_out(g, p);
	map_remove_text(&g->publishers, p->name);
	free(p);
}

void publisher_gaps_fini(struct publisher_gaps *g)
{
	while (g->oldest != NULL)
		forget_oldest(g);
	map_fini(&g->publishers);
}

static void remember(struct publisher_gaps *g, const char *name, uint64_t seq)
{
	size_t size = strlen(name) + 1;
	struct publisher *p;

	if (g->publishers.count >= MAX_PUBLISHERS)
		forget_oldest(g);
	p = xmalloc(sizeof(*p) + size);
	memcpy(p->name, name, size);
	p->last = seq;
	put_last(g, p);
	map_add_text(&g->publishers, p->name, p);
}

uint64_t publisher_gaps_note(struct publisher_gaps *g, const char *name, uint64_t seq, bool is_duplicate)
{
	struct publisher *p = map_find_text(&g->publishers, name);
	uint64_t lost;

	if (p == NULL) {
		remember(g, name, seq);
		return 0;
	}
	take_out(g, p);
	put_last(g, p);
	if (seq <= p->last && is_duplicate)
		return 0;
	lost = seq > p->last ? seq - p->last - 1 : 0;
	p->last = seq;
	return lost;
}
