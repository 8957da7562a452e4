/* verbs - what backends ask for, one row and one function each; ROUTER and HTTP
 * both come here.  Some are answered later: when the store has answered, or a lane. */
#include "hub/hub_state.h"
#include "hub/topics.h"
#include "hub/verbs.h"

#include "base/xalloc.h"
#include "muster/limits.h"
#include "protocol/json_write.h"
#include "protocol/verb_args.h"

#include <stdlib.h>
#include <string.h>

struct verb {
	const char *name;
	enum role role;
	void (*run)(struct hub *hub, struct request *r);
};

/* -- answers ----------------------------------------------------------------------- */

static void answer(struct request *r, int code, const char *msg, const struct buffer *data)
{
	struct buffer out;

	buffer_init(&out, 0);
	buffer_printf(&out, "{\"code\":%d,\"msg\":", code);
	json_write_text(&out, msg);
	if (data && data->size) {
		buffer_append_text(&out, ",\"data\":");
		buffer_append(&out, data->data, data->size);
	}
	buffer_append_char(&out, '}');
	r->answer(r, out.data, out.size);
	buffer_fini(&out);
}

void verb_refuse(struct request *r, int code, const char *sentence)
{
	answer(r, code, sentence, NULL);
}

/* Answer with the data and free it. */
void verb_succeed(struct request *r, struct buffer *data)
{
	answer(r, CODE_OK, "Ok", data);
	buffer_fini(data);
}

/* known: the arguments of the verb, as bits.  False: it was refused. */
static bool read_args(struct request *r, unsigned known, struct verb_args *args)
{
	struct error err = {{0}};
	int code = verb_args_parse(args, r->args, r->size, &err);
	const char *stranger = code ? NULL : verb_args_stranger(args, known);

	if (stranger) {
		code = error_set(&err, CODE_INVALID, "%s is not an argument of %s", stranger, r->verb);
		verb_args_fini(args);
	}
	if (code)
		verb_refuse(r, code, err.text);
	return code == 0;
}

static bool need(struct request *r, bool has, const char *sentence)
{
	if (!has)
		verb_refuse(r, CODE_INVALID, sentence);
	return has;
}

/* -- reading ---------------------------------------------------------------------------- */

static void do_count(struct hub *hub, struct request *r)
{
	struct presence_counts counts = {0};
	struct verb_args args;
	struct buffer data;

	if (!read_args(r, ARG_APP | ARG_CHANNEL, &args))
		return;
	if (args.channel)
		core_channel_counts(hub->core, args.channel, &counts);
	else
		core_counts(hub->core, args.app, &counts);
	buffer_init(&data, 0);
	buffer_printf(&data, "{\"users\":%llu,\"devices\":%llu,\"sessions\":%llu}", (unsigned long long)counts.users,
		(unsigned long long)counts.devices, (unsigned long long)counts.sessions);
	verb_args_fini(&args);
	verb_succeed(r, &data);
}

static void do_online(struct hub *hub, struct request *r)
{
	struct verb_args args;
	struct buffer data;

	if (!read_args(r, ARG_USERS, &args))
		return;
	if (need(r, args.user_count > 0, "users must list whom to look for")) {
		buffer_init(&data, 0);
		hub_write_online(hub, &data, args.users, args.user_count);
		verb_succeed(r, &data);
	}
	verb_args_fini(&args);
}

/* A history that may have to be loaded first. */
struct reading {
	struct request *request;
	struct verb_args args;
};

static void reading_free(void *arg)
{
	struct reading *reading = arg;

	verb_args_fini(&reading->args);
	free(reading);
}

static void answer_reading(struct hub *hub, void *arg)
{
	struct reading *reading = arg;
	uint64_t limit = reading->args.limit ? reading->args.limit : HISTORY_PAGE;
	struct buffer data;
	int code;

	buffer_init(&data, 0);
	code = hub_write_history(hub, &data, reading->args.channel, &reading->args.since, limit);
	if (code) {
		buffer_fini(&data);
		verb_refuse(reading->request, code, hub_why_no_history(code));
	} else {
		verb_succeed(reading->request, &data);
	}
	reading_free(reading);
}

