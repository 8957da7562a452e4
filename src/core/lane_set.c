/* lane_set - counts per lane, with their bitmap kept in step. */
#include "core/lane_set.h"

#include "base/xalloc.h"

#include <assert.h>
#include <stdlib.h>

void lane_set_init(struct lane_set *l)
{
	*l = (struct lane_set){ 0 };
}

void lane_set_fini(struct lane_set *l)
{
	free(l->counts);
	lane_set_init(l);
}

void lane_set_add(struct lane_set *l, unsigned lane, unsigned lanes)
{
	assert(lane < lanes);
	if (l->counts == NULL)
		l->counts = xcalloc(lanes, sizeof(*l->counts));
	if (l->counts[lane]++ == 0)
		l->bits |= UINT64_C(1) << lane;
}

void lane_set_remove(struct lane_set *l, unsigned lane)
{
	assert(l->bits & (UINT64_C(1) << lane));
	if (--l->counts[lane] == 0)
		l->bits &= ~(UINT64_C(1) << lane);
}
