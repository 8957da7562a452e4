/* hub - the control plane's thread.  A turn takes a bounded batch of posts from
 * lanes and of messages from the bus, asks the core, and posts what follows to
 * the lanes. */
#include "hub/hub_state.h"

#include "base/clock.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { POSTS_A_TURN = 1024, MESSAGES_A_TURN = 1024 };

struct hub_post *hub_post_new(enum hub_post_kind kind, const struct session_id *session)
{
	struct hub_post *p = xcalloc(1, sizeof(*p));

	p->kind = kind;
	if (session)
		p->session = *session;
	return p;
}

void hub_post_free(struct hub_post *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->channel_count; i++)
		free(p->channels[i]);
	free(p->channels);
	identity_fini(&p->who);
	command_free(p->command);
	free(p);
}

void hub_post(struct hub *hub, struct hub_post *p)
{
	inbox_put(hub->inbox, &p->node);
}

struct hub *hub_new(const struct hub_options *options)
{
	struct hub *hub = xcalloc(1, sizeof(*hub));

	hub->options = *options;
	hub->core = core_new(options->settings, options->lane_count);
	hub->inbox = inbox_new();
	bus_on_message(options->bus, hub_publish, hub);
	return hub;
}

void hub_set_lanes(struct hub *hub, struct lane *const *lanes)
{
	hub->lanes = lanes;
}

static void post_opened(struct hub *hub, const struct hub_post *p, struct lane_post *answer, int code, const char *text)
{
	answer->session = p->session;
	answer->code = code;
	answer->text = text ? xstrdup(text) : NULL;
	lane_post(hub->lanes[p->lane], answer);
}

/* The channels of the attach, each with its outcome for the welcome. */
static char *join_channels(struct hub *hub, const struct hub_post *p, struct lane_post *answer)
{
	struct buffer outcomes;

	buffer_init(&outcomes, 0);
	for (size_t i = 0; i < p->channel_count; i++) {
		struct membership m;
		const char *sentence = NULL;
		int code = hub_join(hub, &p->session, p->channels[i], PRESENCE_MODE_NONE, answer, &m, &sentence);

		push_channel_outcome(&outcomes, p->channels[i], code ? code : CODE_OK, sentence);
	}
	return buffer_steal(&outcomes, NULL);
}

static void open_session(struct hub *hub, const struct hub_post *p)
{
	struct lane_post *answer = lane_post_new(LANE_OPENED);
	int code = -core_open(hub->core, &p->session, p->lane, &p->who, hub->now);
	char *channels;

	if (code) {
		post_opened(hub, p, answer, code, "the server is full");
		return;
	}
	channels = p->channel_count ? join_channels(hub, p, answer) : NULL;
	post_opened(hub, p, answer, 0, channels);
	free(channels);
}

static void handle(struct hub *hub, struct hub_post *p)
{
	switch (p->kind) {
	case HUB_OPEN:
		open_session(hub, p);
		break;
	case HUB_CLOSE:
		core_close(hub->core, &p->session, hub->now);
		break;
	case HUB_COMMAND:
		hub_do_command(hub, p);
		break;
	case HUB_STOP:
		hub->is_stopping = true;
		break;
	}
	hub_post_free(p);
}

static bool take_posts(struct hub *hub)
{
	inbox_clear(hub->inbox);
	for (int i = 0; i < POSTS_A_TURN; i++) {
		struct inbox_node *node = inbox_take(hub->inbox);

		if (!node)
			return false;
		handle(hub, (struct hub_post *)node);
	}
	return true;
}

static bool turn(struct hub *hub)
{
	bool more;

	hub->now = clock_monotonic();
	hub->now_wall = clock_wall();
	more = take_posts(hub);
	more |= bus_drain(hub->options.bus, MESSAGES_A_TURN, hub->now) == MESSAGES_A_TURN;
	hub_tell_presence(hub);
	return more;
}

void hub_run(struct hub *hub)
{
	while (!hub->is_stopping) {
		bool more = turn(hub);

		if (!hub->is_stopping)
			bus_wait(hub->options.bus, inbox_fd(hub->inbox), more ? 0 : core_timeout(hub->core, hub->now));
	}
}

void hub_free(struct hub *hub)
{
	struct inbox_node *node;

	if (!hub)
		return;
	while ((node = inbox_take(hub->inbox)))
		hub_post_free((struct hub_post *)node);
	inbox_free(hub->inbox);
	core_free(hub->core);
	free(hub);
}