static void drop_reading(void *arg)
{
	hub_refuse_stopping(((struct reading *)arg)->request);
	reading_free(arg);
}

static void do_history(struct hub *hub, struct request *r)
{
	struct reading *reading = xcalloc(1, sizeof(*reading));
	struct command_channel channel = {0};
	struct topic *loading;

	reading->request = r;
	if (!read_args(r, ARG_CHANNEL | ARG_SINCE | ARG_LIMIT, &reading->args)) {
		free(reading);
		return;
	}
	if (!need(r, reading->args.channel != NULL, "channel must name the channel")) {
		reading_free(reading);
		return;
	}
	channel.name = reading->args.channel;
	loading = hub_first_loading(hub, &channel, 1);
	if (loading)
		topic_wait(loading, answer_reading, drop_reading, reading);
	else
		answer_reading(hub, reading);
}

/* A look into a mailbox. */
struct look {
	struct hub *hub;
	struct request *request;
};

static void mailbox_loaded(void *context, const struct store_outcome *mail)
{
	struct look *look = context;
	struct request *r = look->request;
	struct buffer data;

	look->hub->in_flight--;
	free(look);
	if (mail->result < 0) {
		verb_refuse(r, CODE_SERVER_ERROR, "the mailbox could not be read");
		return;
	}
	buffer_init(&data, 0);
	buffer_append_text(&data, "{\"messages\":[");
	for (size_t i = 0; i < mail->count; i++) {
		if (i)
			buffer_append_char(&data, ',');
		buffer_append(&data, mail->messages[i].text, mail->messages[i].size);
	}
	buffer_append_text(&data, "]}");
	verb_succeed(r, &data);
}

static void do_mailbox(struct hub *hub, struct request *r)
{
	struct store *store = hub->options.store;
	struct verb_args args;
	struct look *look;

	if (!read_args(r, ARG_USER, &args))
		return;
	if (need(r, args.user != NULL, "user must name whose mailbox")) {
		look = xmalloc(sizeof(*look));
		*look = (struct look){hub, r};
		hub->in_flight++;
		store->ops->peek_mailbox(store, args.user, hub->now_wall, mailbox_loaded, look);
	}
	verb_args_fini(&args);
}

static void do_state(struct hub *hub, struct request *r)
{
	struct counters *c = hub->options.counters;
	struct verb_args none;
	struct buffer data;

	if (!read_args(r, 0, &none))
		return;
	buffer_init(&data, 0);
	buffer_printf(&data,
		"{\"version\":\"%s\",\"uptime\":%llu,\"lanes\":%u,\"store\":\"%s\",\"sessions\":%lld,\"connections\":%lld,"
		"\"histories\":%zu,\"messages_in\":%lld,\"deliveries\":%lld,\"outbox_bytes\":%lld,\"in_store\":%u}",
		PACKAGE_VERSION, (unsigned long long)(hub->now_wall - hub->started), hub->options.lane_count,
		hub->options.store->ops->name, (long long)counter_get(c, COUNTER_SESSIONS),
		(long long)counter_get(c, COUNTER_CONNECTIONS), hub->topics.count, (long long)counter_get(c, COUNTER_MESSAGES_IN),
		(long long)counter_get(c, COUNTER_DELIVERIES), (long long)counter_get(c, COUNTER_OUTBOX_BYTES), hub->in_flight);
	verb_succeed(r, &data);
}

/* -- one session ---------------------------------------------------------------------------- */

static void do_session(struct hub *hub, struct request *r)
{
	struct verb_args args;
	struct lane_post *post;
	int lane;

	if (!read_args(r, ARG_SESSION, &args))
		return;
	lane = args.has_session ? core_lane(hub->core, &args.session) : -1;
	if (!need(r, args.has_session, "session must be the id of a session")) {
		/* refused */
	} else if (lane < 0) {
		verb_refuse(r, CODE_NO_DATA, "no such session");
	} else {
		post = lane_post_new(LANE_VIEW);
		post->session = args.session;
		post->asked = r;
		lane_post(hub->lanes[lane], post);
	}
	verb_args_fini(&args);
}

