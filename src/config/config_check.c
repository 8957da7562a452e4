/* config_check - the rules across options, and the warnings: who but this host
 * can reach what is listened on, and is kept what is meant to be? */
#include "config/config_check.h"

#include "config/config.h"
#include "config/item_check.h"
#include "config/values.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* The first item that others can reach, or NULL. */
static const char *first_exposed(const struct text_list *list, bool (*is_private)(const char *item))
{
	for (size_t i = 0; i < list->count; i++) {
		if (!is_private(list->items[i]))
			return list->items[i];
	}
	return NULL;
}

static int check_auto_auth(const struct settings *s, struct error *err)
{
	const char *name = "listen";
	const char *exposed = first_exposed(&s->listen, item_is_private_address);

	if (exposed == NULL) {
		name = "api.listen";
		exposed = first_exposed(&s->api.listen, item_is_private_address);
	}
	if (s->auth != AUTH_AUTO || exposed == NULL)
		return 0;
	return error_set(err, -EINVAL, "auth is not set and %s is \"%s\", which others can reach: listen on "
		"127.0.0.1, or set auth to \"open\" to let everybody in, or to \"token\" or \"ticket\"", name,
		exposed);
}

static int check_channels(const struct settings *s, struct error *err)
{
	char quoted[80];

	for (size_t i = 0; i < s->channel_count; i++) {
		const struct channel_rule *rule = &s->channels[i];

		if (rule->durable && rule->history == 0)
			return error_set(err, -EINVAL, "channel %s is durable but keeps no history: set its history, "
				"or durable to false", value_quote(quoted, sizeof quoted, rule->pattern));
	}
	return 0;
}

int config_check(const struct settings *s, struct error *err)
{
	int r = check_channels(s, err);
	char ping[VALUE_TEXT], pong[VALUE_TEXT];

	if (r < 0)
		return r;
	if (s->pong_timeout <= s->ping)
		return error_set(err, -EINVAL, "pong_timeout (%s) must be longer than ping (%s)",
			value_format_time(pong, s->pong_timeout), value_format_time(ping, s->ping));
	return check_auto_auth(s, err);
}

struct warner {
	void (*warn)(void *arg, const char *text);
	void *arg;
};

static void say(const struct warner *w, const char *before, const char *item, const char *after)
{
	struct error sentence;

	error_set(&sentence, 0, "%s%s%s", before, item, after);
	w->warn(w->arg, sentence.text);
}

static void warn_about_auth(const struct settings *s, const struct warner *w)
{
	const char *exposed = first_exposed(&s->listen, item_is_private_address);

	if (s->auth == AUTH_TOKEN || s->auth == AUTH_TICKET)
		w->warn(w->arg, s->anonymous ? "no key can be configured, so every client is anonymous" :
			"no key can be configured, so no client can attach: anonymous = true lets them in");
	if (s->auth == AUTH_AUTO)
		w->warn(w->arg, "auth is open: everybody on this host may attach as any user");
	if (s->auth == AUTH_OPEN && exposed != NULL)
		say(w, "auth is open on ", exposed, ": whoever reaches it may attach as any user");
}

static void warn_about_endpoints(const struct text_list *endpoints, const char *before, const char *after,
	const struct warner *w)
{
	const char *exposed = first_exposed(endpoints, item_is_private_endpoint);

	if (exposed != NULL)
		say(w, before, exposed, after);
}

static void warn_about_bus(const struct settings *s, const struct warner *w)
{
	static const char before[] = "the bus is bound to ";
	static const char may_publish[] = ": whoever reaches it may publish to everybody";

	warn_about_endpoints(&s->bus.sub, before, may_publish, w);
	warn_about_endpoints(&s->bus.pull, before, may_publish, w);
	warn_about_endpoints(&s->bus.router, before, ": whoever reaches it may publish to everybody and read "
		"what is kept", w);
	warn_about_endpoints(&s->bus.xpub, before, ": whoever reaches it hears of every event", w);
}

/* Once: the reason is the same for all. */
static void warn_about_store(const struct settings *s, const struct warner *w)
{
	char quoted[80];

	if (strcmp(s->store.kind, "memory") != 0)
		return;
	for (size_t i = 0; i < s->channel_count; i++) {
		if (!s->channels[i].durable)
			continue;
		say(w, "channel ", value_quote(quoted, sizeof quoted, s->channels[i].pattern),
			" is durable but store.kind is \"memory\": its messages are kept until the daemon ends");
		return;
	}
}

void config_warn(const struct settings *s, void (*warn)(void *arg, const char *text), void *arg)
{
	struct warner w = { .warn = warn, .arg = arg };
	const char *exposed = first_exposed(&s->api.listen, item_is_private_address);

	warn_about_auth(s, &w);
	if (exposed != NULL)
		say(&w, "the API is on ", exposed, ": whoever reaches it may read the metrics");
	warn_about_bus(s, &w);
	warn_about_store(s, &w);
}
