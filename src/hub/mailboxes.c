#include "hub/mailboxes.h"

#include "hub/hub_state.h"

#include "base/xalloc.h"
#include "protocol/json_scan.h"

#include <stdlib.h>
#include <string.h>

/* Mail of one user that sessions were given. */
struct mailbox {
	char *user;
	struct map mails;
};

/* One that nobody has acknowledged yet, or that the store is about to drop. */
struct held {
	struct hub *hub;
	struct mailbox *in;
	uint64_t mail;
	struct session_id *holders;
	size_t holder_count;
	bool is_acknowledged;
};

static struct mailbox *find(const struct hub *hub, const char *user)
{
	return map_find_text(&hub->mailboxes, user);
}

static struct mailbox *find_or_add(struct hub *hub, const char *user)
{
	struct mailbox *b = find(hub, user);

	if (b)
		return b;
	b = xcalloc(1, sizeof(*b));
	b->user = xstrdup(user);
	map_init(&b->mails);
	map_add_text(&hub->mailboxes, b->user, b);
	return b;
}

static void free_if_empty(struct hub *hub, struct mailbox *b)
{
	if (b->mails.count)
		return;
	map_remove_text(&hub->mailboxes, b->user);
	map_fini(&b->mails);
	free(b->user);
	free(b);
}

static struct held *find_held(const struct mailbox *b, uint64_t mail)
{
	return b ? map_find(&b->mails, &mail, sizeof(mail)) : NULL;
}

static struct held *find_or_hold(struct hub *hub, struct mailbox *b, uint64_t mail)
{
	struct held *h = find_held(b, mail);

	if (h)
		return h;
	h = xcalloc(1, sizeof(*h));
	h->hub = hub;
	h->in = b;
	h->mail = mail;
	map_add(&b->mails, &h->mail, sizeof(h->mail), h);
	return h;
}

static void let_go(struct held *h)
{
	map_remove(&h->in->mails, &h->mail, sizeof(h->mail));
	free(h->holders);
	free(h);
}

