/* job - the steps of a message: is it new, where does it go, which position has it,
 * does the store have it, and then to the lanes. */
#include "hub/job.h"

#include "hub/hub_state.h"
#include "hub/mailboxes.h"
#include "hub/topics.h"

#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* -- the end of a job ------------------------------------------------------------- */

static void job_free(struct job *job)
{
	frame_unref(job->frame);
	publish_unref(job->message);
	free(job->key);
	free(job);
}

/* What came under the same id meanwhile: a duplicate now, or, since the first was
 * not kept, the first of its own. */
static void release_followers(struct job *job, int code)
{
	struct job *f = job->followers;

	job->followers = NULL;
	while (f) {
		struct job *next = f->next;

		f->next = NULL;
		if (code == CODE_SERVER_ERROR) { /* the hub ends */
			if (f->done)
				f->done(f, code);
		} else if (code && f->opened) {
			job_start_gate(f->hub, f->message, f->opened, f->done, f->context);
		} else if (code) {
			job_start(f->hub, f->message, f->has_sender ? &f->sender : NULL, f->done, f->context);
		} else {
			counter_add(f->hub->options.counters, COUNTER_DUPLICATES, 1);
			f->route.is_duplicate = true;
			if (f->done)
				f->done(f, 0);
		}
		job_free(f);
		f = next;
	}
}

static void finish(struct job *job, int code)
{
	if (job->key)
		map_remove(&job->hub->flying, job->key, job->key_size);
	if (code && job->key)
		core_forget_id(job->hub->core, job->key, job->key_size);
	if (job->done)
		job->done(job, code);
	release_followers(job, code);
	job_free(job);
}

/* -- delivery --------------------------------------------------------------------- */

static void keep_in_history(struct job *job)
{
	if (!job->topic)
		return;
	history_add(&job->topic->history, job->offset, job->expires, frame_ref(job->frame));
}

/* An id of what is kept nowhere is kept by itself. */
static void keep_id(struct job *job)
{
	struct store *store = job->hub->options.store;
	struct stored_id id = {job->key, job->key_size, job->hub->now_wall + job->hub->options.settings->dedup_ttl};

	if (job->key && !job->is_stored)
		store->ops->put_id(store, &id, NULL, NULL);
}

static void deliver(struct job *job)
{
	struct hub *hub = job->hub;

	counter_add(hub->options.counters, COUNTER_MESSAGES_IN, 1);
	keep_in_history(job);
	keep_id(job);
	if (job->mail)
		mailboxes_note(hub, job->message, job->mail);
	hub_post_to_lanes(hub, job->route.lanes, job->frame, job->message, NULL);
	finish(job, 0);
}

/* -- the store -------------------------------------------------------------------- */

static uint64_t expiry(const struct hub *hub, const struct publish *m, uint64_t ttl)
{
	uint64_t wanted = m->ttl < ttl ? m->ttl : ttl;

	return wanted == UINT64_MAX ? UINT64_MAX : hub->now_wall + wanted;
}

/* While it was with the store, sessions came and went. */
static void route_again(struct job *job)
{
	job->route.lanes = core_lanes(job->hub->core, &job->message->target);
}

static void give_to_store(struct job *job);

static void mailbox_was_looked_at(void *context, const struct store_outcome *outcome)
{
	struct job *job = context;
	struct hub *hub = job->hub;

	hub->in_flight--;
	if (outcome->last > hub->last_mail)
		hub->last_mail = outcome->last;
	job->mail = job->frame->mail = mailboxes_next(hub);
	give_to_store(job);
}

/* The clock has gone back since another process gave out positions: learn where they
 * stand and try once more. */
static bool position_was_behind(struct job *job, const struct store_outcome *outcome)
{
	struct hub *hub = job->hub;
	struct store *store = hub->options.store;

	if (outcome->result != -EINVAL || !job->mail || job->is_second_try)
		return false;
	job->is_second_try = true;
	hub->in_flight++;
	store->ops->peek_mailbox(store, job->frame->mail_user, hub->now_wall, mailbox_was_looked_at, job);
	return true;
}

static void stored(void *context, const struct store_outcome *outcome)
{
	struct job *job = context;
	struct hub *hub = job->hub;

	hub->in_flight--;
	hub->bytes_in_flight -= job->frame->size;
	if (job->topic)
		job->topic->in_flight--;
	if (position_was_behind(job, outcome))
		return;
	if (outcome->result < 0) {
		counter_add(hub->options.counters, COUNTER_REFUSED_STORE, 1);
		hub_log_store(hub, job->mail ? "mailbox" : "append", outcome);
		finish(job, CODE_COULD_NOT_STORE);
		return;
	}
	if (job->mail)
		counter_add(hub->options.counters, COUNTER_MAILBOX_DROPPED, (int64_t)outcome->dropped);
	job->is_stored = true;
	route_again(job);
	deliver(job);
}

static void give_to_store(struct job *job)
{
	struct hub *hub = job->hub;
	const struct settings *settings = hub->options.settings;
	struct store *store = hub->options.store;
	struct stored_id id = {job->key, job->key_size, hub->now_wall + settings->dedup_ttl};
	struct stored_message m = {
		.position = job->mail ? job->mail : job->offset,
		.time = hub->now_wall,
		.expires = job->expires,
		.text = frame_text(job->frame),
		.size = job->frame->size,
	};

	hub->in_flight++;
	hub->bytes_in_flight += job->frame->size;
	if (job->mail) {
		counter_add(hub->options.counters, COUNTER_MAILBOX_IN, 1);
		store->ops->put_mailbox(store, job->frame->mail_user, &m, (size_t)settings->mailbox_messages, &id, stored, job);
		return;
	}
	job->topic->in_flight++;
	store->ops->append(store, job->topic->name, job->topic->history.epoch, &m, (size_t)job->topic->rule->history, &id, stored,
		job);
}

