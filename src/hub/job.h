/* job - one message from its acceptance to its delivery.  Between the two may lie
 * the loading of its channel's history and a commit of the store; whoever
 * published it hears of the end by done(). */
#ifndef HUB_JOB_H
#define HUB_JOB_H

#include "core/core.h"
#include "muster/frame.h"
#include "muster/publish.h"

#include <stdbool.h>
#include <stdint.h>

struct hub;
struct job;
struct topic;

/* code 0, or a reply code: then nothing was delivered. */
typedef void job_done_fn(struct job *job, int code);

struct job {
	struct hub *hub;
	struct publish *message;
	struct route route;
	struct topic *topic;    /* whose history it goes into; NULL: none */
	struct frame *frame;
	uint64_t offset;
	uint64_t expires;       /* wall ms */
	uint64_t mail;          /* its position in a mailbox; 0: none */
	bool is_stored;         /* the store has it */
	bool has_sender;        /* a session's own publish */
	struct session_id sender;
	char *key;              /* under which its id is remembered; NULL: no id */
	size_t key_size;
	struct job *followers;  /* the same id came again meanwhile: they wait for this one */
	struct job *next;
	job_done_fn *done;      /* NULL: nobody waits (a PUB, a PUSH) */
	void *context;
};

/* Start it: the message is referenced.  done() may be called from inside.  sender NULL: a backend. */
void job_start(struct hub *hub, struct publish *message, const struct session_id *sender, job_done_fn *done, void *context);
/* A further part of a broadcast, whose id the first part has shown to be new. */
void job_start_part(struct hub *hub, struct publish *message, job_done_fn *done, void *context);

#endif