static bool is_same(const struct session_id *a, const struct session_id *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static void add_holder(struct held *h, const struct session_id *session)
{
	h->holders = xrealloc(h->holders, (h->holder_count + 1) * sizeof(*h->holders));
	h->holders[h->holder_count++] = *session;
}

/* True: it was the last. */
static bool remove_holder(struct held *h, const struct session_id *session)
{
	for (size_t i = 0; i < h->holder_count; i++)
		if (is_same(&h->holders[i], session)) {
			h->holders[i] = h->holders[--h->holder_count];
			return !h->holder_count && !h->is_acknowledged;
		}
	return false;
}

/* Grows even when the clock goes back, and across a restart. */
uint64_t mailboxes_next(struct hub *hub)
{
	uint64_t now = hub->now_wall * 1000;

	hub->last_mail = now > hub->last_mail ? now : hub->last_mail + 1;
	return hub->last_mail;
}

/* -- new mail ------------------------------------------------------------------ */

struct note {
	struct hub *hub;
	const char *user;
	uint64_t mail;
};

static void note_holder(void *context, const struct session_id *id, unsigned lane, const struct identity *who)
{
	const struct note *note = context;

	(void)lane;
	(void)who;
	add_holder(find_or_hold(note->hub, find_or_add(note->hub, note->user), note->mail), id);
}

void mailboxes_note(struct hub *hub, const struct publish *message, uint64_t mail)
{
	struct note note = {hub, message->target.user, mail};

	core_each(hub->core, &message->target, note_holder, &note);
}

/* Only now what is loaded no longer has it. */
static void dropped(void *context, const struct store_outcome *outcome)
{
	struct held *h = context;
	struct hub *hub = h->hub;
	struct mailbox *b = h->in;

	if (outcome->result < 0)
		hub_log_store(hub, "drop_mailbox", outcome);
	let_go(h);
	free_if_empty(hub, b);
}

void mailboxes_acknowledged(struct hub *hub, const char *user, uint64_t mail)
{
	struct store *store = hub->options.store;
	struct held *h = find_or_hold(hub, find_or_add(hub, user), mail);

	if (h->is_acknowledged)
		return;
	h->is_acknowledged = true;
	store->ops->drop_mailbox(store, user, mail, dropped, h);
}

/* -- kept mail ----------------------------------------------------------------- */

struct load {
	struct hub *hub;
	void (*ready)(void *arg, const struct store_outcome *mail);
	void *arg;
};

static void loaded(void *context, const struct store_outcome *outcome)
{
	struct load *load = context;

	load->hub->in_flight--;
	if (outcome->result < 0)
		hub_log_store(load->hub, "load_mailbox", outcome);
	if (outcome->last > load->hub->last_mail) /* the clock was ahead once */
		load->hub->last_mail = outcome->last;
	load->ready(load->arg, outcome->result < 0 ? NULL : outcome);
	free(load);
}

void mailboxes_load(struct hub *hub, const char *user, void (*ready)(void *arg, const struct store_outcome *mail), void *arg)
{
	struct store *store = hub->options.store;
	struct load *load = xmalloc(sizeof(*load));

	*load = (struct load){hub, ready, arg};
	hub->in_flight++;
	store->ops->load_mailbox(store, user, hub->now_wall, loaded, load);
}

/* "user/ann@web" is not for ann's sessions on other apps. */
static bool is_for_app(const struct stored_message *m, const char *app)
{
	size_t size;
	char *to = json_string(json_member(m->text, m->size, "to"), &size);
	struct target target;
	bool is_for = true;

	if (to && target_parse(&target, to, size) == 0) {
		is_for = !target.app || strcmp(target.app, app) == 0;
		target_fini(&target);
	}
	free(to);
	return is_for;
}

static void hand(struct hub *hub, const struct session_id *session, const char *user, const struct stored_message *m,
	struct lane_post *post)
{
	struct frame *f = push_stored(m->text, m->size, NULL, NULL, user, m->position);

	hub_charge(hub, f, false);
	hub_add_frame(post, f);
	add_holder(find_or_hold(hub, find_or_add(hub, user), m->position), session);
}

void mailboxes_hand(struct hub *hub, const struct session_id *session, const struct identity *who,
	const struct store_outcome *mail, struct lane_post *post)
{
	if (!mail)
		return;
	if (mail->dropped)
		hub_add_frame(post, push_gap(mail->dropped, NULL, NULL));
	for (size_t i = 0; i < mail->count; i++) {
		const struct stored_message *m = &mail->messages[i];

		if (is_for_app(m, who->app) && !find_held(find(hub, who->user), m->position))
			hand(hub, session, who->user, m, post);
	}
}

/* -- handing on ----------------------------------------------------------------- */

struct estate {
	struct hub *hub;
	struct target user;
	struct store_outcome mail;
};

/* The first of them that may have it. */
static void inherit(void *context, const struct session_id *id, unsigned lane, const struct identity *who)
{
	struct estate *e = context;
	struct lane_post *post = lane_post_new(LANE_REPLY);

	post->session = *id;
	post->request = REQUEST_UNANSWERED;
	mailboxes_hand(e->hub, id, who, &e->mail, post);
	e->mail.dropped = 0; /* told */
	lane_post(e->hub->lanes[lane], post);
}

static void estate_is_loaded(void *arg, const struct store_outcome *mail)
{
	struct estate *e = arg;

	if (mail) {
		e->mail = *mail;
		core_each(e->hub->core, &e->user, inherit, e);
	}
	target_fini(&e->user);
	free(e);
}

static void hand_on(struct hub *hub, const char *user)
{
	struct target target = {.kind = TARGET_USER, .user = xstrdup(user)};
	struct estate *e;

	if (!core_lanes(hub->core, &target)) {
		target_fini(&target);
		return;
	}
	e = xcalloc(1, sizeof(*e));
	e->hub = hub;
	e->user = target;
	mailboxes_load(hub, user, estate_is_loaded, e);
}

/* Those that nobody else has. */
static struct ring left_behind(const struct mailbox *b, const struct session_id *session)
{
	struct ring orphans;
	struct held *h;
	size_t at = 0;

	ring_init(&orphans);
	while ((h = map_next(&b->mails, &at)))
		if (remove_holder(h, session))
			ring_push_back(&orphans, h);
	return orphans;
}

void mailboxes_left(struct hub *hub, const struct session_id *session, const char *user)
{
	struct mailbox *b = find(hub, user);
	struct ring orphans;
	struct held *h;

	if (!b)
		return;
	orphans = left_behind(b, session);
	if (orphans.count)
		hand_on(hub, user);
	while ((h = ring_pop_front(&orphans)))
		let_go(h);
	ring_fini(&orphans);
	free_if_empty(hub, b);
}

void mailboxes_free(struct hub *hub)
{
	struct mailbox *b;
	struct held *h;
	size_t at;

	while (at = 0, (b = map_next(&hub->mailboxes, &at))) {
		while (at = 0, (h = map_next(&b->mails, &at)))
			let_go(h);
		free_if_empty(hub, b);
	}
	map_fini(&hub->mailboxes);
}
