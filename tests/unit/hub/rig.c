#include "rig.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/ring.h"
#include "base/xalloc.h"
#include "hub/hub_state.h"
#include "muster/bus.h"
#include "muster/store.h"
#include "protocol/command_parse.h"
#include "protocol/json_scan.h"

#include "support/suite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SESSIONS = 8 };

struct guest {
	bool is_open;
	char *user;
	struct ring frames;  /* everything it was ever given */
	unsigned looked_at;
	char *reply;
	char **channels;
	size_t channel_count;
};

static struct settings settings;
static struct channel_rule rule;
static struct counters counters;
static struct store *store;
static struct hub *hub;
static struct guest guests[SESSIONS];
static struct lane *lanes[1];
static uint64_t now;
static struct buffer text;

/* -- in place of clock, lanes and bus ------------------------------------------------ */

uint64_t clock_monotonic(void)
{
	return now;
}

uint64_t clock_wall(void)
{
	return now;
}

struct lane_post *lane_post_new(enum lane_post_kind kind)
{
	struct lane_post *p = xcalloc(1, sizeof(*p));

	p->kind = kind;
	p->fd = -1;
	return p;
}

void lane_post_free(struct lane_post *p)
{
	for (size_t i = 0; i < p->membership_count; i++)
		free(p->memberships[i].channel);
	for (size_t i = 0; i < p->frame_count; i++)
		frame_unref(p->frames[i]);
	if (p->who)
		identity_fini(p->who);
	free(p->who);
	free(p->memberships);
	free(p->frames);
	free(p->text);
	free(p->audience);
	frame_unref(p->frame);
	publish_unref(p->message);
	free(p);
}

static struct session_id id_of(unsigned s)
{
	struct session_id id = {{0}};

	id.bytes[0] = (unsigned char)(s + 1);
	return id;
}

static void give(struct guest *g, struct frame *f)
{
	ring_push_back(&g->frames, frame_ref(f));
}

static bool is_in(const struct guest *g, const char *channel)
{
	for (size_t i = 0; i < g->channel_count; i++)
		if (strcmp(g->channels[i], channel) == 0)
			return true;
	return false;
}

/* As a lane does it, for the targets that the tests use. */
static void deliver(const struct lane_post *p)
{
	for (unsigned i = 0; i < SESSIONS; i++) {
		struct guest *g = &guests[i];
		const struct target *t = &p->message->target;
		bool is_meant = t->kind == TARGET_CHANNEL ? is_in(g, t->channel)
							  : t->kind == TARGET_USER && g->user && strcmp(g->user, t->user) == 0;

		if (g->is_open && is_meant)
			give(g, p->frame);
	}
}

static void answer(const struct lane_post *p)
{
	struct guest *g = &guests[p->session.bytes[0] - 1];

	if (p->who) {
		free(g->user);
		g->user = xstrdup(p->who->user);
	}
	for (size_t i = 0; i < p->membership_count; i++) {
		g->channels = xrealloc(g->channels, (g->channel_count + 1) * sizeof(char *));
		g->channels[g->channel_count++] = xstrdup(p->memberships[i].channel);
	}
	if (p->frame) {
		free(g->reply);
		g->reply = xstrndup(frame_text(p->frame), p->frame->size);
	}
	for (size_t i = 0; i < p->frame_count; i++)
		give(g, p->frames[i]);
}

void lane_post(struct lane *lane, struct lane_post *p)
{
	(void)lane;
	if (p->kind == LANE_DELIVER && p->message)
		deliver(p);
	else if (p->kind == LANE_OPENED || p->kind == LANE_REPLY)
		answer(p);
	lane_post_free(p);
}

size_t lane_backlog(struct lane *lane)
{
	(void)lane;
	return 0;
}

void bus_on_message(struct bus *b, bus_message_fn *fn, void *context)
{
	(void)b;
	(void)fn;
	(void)context;
}

void bus_on_request(struct bus *b, request_fn *fn, void *context)
{
	(void)b;
	(void)fn;
	(void)context;
}

void bus_wait(struct bus *b, const int *fds, size_t count, int timeout)
{
	(void)b;
	(void)fds;
	(void)count;
	(void)timeout;
}

