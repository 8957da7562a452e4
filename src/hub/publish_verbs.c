/* publish_verbs - publish and broadcast: acknowledged, answered when the message is
 * where it belongs. */
#include "hub/verbs.h"

#include "hub/hub_state.h"
#include "hub/job.h"
#include "hub/topics.h"

#include "base/xalloc.h"
#include "protocol/envelope.h"
#include "protocol/json_write.h"

#include <stdlib.h>

struct matched {
	const struct publish *message;
	uint64_t sessions;
	struct map users; /* values are the names, borrowed from the core */
};

static void count_matched(void *context, const struct session_id *id, unsigned lane, const struct identity *who)
{
	struct matched *m = context;

	(void)lane;
	if (!publish_concerns(m->message, id, who))
		return;
	m->sessions++;
	if (who->user && !map_find_text(&m->users, who->user))
		map_add_text(&m->users, who->user, who->user);
}

/* Whom a message reaches now. */
static struct presence_counts count_receivers(const struct hub *hub, const struct publish *message)
{
	struct matched m = {.message = message};
	struct presence_counts counts;

	if (!message->match && !message->except_count)
		return core_count(hub->core, &message->target);
	map_init(&m.users);
	core_each(hub->core, &message->target, count_matched, &m);
	counts = (struct presence_counts){.users = m.users.count, .sessions = m.sessions};
	map_fini(&m.users);
	return counts;
}

static const char *why_not(int code)
{
	switch (code) {
	case CODE_COULD_NOT_STORE:
		return "the message could not be stored";
	case CODE_OVER_LIMIT:
		return "too many channels have a history";
	default:
		return "the message was refused";
	}
}

static void write_id(struct buffer *out, const struct publish *message)
{
	buffer_append_char(out, '{');
	if (message->id) {
		buffer_append_text(out, "\"id\":");
		json_write_text(out, message->id);
		buffer_append_char(out, ',');
	}
}

static void published(struct job *job, int code)
{
	struct request *r = job->context;
	struct presence_counts counts = {0};
	struct buffer data;

	if (code) {
		verb_refuse(r, code, why_not(code));
		return;
	}
	if (!job->route.is_duplicate)
		counts = count_receivers(job->hub, job->message);
	buffer_init(&data, 0);
	write_id(&data, job->message);
	buffer_printf(&data, "\"sessions\":%llu,\"users\":%llu,", (unsigned long long)counts.sessions,
		(unsigned long long)counts.users);
	if (job->offset)
		buffer_printf(&data, "\"epoch\":\"%s\",\"offset\":%llu,", job->topic->history.epoch, (unsigned long long)job->offset);
	buffer_printf(&data, "\"stored\":%s,\"mailbox\":%d,\"duplicate\":%s}", job->is_stored ? "true" : "false",
		job->mail ? 1 : 0, job->route.is_duplicate ? "true" : "false");
	verb_succeed(r, &data);
}

static struct publish *read_message(struct hub *hub, struct request *r, struct target **targets, size_t *count)
{
	struct publish *message = NULL;
	struct refusal why;

	if (envelope_parse_object(&message, targets, count, &why, r->args, r->size, (size_t)hub->options.settings->max_message) == 0)
		return message;
	counter_add(hub->options.counters, why.counter, 1);
	verb_refuse(r, why.counter == COUNTER_REFUSED_SIZE ? CODE_TOO_LARGE : CODE_INVALID, why.reason);
	return NULL;
}

void verb_publish(struct hub *hub, struct request *r)
{
	struct publish *message = read_message(hub, r, NULL, NULL);

	if (!message)
		return;
	job_start(hub, message, NULL, published, r);
	publish_unref(message);
}

/* One message to many targets, under one id, which is kept when all have it. */
struct broadcast {
	struct request *request;
	struct publish *message;
	struct target *targets;
	size_t count;
	size_t waiting;
	uint64_t sessions;
	int code;
	bool is_duplicate;
	struct job *gate;
};

static void broadcast_answer(struct broadcast *b)
{
	struct buffer data;

	if (b->code) {
		verb_refuse(b->request, b->code, why_not(b->code));
	} else {
		buffer_init(&data, 0);
		write_id(&data, b->message);
		buffer_printf(&data, "\"targets\":%zu,\"sessions\":%llu,\"duplicate\":%s}", b->count, (unsigned long long)b->sessions,
			b->is_duplicate ? "true" : "false");
		verb_succeed(b->request, &data);
	}
	for (size_t i = 0; i < b->count; i++)
		target_fini(&b->targets[i]);
	free(b->targets);
	publish_unref(b->message);
	free(b);
}

static void gate_done(struct job *job, int code)
{
	struct broadcast *b = job->context;

	b->code = code;
	b->is_duplicate = job->route.is_duplicate;
	broadcast_answer(b);
}

static void part_done(struct job *job, int code)
{
	struct broadcast *b = job->context;

	if (code)
		b->code = code;
	else
		b->sessions += count_receivers(job->hub, job->message).sessions;
	if (!--b->waiting)
		job_close_gate(b->gate, b->code);
}

static void start_parts(struct job *gate)
{
	struct broadcast *b = gate->context;
	struct hub *hub = gate->hub;
	size_t count = b->count;

	b->gate = gate;
	b->waiting = count;
	for (size_t i = 0; i < count; i++) {
		struct publish *part = publish_copy(b->message, &b->targets[i]);

		job_start_part(hub, part, part_done, b); /* the last may free b */
		publish_unref(part);
	}
}

void verb_broadcast(struct hub *hub, struct request *r)
{
	struct target *targets = NULL;
	size_t count = 0;
	struct publish *message = read_message(hub, r, &targets, &count);
	struct broadcast *b;

	if (!message)
		return;
	if (!count) { /* one target, as for publish */
		job_start(hub, message, NULL, published, r);
		publish_unref(message);
		return;
	}
	b = xcalloc(1, sizeof(*b));
	*b = (struct broadcast){.request = r, .message = message, .targets = targets, .count = count};
	job_start_gate(hub, message, start_parts, gate_done, b);
}
