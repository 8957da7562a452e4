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
	char router[256];
	char xpub[128];
	struct ring requests; /* struct request, not answered yet */
	size_t asked;         /* also those that were answered at once */
	bool answers;         /* each at once, with code 200 and its verb */
	void *context;  /* of the backends */
};

/* NULL: none. */
struct rig_endpoints {
	const char *sub;
	const char *topic;
	const char *pull;
	const char *router;
	const char *second_router;
	const char *xpub;
};

/* The others are short for this one. */
void rig_open(struct rig *r, const struct rig_endpoints *endpoints);
/* One endpoint each; NULL: none.  rig.bus is NULL and rig.err says why when it fails. */
void rig_init(struct rig *r, const char *sub, const char *pull);
/* A SUB that takes one topic prefix. */
void rig_init_topic(struct rig *r, const char *sub, const char *topic);
void rig_fini(struct rig *r);
/* A connected PUSH; a PUB whose subscription has arrived. */
void *rig_push(struct rig *r);
void *rig_pub(struct rig *r);
/* A connected socket of another type. */
void *rig_peer(struct rig *r, int type, const char *endpoint);
/* Send a message of count frames. */
void rig_send(void *socket, const char *const *frames, size_t count);
void rig_send2(void *socket, const char *target, const char *data);
/* Drain until n messages in all were received, or refused, or 10 s are over. */
void rig_until_received(struct rig *r, size_t n);
void rig_until_asked(struct rig *r, size_t n);
void rig_until_refused(struct rig *r, enum counter which, int64_t n);
/* Drain until the socket has a message; its frames joined with '|', an empty first
 * one shown as '.'.  "": none came. */
const char *rig_receive(struct rig *r, void *socket, char *out, size_t size);
/* Answer the oldest request that waits. */
void rig_answer(struct rig *r, const char *json);
/* The data of the k-th message kept, or NULL. */
const char *rig_data(struct rig *r, unsigned k);

#endif
