/* rig - a bus on loopback and backends that talk to it. */
#ifndef UNIT_BUS_RIG_H
#define UNIT_BUS_RIG_H

#include "base/ring.h"
#include "muster/bus.h"

#include <stddef.h>

enum { RIG_MAX_MESSAGE = 1024 };

struct rig {
	struct settings settings;
	struct counters counters;
	struct error err;
	struct bus *bus;
	struct ring messages; /* struct publish, a reference each */
	size_t received;      /* also those that were not kept */
	bool keeps;
	char sub[128];  /* real endpoints */
	char pull[128];
	void *context;  /* of the backends */
};

/* One endpoint each; NULL: none.  rig.bus is NULL and rig.err says why when it fails. */
void rig_init(struct rig *r, const char *sub, const char *pull);
/* A SUB that takes one topic prefix. */
void rig_init_topic(struct rig *r, const char *sub, const char *topic);
void rig_fini(struct rig *r);
/* A connected PUSH; a PUB whose subscription has arrived. */
void *rig_push(struct rig *r);
void *rig_pub(struct rig *r);
/* Send a message of count frames. */
void rig_send(void *socket, const char *const *frames, size_t count);
void rig_send2(void *socket, const char *target, const char *data);
/* Drain until n messages in all were received, or refused, or 10 s are over. */
void rig_until_received(struct rig *r, size_t n);
void rig_until_refused(struct rig *r, enum counter which, int64_t n);
/* The data of the k-th message kept, or NULL. */
const char *rig_data(struct rig *r, unsigned k);

#endif