size_t bus_drain(struct bus *b, size_t max, uint64_t time)
{
	(void)b;
	(void)max;
	(void)time;
	return 0;
}

void bus_tell(struct bus *b, const char *topic, const char *json, size_t size, uint64_t wall_time)
{
	(void)b;
	(void)topic;
	(void)json;
	(void)size;
	(void)wall_time;
}

void bus_tick(struct bus *b, uint64_t time, uint64_t wall_time)
{
	(void)b;
	(void)time;
	(void)wall_time;
}

/* -- the hub ---------------------------------------------------------------------------- */

/* Everything that was posted, and what the store has to say of it. */
static void run(void)
{
	for (int i = 0; i < 4; i++) {
		hub_post(hub, hub_post_new(HUB_STOP, NULL));
		hub->is_stopping = false;
		hub_run(hub);
	}
}

void rig_start(const char *pattern, unsigned history, uint64_t ttl)
{
	struct hub_options options = {.settings = &settings, .counters = &counters, .lane_count = 1};

	now = 1000000;
	memset(guests, 0, sizeof(guests));
	rule = (struct channel_rule){.pattern = xstrdup(pattern), .presence = true, .client_publish = PUBLISH_MEMBERS,
		.history = history, .ttl = ttl};
	settings = (struct settings){.presence_interval = 1000, .max_message = 65536, .dedup_ttl = 60000, .dedup_max = 1000,
		.mailbox_messages = 3, .mailbox_ttl = 100000, .channels = &rule, .channel_count = 1};
	settings.limits.subscriptions = 100;
	options.store = store = store_memory_new();
	hub = hub_new(&options);
	hub_set_lanes(hub, lanes);
	buffer_init(&text, 0);
	run();
}

/* -- a store that cannot read -------------------------------------------------------- */

enum { MAX_LOADS = 16 };

static struct {
	store_done_fn *done;
	void *context;
} loads[MAX_LOADS];
static unsigned load_count;
static size_t (*real_poll)(struct store *s, size_t max);
static struct store_ops unreadable;

static void note_load(struct store *s, const char *channel, size_t limit, uint64_t time, store_done_fn *done, void *context)
{
	(void)s;
	(void)channel;
	(void)limit;
	(void)time;
	REQUIRE(load_count < MAX_LOADS);
	loads[load_count].done = done;
	loads[load_count++].context = context;
}

static size_t fail_loads(struct store *s, size_t max)
{
	static const struct store_outcome failed = {.result = -EIO, .sentence = "cannot be read"};
	unsigned count = load_count;

	load_count = 0;
	for (unsigned i = 0; i < count; i++)
		loads[i].done(loads[i].context, &failed);
	return count + real_poll(s, max);
}

void rig_start_unreadable(const char *pattern)
{
	rig_start(pattern, 10, 60000);
	rule.durable = true;
	unreadable = *store->ops;
	unreadable.load_channel = note_load;
	store->ops = &unreadable;
	real_poll = store->poll;
	store->poll = fail_loads;
}

static void guest_fini(struct guest *g)
{
	for (struct frame *f; (f = ring_pop_front(&g->frames));)
		frame_unref(f);
	ring_fini(&g->frames);
	for (size_t i = 0; i < g->channel_count; i++)
		free(g->channels[i]);
	free(g->channels);
	free(g->reply);
	free(g->user);
}

void rig_stop(void)
{
	hub_free(hub);
	store->ops->free(store);
	for (unsigned i = 0; i < SESSIONS; i++)
		guest_fini(&guests[i]);
	buffer_fini(&text);
	free(rule.pattern);
	CHECK_INT(counters.values[COUNTER_OUTBOX_BYTES], 0);
}

void rig_later(uint64_t ms)
{
	now += ms;
	run();
}

void rig_open(unsigned s, const char *user)
{
	struct session_id id = id_of(s);
	struct hub_post *p = hub_post_new(HUB_OPEN, &id);

	guests[s].is_open = true;
	guests[s].user = xstrdup(user);
	p->who = (struct identity){.user = xstrdup(user), .app = xstrdup("0"), .device = xstrdup("d")};
	hub_post(hub, p);
	run();
}

void rig_close(unsigned s)
{
	struct session_id id = id_of(s);

	guests[s].is_open = false;
	hub_post(hub, hub_post_new(HUB_CLOSE, &id));
	run();
}

