/* lane_set - how many of something each lane has, and at once the lanes that
 * have any, as the bits a route is made of. */
#ifndef CORE_LANE_SET_H
#define CORE_LANE_SET_H

#include <stdint.h>

struct lane_set {
	uint64_t bits;    /* lanes with a count above 0 */
	uint32_t *counts; /* NULL until the first is added */
};

void lane_set_init(struct lane_set *l);
void lane_set_fini(struct lane_set *l);
/* One more on this lane, of `lanes` in all (the same for the set's whole life). */
void lane_set_add(struct lane_set *l, unsigned lane, unsigned lanes);
/* One less; there must be one. */
void lane_set_remove(struct lane_set *l, unsigned lane);

#endif