static void write_view(struct buffer *out, const struct identity *who, const struct hub_post *p)
{
	const struct session_view *v = &p->view;
	char id[SESSION_ID_TEXT + 1];

	session_id_format(id, &p->session);
	buffer_printf(out, "{\"id\":\"%s\"", id);
	if (who && who->user) {
		buffer_append_text(out, ",\"user\":");
		json_write_text(out, who->user);
	}
	if (who) {
		buffer_append_text(out, ",\"app\":");
		json_write_text(out, who->app);
		buffer_append_text(out, ",\"device\":");
		json_write_text(out, who->device);
	}
	buffer_printf(out,
		",\"transport\":\"%s\",\"waiting\":%llu,\"waiting_bytes\":%llu,\"unacknowledged\":%llu,\"n\":%llu,"
		"\"dropped\":%llu,\"dropped_outbox_total\":%llu,\"conflated\":%llu,\"drops\":%s,\"commands\":%llu,\"idle\":%llu}",
		transport_name(v->transport), (unsigned long long)v->waiting, (unsigned long long)v->waiting_bytes,
		(unsigned long long)v->unacknowledged, (unsigned long long)v->sent, (unsigned long long)v->dropped,
		(unsigned long long)v->dropped_crowded, (unsigned long long)v->conflated, v->drops, (unsigned long long)v->commands, (unsigned long long)v->idle);
}

void hub_answer_view(struct hub *hub, const struct hub_post *p)
{
	struct buffer data;

	if (!p->has_view) {
		verb_refuse(p->asked, CODE_NO_DATA, "no such session");
		return;
	}
	buffer_init(&data, 0);
	write_view(&data, core_identity(hub->core, &p->session), p);
	verb_succeed(p->asked, &data);
}

void hub_refuse_stopping(struct request *r)
{
	verb_refuse(r, CODE_SERVER_ERROR, "the server is shutting down");
}

/* -- kick ------------------------------------------------------------------------------------- */

struct kick {
	struct hub *hub;
	const struct verb_args *args;
	uint64_t sessions;
};

static void kick_one(void *context, const struct session_id *id, unsigned lane, const struct identity *who)
{
	struct kick *k = context;
	struct lane_post *post = lane_post_new(LANE_KICK);

	(void)who;
	post->session = *id;
	post->code = k->args->code ? k->args->code : CLOSE_KICKED;
	post->text = xstrdup(k->args->reason);
	post->reconnect = k->args->reconnect;
	lane_post(k->hub->lanes[lane], post);
	k->sessions++;
}

static void do_kick(struct hub *hub, struct request *r)
{
	struct verb_args args;
	struct kick k = {.hub = hub, .args = &args};
	struct buffer data;

	if (!read_args(r, ARG_TARGET | ARG_CODE | ARG_REASON | ARG_RECONNECT, &args))
		return;
	if (need(r, args.has_target, "target must say whom to kick")) {
		core_each(hub->core, &args.target, kick_one, &k);
		buffer_init(&data, 0);
		buffer_printf(&data, "{\"sessions\":%llu}", (unsigned long long)k.sessions);
		verb_succeed(r, &data);
	}
	verb_args_fini(&args);
}

/* -- the table ------------------------------------------------------------------------------ */

static const struct verb verbs[] = {
	{"publish", ROLE_PUBLISH, verb_publish},
	{"broadcast", ROLE_PUBLISH, verb_broadcast},
	{"count", ROLE_READ, do_count},
	{"online", ROLE_READ, do_online},
	{"history", ROLE_READ, do_history},
	{"mailbox", ROLE_READ, do_mailbox},
	{"session", ROLE_READ, do_session},
	{"state", ROLE_READ, do_state},
	{"kick", ROLE_ADMIN, do_kick},
};

void hub_request(void *context, struct request *r)
{
	struct hub *hub = context;

	counter_add(hub->options.counters, COUNTER_REQUESTS, 1);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, r->verb) != 0)
			continue;
		if (r->roles & verbs[i].role)
			verbs[i].run(hub, r);
		else
			verb_refuse(r, CODE_NOT_AUTHORISED, "this verb is not for this endpoint: use an ipc:// or unix: one");
		return;
	}
	verb_refuse(r, CODE_NO_SUCH_COMMAND, "no such verb");
}