/* -- positions -------------------------------------------------------------------- */

static void encode(struct job *job)
{
	struct hub *hub = job->hub;
	struct push_position at = {job->topic ? job->topic->history.epoch : NULL, job->offset};

	job->frame = push_message(job->message, hub->now_wall, job->topic ? &at : NULL);
	job->frame->slow = (uint8_t)job->route.slow;
	job->frame->mail = job->mail;
	hub_charge(hub, job->frame, job->topic != NULL);
}

static void take_position(struct hub *hub, void *arg)
{
	struct job *job = arg;
	struct topic *t = job->topic;

	if (t && t->is_broken) {
		job->topic = NULL;
		finish(job, CODE_COULD_NOT_STORE);
		return;
	}
	if (t) {
		job->offset = ++t->given;
		job->expires = expiry(hub, job->message, t->rule->ttl);
	} else if (job->message->is_offline) {
		job->mail = mailboxes_next(hub);
		job->expires = expiry(hub, job->message, hub->options.settings->mailbox_ttl);
	}
	if (!t && !job->mail && !job->route.lanes) { /* nobody is there, nothing is kept */
		counter_add(hub->options.counters, COUNTER_MESSAGES_IN, 1);
		keep_id(job);
		finish(job, 0);
		return;
	}
	encode(job);
	if (job->mail || (t && t->rule->durable))
		give_to_store(job);
	else
		deliver(job);
}

/* The hub ends before its turn came. */
static void drop(void *arg)
{
	finish(arg, CODE_SERVER_ERROR);
}

/* What is not for every member has no place in their common history. */
static bool belongs_into_history(const struct publish *m)
{
	return m->target.kind == TARGET_CHANNEL && !m->no_history && !m->match && !m->except_count;
}

static void find_topic(struct job *job)
{
	int code = 0;

	if (belongs_into_history(job->message))
		code = -topics_find(job->hub, job->message->target.channel, &job->topic);
	if (code)
		finish(job, code);
	else if (job->topic && !job->topic->is_ready && !job->topic->is_broken)
		topic_wait(job->topic, take_position, drop, job);
	else
		take_position(job->hub, job);
}

/* -- the beginning ------------------------------------------------------------------ */

static void follow(struct job *first, struct job *job)
{
	struct job **at = &first->followers;

	while (*at)
		at = &(*at)->next;
	*at = job;
}

static void forget_key(struct job *job)
{
	free(job->key);
	job->key = NULL;
}

static void settle_duplicate(struct job *job)
{
	forget_key(job);
	counter_add(job->hub->options.counters, COUNTER_DUPLICATES, 1);
	finish(job, 0);
}

static void go(struct job *job)
{
	struct hub *hub = job->hub;
	struct job *first;
	int code = 0;

	if (job->message->id)
		job->key = core_message_key(hub->core, job->has_sender ? &job->sender : NULL, job->message->id, &job->key_size);
	if (job->key && (first = map_find(&hub->flying, job->key, job->key_size))) {
		forget_key(job);
		follow(first, job);
		return;
	}
	if (job->has_sender)
		code = -core_route_client(hub->core, &job->sender, job->message, hub->now, &job->route);
	else
		core_route(hub->core, job->message, hub->now, &job->route);
	hub_note_route(hub, job->message, &job->route);
	if (code) {
		forget_key(job); /* it was not remembered */
		finish(job, code);
	} else if (job->route.is_duplicate) {
		settle_duplicate(job);
	} else {
		if (job->key)
			map_add(&hub->flying, job->key, job->key_size, job);
		if (job->opened)
			job->opened(job);
		else
			find_topic(job);
	}
}

static void go_now(struct hub *hub, void *arg)
{
	(void)hub;
	go(arg);
}

static struct job *job_new(struct hub *hub, struct publish *message, job_done_fn *done, void *context)
{
	struct job *job = xcalloc(1, sizeof(*job));

	job->hub = hub;
	job->message = publish_ref(message);
	job->expires = UINT64_MAX;
	job->done = done;
	job->context = context;
	return job;
}

void job_start_gate(struct hub *hub, struct publish *message, void (*opened)(struct job *gate), job_done_fn *done, void *context)
{
	struct job *job = job_new(hub, message, done, context);

	job->opened = opened;
	if (message->id && hub->is_loading_ids)
		hub_wait_for_ids(hub, go_now, drop, job);
	else
		go(job);
}

void job_close_gate(struct job *gate, int code)
{
	if (!code)
		keep_id(gate);
	finish(gate, code);
}

void job_start_part(struct hub *hub, struct publish *message, job_done_fn *done, void *context)
{
	struct job *job = job_new(hub, message, done, context);

	route_again(job);
	find_topic(job);
}

void job_start(struct hub *hub, struct publish *message, const struct session_id *sender, job_done_fn *done, void *context)
{
	struct job *job = job_new(hub, message, done, context);

	job->has_sender = sender != NULL;
	if (sender)
		job->sender = *sender;
	if (message->id && hub->is_loading_ids)
		hub_wait_for_ids(hub, go_now, drop, job);
	else
		go(job);
}
