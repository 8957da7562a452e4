/* Options that must agree, and what deserves a warning. */
#include "config/config_check.h"

#include "config/config.h"
#include "suites.h"

#include <errno.h>
#include <string.h>

static int read_with(struct settings *s, const char *const *overrides, struct error *err)
{
	size_t count = 0;

	while (overrides[count] != NULL)
		count++;
	return config_read(s, NULL, overrides, count, err);
}

static void check_refused(const char *const *overrides, const char *sentence)
{
	struct settings s;
	struct error err;

	CHECK_INT(read_with(&s, overrides, &err), -EINVAL);
	CHECK_TEXT(err.text, sentence);
}

struct warnings {
	size_t count;
	char first[256];
};

static void collect(void *arg, const char *text)
{
	struct warnings *w = arg;

	if (w->count++ == 0)
		strncpy(w->first, text, sizeof w->first - 1);
}

static struct warnings warnings_of(const char *const *overrides)
{
	struct warnings w = { 0, "" };
	struct settings s;
	struct error err = { "" };

	CHECK_INT(read_with(&s, overrides, &err), 0);
	CHECK_TEXT(err.text, "");
	if (err.text[0] != '\0')
		return w;
	config_warn(&s, collect, &w);
	config_free(&s);
	return w;
}

static void ping(void)
{
	check_refused((const char *const[]){ "ping=60s", NULL }, "pong_timeout (1m) must be longer than ping (1m)");
	check_refused((const char *const[]){ "pong_timeout=24s", NULL },
		"pong_timeout (24s) must be longer than ping (25s)");
	warnings_of((const char *const[]){ "ping=59s", NULL });
}

static void exposed_auto(void)
{
	check_refused((const char *const[]){ "listen=127.0.0.1:1,0.0.0.0:2", NULL },
		"auth is not set and listen is \"0.0.0.0:2\", which others can reach: listen on "
		"127.0.0.1, or set auth to \"open\" to let everybody in, or to \"token\" or \"ticket\"");
	check_refused((const char *const[]){ "api.listen=[::]:2", NULL },
		"auth is not set and api.listen is \"[::]:2\", which others can reach: listen on "
		"127.0.0.1, or set auth to \"open\" to let everybody in, or to \"token\" or \"ticket\"");
}

static void private_auto(void)
{
	struct warnings w = warnings_of((const char *const[]){ "listen=[::1]:0,unix:/x", "api.listen=unix:/y", NULL });

	CHECK_INT(w.count, 1);
	CHECK_TEXT(w.first, "auth is open: everybody on this host may attach as any user");
}

static void exposed_open(void)
{
	struct warnings w = warnings_of((const char *const[]){ "listen=*:80", "auth=open", NULL });

	CHECK_INT(w.count, 1);
	CHECK_TEXT(w.first, "auth is open on *:80: whoever reaches it may attach as any user");
}

static void private_open(void)
{
	CHECK_INT(warnings_of((const char *const[]){ "auth=open", NULL }).count, 0);
}

static void closed(void)
{
	struct warnings w = warnings_of((const char *const[]){ "auth=token", "listen=*:80", NULL });

	CHECK_INT(w.count, 1);
	CHECK_TEXT(w.first, "no key can be configured, so no client can attach: anonymous = true lets them in");
	w = warnings_of((const char *const[]){ "auth=ticket", "anonymous=yes", NULL });
	CHECK_INT(w.count, 1);
	CHECK_TEXT(w.first, "no key can be configured, so every client is anonymous");
}

static void exposed_others(void)
{
	struct warnings w = warnings_of((const char *const[]){ "auth=open", "bus.pull=tcp://*:5573", NULL });

	CHECK_INT(w.count, 1);
	CHECK_TEXT(w.first, "the bus is bound to tcp://*:5573: whoever reaches it may publish to everybody");
	w = warnings_of((const char *const[]){ "auth=open", "api.listen=10.0.0.1:8081", NULL });
	CHECK_INT(w.count, 1);
	CHECK_TEXT(w.first, "the API is on 10.0.0.1:8081: whoever reaches it may read the metrics");
	CHECK_INT(warnings_of((const char *const[]){ "auth=open", "bus.sub=connect:tcp://10.0.0.1:5570", NULL }).count, 0);
	w = warnings_of((const char *const[]){ "auth=open", "bus.router=tcp://*:5571", NULL });
	CHECK_INT(w.count, 1);
	CHECK_TEXT(w.first, "the bus is bound to tcp://*:5571: whoever reaches it may publish to everybody and read "
		"what is kept");
	w = warnings_of((const char *const[]){ "auth=open", "bus.xpub=tcp://*:5572", NULL });
	CHECK_INT(w.count, 1);
	CHECK_TEXT(w.first, "the bus is bound to tcp://*:5572: whoever reaches it hears of every event");
}

/* Read a file's text, as read_with() does the command line's. */
static int read_file(struct settings *s, const char *text, struct error *err)
{
	err->text[0] = '\0';
	return config_read_text(s, text, strlen(text), "muster.conf", NULL, 0, err);
}

static struct warnings warnings_of_file(const char *text)
{
	struct warnings w = { 0, "" };
	struct settings s;
	struct error err;
	int r = read_file(&s, text, &err);

	CHECK_TEXT(err.text, "");
	if (r < 0)
		return w;
	config_warn(&s, collect, &w);
	config_free(&s);
	return w;
}

static void durable_without_history(void)
{
	struct settings s;
	struct error err;

	CHECK_INT(read_file(&s, "channel \"a\" { }\nchannel \"b/*\" { durable = true }", &err), -EINVAL);
	CHECK_TEXT(err.text, "muster.conf: channel \"b/*\" is durable but keeps no history: set its history, or "
		"durable to false");
	REQUIRE_INT(read_file(&s, "channel \"b/*\" { durable = true history = 1 }", &err), 0);
	CHECK(s.channels[0].durable);
	config_free(&s);
}

static void durable_in_memory(void)
{
	static const char file[] = "auth = open channel \"a\" { history = 5 }\n"
		"channel \"b\" { durable = true history = 1 } channel \"c\" { durable = true history = 1 }\n";
	struct warnings w = warnings_of_file(file);
	char sqlite[512];

	CHECK_INT(w.count, 1);
	CHECK_TEXT(w.first, "channel \"b\" is durable but store.kind is \"memory\": its messages are kept until "
		"the daemon ends");
	snprintf(sqlite, sizeof sqlite, "%s store { kind = sqlite }", file);
	CHECK_INT(warnings_of_file(sqlite).count, 0);
}

static const struct test tests[] = {
	{ "pong_timeout is longer than ping", ping },
	{ "what others can reach needs auth to be set", exposed_auto },
	{ "on loopback alone auth is open, with a warning", private_auto },
	{ "open to others is allowed, with a warning", exposed_open },
	{ "open on loopback by choice needs no warning", private_open },
	{ "without keys nobody has a valid token, which deserves a warning", closed },
	{ "a bus or API that others can reach is warned of", exposed_others },
	{ "a durable channel keeps a history", durable_without_history },
	{ "a durable channel in memory deserves one warning", durable_in_memory },
	{ NULL, NULL },
};
const struct suite config_check_suite = { "config_check", tests };
