/* sessions - what lanes post about one session is done in its order, although some
 * of it has to wait: for a history to be loaded, for a mailbox to be read. */
#include "hub/sessions.h"

#include "hub/hub_state.h"
#include "hub/mailboxes.h"
#include "hub/topics.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

static void post_opened(struct hub *hub, const struct hub_post *p, struct lane_post *answer, int code, const char *text)
{
	answer->session = p->session;
	answer->code = code;
	answer->text = xstrdup(text);
	lane_post(hub->lanes[p->lane], answer);
}

/* The channels of the attach, each with its outcome for the welcome. */
static char *join_channels(struct hub *hub, const struct hub_post *p, struct lane_post *answer)
{
	struct buffer outcomes;

	buffer_init(&outcomes, 0);
	for (size_t i = 0; i < p->channel_count; i++) {
		struct command_channel channel = {.name = p->channels[i]};
		struct joined joined = {0};
		const char *sentence = NULL;
		int code = 0;

		if (core_is_member(hub->core, &p->session, channel.name))
			joined.topic = hub_find_ready(hub, channel.name);
		else
			code = hub_join(hub, &p->session, &channel, answer, &joined, &sentence);
		struct push_position at = joined.topic ? topic_position(joined.topic) : (struct push_position){0};

		push_channel_outcome(&outcomes, p->channels[i], code ? code : CODE_OK, sentence, joined.topic ? &at : NULL);
	}
	return buffer_steal(&outcomes, NULL);
}

static void answer_open(struct hub *hub, const struct hub_post *p, const struct store_outcome *mail)
{
	struct lane_post *answer = lane_post_new(LANE_OPENED);
	char *channels = p->channel_count ? join_channels(hub, p, answer) : NULL;

	if (p->who.user)
		mailboxes_hand(hub, &p->session, &p->who, mail, answer);
	post_opened(hub, p, answer, 0, channels);
	free(channels);
}

/* -- posts that wait ------------------------------------------------------------- */

/* What a session posted while something was loaded for its post before: its turn
 * comes behind that one. */
struct row {
	struct session_id session;
	struct ring posts;
};

static struct row *find_row(const struct hub *hub, const struct session_id *session)
{
	return map_find(&hub->rows, session->bytes, sizeof(session->bytes));
}

static void begin_row(struct hub *hub, const struct session_id *session)
{
	struct row *row;

	if (find_row(hub, session))
		return;
	row = xcalloc(1, sizeof(*row));
	row->session = *session;
	ring_init(&row->posts);
	map_add(&hub->rows, row->session.bytes, sizeof(row->session.bytes), row);
}

static void row_free(struct hub *hub, struct row *row)
{
	map_remove(&hub->rows, row->session.bytes, sizeof(row->session.bytes));
	ring_fini(&row->posts);
	free(row);
}

static bool go_on(struct hub *hub, struct hub_post *p);

/* The post that was waited for is done. */
static void call_next(struct hub *hub, const struct session_id *session)
{
	struct row *row = find_row(hub, session);
	struct hub_post *p;

	while (row && (p = ring_pop_front(&row->posts)))
		if (!go_on(hub, p))
			return;
	if (row)
		row_free(hub, row);
}

static void run_post(struct hub *hub, void *arg)
{
	struct hub_post *p = arg;
	struct session_id session = p->session;

	if (go_on(hub, p))
		call_next(hub, &session);
}

static void drop_post(void *arg)
{
	hub_post_free(arg);
}

static struct topic *loading_topic(struct hub *hub, const struct hub_post *p)
{
	if (p->kind == HUB_COMMAND)
		return hub_first_loading(hub, p->command->channels, p->command->channel_count);
	for (size_t i = 0; i < p->channel_count; i++) {
		struct command_channel channel = {.name = p->channels[i]};
		struct topic *t = hub_first_loading(hub, &channel, 1);

		if (t)
			return t;
	}
	return NULL;
}

static void open_session(struct hub *hub, const struct hub_post *p, const struct store_outcome *mail)
{
	int code = -core_open(hub->core, &p->session, p->lane, &p->who, hub->now);

	if (code)
		post_opened(hub, p, lane_post_new(LANE_OPENED), code, "the server is full");
	else
		answer_open(hub, p, mail);
}

static void close_session(struct hub *hub, const struct hub_post *p);

static void complete(struct hub *hub, struct hub_post *p, const struct store_outcome *mail)
{
	if (p->kind == HUB_COMMAND)
		hub_do_command(hub, p, mail);
	else if (p->kind == HUB_OPEN)
		open_session(hub, p, mail);
	else if (p->kind == HUB_JOIN)
		answer_open(hub, p, NULL);
	else
		close_session(hub, p);
	hub_post_free(p);
}

/* A post that goes on once the mail is there. */
struct waiting_post {
	struct hub *hub;
	struct hub_post *post;
};

static void mail_is_there(void *arg, const struct store_outcome *mail)
{
	struct waiting_post *w = arg;
	struct session_id session = w->post->session;

	complete(w->hub, w->post, mail);
	call_next(w->hub, &session);
	free(w);
}

/* Whoever is somebody from here on gets what waits for that user with the answer.
 * False: it waits. */
static bool go_on(struct hub *hub, struct hub_post *p)
{
	struct topic *t = loading_topic(hub, p);
	struct waiting_post *w;

	if (!t && !p->who.user) {
		complete(hub, p, NULL);
		return true;
	}
	begin_row(hub, &p->session);
	if (t) {
		topic_wait(t, run_post, drop_post, p);
		return false;
	}
	w = xmalloc(sizeof(*w));
	*w = (struct waiting_post){hub, p};
	mailboxes_load(hub, p->who.user, mail_is_there, w);
	return false;
}

void sessions_take(struct hub *hub, struct hub_post *p)
{
	struct row *row = find_row(hub, &p->session);

	if (row)
		ring_push_back(&row->posts, p);
	else
		go_on(hub, p);
}

static void close_session(struct hub *hub, const struct hub_post *p)
{
	const struct identity *who = core_identity(hub->core, &p->session);
	char *user = who ? xstrdup(who->user) : NULL;

	core_close(hub->core, &p->session, hub->now);
	if (user)
		mailboxes_left(hub, &p->session, user);
	free(user);
}

void sessions_drop(struct hub *hub)
{
	struct row *row;
	size_t at;

	while (at = 0, (row = map_next(&hub->rows, &at))) {
		struct hub_post *p;

		while ((p = ring_pop_front(&row->posts)))
			hub_post_free(p);
		row_free(hub, row);
	}
	map_fini(&hub->rows);
}
