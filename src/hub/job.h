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
	bool is_second_try;     /* to give it a position in a mailbox */
	bool has_sender;        /* a session's own publish */
	struct session_id sender;
	char *key;              /* under which its id is remembered; NULL: no id */
	size_t key_size;
	struct job *followers;  /* the same id came again meanwhile: they wait for this one */
	struct job *next;
	void (*opened)(struct job *job); /* of a gate */
	job_done_fn *done;      /* NULL: nobody waits (a PUB, a PUSH) */
	void *context;
};

/* Start it: the message is referenced.  done() may be called from inside.  sender NULL: a backend. */
void job_start(struct hub *hub, struct publish *message, const struct session_id *sender, job_done_fn *done, void *context);
/* A message that is delivered in parts, under one id: opened() is called when the id is
 * new, and stays on its way until job_close_gate() says what became of the parts. */
void job_start_gate(struct hub *hub, struct publish *message, void (*opened)(struct job *gate), job_done_fn *done, void *context);
void job_close_gate(struct job *gate, int code);
/* A part: its id is not looked at. */
void job_start_part(struct hub *hub, struct publish *message, job_done_fn *done, void *context);

#endif