void rig_command(unsigned s, const char *json)
{
	struct session_id id = id_of(s);
	struct hub_post *p = hub_post_new(HUB_COMMAND, &id);
	struct error err;
	bool is_malformed;

	REQUIRE_INT(command_parse(&p->command, &is_malformed, &err, json, strlen(json)), 0);
	if (p->command->kind == COMMAND_LOGIN)
		p->who = (struct identity){.user = xstrdup(p->command->user), .app = xstrdup("0"), .device = xstrdup("d")};
	if (p->command->kind == COMMAND_LOGOUT)
		p->who = (struct identity){.app = xstrdup("0"), .device = xstrdup("d")};
	hub_post(hub, p);
	run();
}

static bool has_data(const struct frame *f, const char *data)
{
	struct json_span span = json_member(frame_text(f), f->size, "data");

	return span.size == strlen(data) && memcmp(span.text, data, span.size) == 0;
}

void rig_acknowledge(unsigned s, const char *data)
{
	struct session_id id = id_of(s);
	struct frame *f;

	for (unsigned i = 0; (f = ring_get(&guests[s].frames, i)); i++) {
		struct hub_post *p;

		if (!f->mail || !has_data(f, data))
			continue;
		p = hub_post_new(HUB_ACKNOWLEDGED, &id);
		p->mail = f->mail;
		p->mail_user = xstrdup(f->mail_user);
		hub_post(hub, p);
	}
	run();
}

static void keep_answer(struct request *r, const char *json, size_t size)
{
	(void)r;
	buffer_clear(&text);
	buffer_append(&text, json, size);
	buffer_append_char(&text, '\0');
}

const char *rig_ask(const char *verb, const char *args)
{
	static struct request request;
	struct hub_post *p = hub_post_new(HUB_REQUEST, NULL);

	buffer_clear(&text);
	request = (struct request){.verb = verb, .args = args, .size = strlen(args), .roles = ROLE_READ | ROLE_PUBLISH,
		.answer = keep_answer};
	p->asked = &request;
	hub_post(hub, p);
	run();
	return text.size ? text.data : "";
}

static unsigned duplicates;
static unsigned answers;

static void count_answer(struct request *r, const char *json, size_t size)
{
	(void)r;
	answers++;
	duplicates += memmem(json, size, "\"duplicate\":true", 16) != NULL;
}

void rig_ask_twice(const char *verb, const char *args)
{
	static struct request requests[2];

	answers = duplicates = 0;
	for (int i = 0; i < 2; i++) {
		struct hub_post *p = hub_post_new(HUB_REQUEST, NULL);

		requests[i] = (struct request){.verb = verb, .args = args, .size = strlen(args), .roles = ROLE_PUBLISH,
			.answer = count_answer};
		p->asked = &requests[i];
		hub_post(hub, p);
	}
	run();
	CHECK_INT(answers, 2);
	CHECK_INT(duplicates, 1);
}

void rig_restart(uint64_t ms_back)
{
	hub_free(hub);
	now -= ms_back;
	hub = hub_new(&(struct hub_options){.settings = &settings, .counters = &counters, .lane_count = 1, .store = store});
	hub_set_lanes(hub, lanes);
	run();
}

void rig_forget_ids(void)
{
	settings.dedup_max = 0;
	rig_restart(0);
}

static void write_frame(const struct frame *f)
{
	struct json_span data = json_member(frame_text(f), f->size, "data");
	struct json_span lost = json_member(frame_text(f), f->size, "lost");

	if (text.size)
		buffer_append_char(&text, ' ');
	if (lost.text) {
		buffer_append_text(&text, "gap");
		buffer_append(&text, lost.text, lost.size);
	} else {
		buffer_append(&text, data.text, data.size);
	}
}

const char *rig_given(unsigned s)
{
	struct guest *g = &guests[s];
	struct frame *f;

	buffer_clear(&text);
	while ((f = ring_get(&g->frames, g->looked_at))) {
		write_frame(f);
		g->looked_at++;
	}
	buffer_append_char(&text, '\0');
	return text.data;
}

const char *rig_reply(unsigned s)
{
	return guests[s].reply;
}
