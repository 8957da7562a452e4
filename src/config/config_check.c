/* config_check - the rules across options, and the warnings.  Their common
 * ground: who but this host can reach what is listened on? */
#include "config/config_check.h"

#include "config/config.h"
#include "config/item_check.h"
#include "config/values.h"

#include <errno.h>
#include <stdbool.h>

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

int config_check(const struct settings *s, struct error *err)
{
	char ping[VALUE_TEXT], pong[VALUE_TEXT];

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

static void warn_about_bus(const struct text_list *endpoints, const struct warner *w)
{
	const char *exposed = first_exposed(endpoints, item_is_private_endpoint);

	if (exposed != NULL)
		say(w, "the bus is bound to ", exposed, ": whoever reaches it may publish to everybody");
}

void config_warn(const struct settings *s, void (*warn)(void *arg, const char *text), void *arg)
{
	struct warner w = { .warn = warn, .arg = arg };
	const char *exposed = first_exposed(&s->api.listen, item_is_private_address);

	warn_about_auth(s, &w);
	if (exposed != NULL)
		say(&w, "the API is on ", exposed, ": whoever reaches it may read the metrics");
	warn_about_bus(&s->bus.sub, &w);
	warn_about_bus(&s->bus.pull, &w);
}
