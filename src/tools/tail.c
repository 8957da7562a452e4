/* muster tail - attach as a client and print every push, one a line. */
#include "tools/tool.h"

#include "base/clock.h"
#include "base/xalloc.h"
#include "tools/client_loop.h"
#include "tools/push_line.h"
#include "tools/session.h"

#include "protocol/json_scan.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAVE_TIME = 1000 };

struct tail {
	struct session_options options;
	const char **channels;  /* what options.channels points to */
	const char *url;
	const char *transport;
	uint64_t count;         /* 0: no end */
	uint64_t timeout;       /* 0: none */
	bool prints_json;
	bool wants_help;
	struct client_loop *loop;
	struct session *session;
	uint64_t messages;
	uint64_t deadline;      /* of the timeout, or of leaving; 0: none */
	bool is_leaving;
	bool is_over;
	bool has_attached;
	bool has_timed_out;
	bool has_failed;        /* the server sent us away */
};

static const struct option long_options[] = {
	{"url", required_argument, NULL, 'u'},
	{"transport", required_argument, NULL, 't'},
	{"channel", required_argument, NULL, 'c'},
	{"user", required_argument, NULL, 'U'},
	{"app", required_argument, NULL, 'a'},
	{"device", required_argument, NULL, 'd'},
	{"presence", required_argument, NULL, 'p'},
	{"count", required_argument, NULL, 'n'},
	{"timeout", required_argument, NULL, 'w'},
	{"json", no_argument, NULL, 'j'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int parse_number(uint64_t *out, const char *text)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno || end == text || *end || *text == '-' || *out == 0 ? -EINVAL : 0;
}

static enum tool_status take_presence(struct tail *t, const char *value)
{
	if (strcmp(value, "count") == 0 || strcmp(value, "list") == 0)
		t->options.presence = value;
	else if (strcmp(value, "none") == 0)
		t->options.presence = NULL;
	else
		return tool_misuse(&tail_tool, "--presence is none, count or list, not \"%s\"", value);
	return TOOL_OK;
}

static enum tool_status take_number(uint64_t *out, const char *name, const char *value)
{
	if (parse_number(out, value) < 0)
		return tool_misuse(&tail_tool, "--%s wants a number above 0, not \"%s\"", name, value);
	return TOOL_OK;
}

static enum tool_status take_option(struct tail *t, int option, char *value)
{
	switch (option) {
	case 'u': t->url = value; return TOOL_OK;
	case 't': t->transport = value; return TOOL_OK;
	case 'c': t->channels[t->options.channel_count++] = value; return TOOL_OK;
	case 'U': t->options.user = value; return TOOL_OK;
	case 'a': t->options.app = value; return TOOL_OK;
	case 'd': t->options.device = value; return TOOL_OK;
	case 'p': return take_presence(t, value);
	case 'n': return take_number(&t->count, "count", value);
	case 'w': return take_number(&t->timeout, "timeout", value);
	case 'j': t->prints_json = true; return TOOL_OK;
	case 'h': t->wants_help = true; return TOOL_OK;
	default: return tool_misuse(&tail_tool, "the options are not understood");
	}
}

static enum tool_status finish_options(struct tail *t)
{
	struct error err;

	t->options.transport = transport_find(t->transport);
	if (!t->options.transport)
		return tool_misuse(&tail_tool, "--transport is ws, sse or poll, not \"%s\"", t->transport);
	if (url_parse(&t->options.url, t->url, &err) < 0)
		return tool_misuse(&tail_tool, "%s", err.text);
	return TOOL_OK;
}

static enum tool_status parse(struct tail *t, int argc, char **argv)
{
	enum tool_status status = TOOL_OK;
	int option;

	t->url = "http://127.0.0.1:8080";
	t->transport = "ws";
	t->channels = xcalloc((size_t)argc, sizeof *t->channels);
	t->options.channels = t->channels;
	while (status == TOOL_OK && (option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		status = take_option(t, option, optarg);
	if (status != TOOL_OK || t->wants_help)
		return status;
	if (optind < argc)
		return tool_misuse(&tail_tool, "\"%s\" is not expected", argv[optind]);
	return finish_options(t);
}

static void leave(struct tail *t)
{
	if (t->is_leaving)
		return;
	t->is_leaving = true;
	t->deadline = clock_monotonic() + LEAVE_TIME;
	session_leave(t->session);
}

/* Whole lines at once, so that a reader at the other end of a pipe keeps up. */
static void print_push(const struct tail *t, const char *push, size_t size)
{
	struct buffer line;

	buffer_init(&line, 0);
	if (t->prints_json)
		buffer_append(&line, push, size);
	else
		push_line(&line, push, size);
	buffer_append_char(&line, '\n');
	fwrite(line.data, 1, line.size, stdout);
	fflush(stdout);
	buffer_fini(&line);
}

static void on_push(void *context, const char *push, size_t size)
{
	struct tail *t = context;

	if (t->is_leaving)
		return;
	t->has_attached = true;
	print_push(t, push, size);
	t->messages += json_string_is(json_member(push, size, "push"), "msg");
	if (t->count && t->messages == t->count)
		leave(t);
}

static void on_note(void *context, const char *text)
{
	(void)context;
	tool_note(&tail_tool, "%s", text);
}

static void on_over(void *context, const char *why)
{
	struct tail *t = context;

	t->is_over = true;
	if (t->is_leaving)
		return;
	t->has_failed = true;
	tool_note(&tail_tool, "%s", why);
}

static void on_timer(void *context)
{
	(void)context; /* the turn looks at the clock */
}

static void on_signal(void *context)
{
	leave(context);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return !a || (b && b < a) ? b : a;
}

static void run_loop(struct tail *t)
{
	while (!t->is_over) {
		uint64_t now = clock_monotonic();

		if (t->deadline && now >= t->deadline) {
			t->is_over = t->is_leaving;
			t->has_timed_out |= !t->is_leaving;
			leave(t);
		}
		session_turn(t->session, t->loop, now);
		client_loop_wake_at(t->loop, earlier(t->deadline, session_due(t->session)));
		if (!t->is_over)
			client_loop_turn(t->loop);
	}
}

/* The loop goes first: its last callbacks still find the session. */
static enum tool_status listen_until_over(struct tail *t)
{
	const struct client_loop_hooks loop_hooks = {t, on_timer, on_signal};
	const struct session_hooks session_hooks = {t, on_push, on_note, on_over};
	struct error err;

	t->loop = client_loop_new(&loop_hooks, &err);
	if (!t->loop)
		return tool_fail(&tail_tool, "%s", err.text);
	t->session = session_new(&t->options, &session_hooks);
	t->deadline = t->timeout ? clock_monotonic() + t->timeout : 0;
	run_loop(t);
	client_loop_free(t->loop);
	session_free(t->session);
	if (t->count && t->messages < t->count)
		return tool_fail(&tail_tool, "%llu of %llu messages came",
			(unsigned long long)t->messages, (unsigned long long)t->count);
	if (t->has_timed_out && !t->has_attached)
		return tool_fail(&tail_tool, "not attached to %s within %llu ms", t->url,
			(unsigned long long)t->timeout);
	return t->has_failed ? TOOL_FAILED : TOOL_OK;
}

static enum tool_status run(int argc, char **argv)
{
	struct tail t = {.count = 0};
	enum tool_status status = parse(&t, argc, argv);

	if (status == TOOL_OK)
		status = t.wants_help ? tool_help(&tail_tool) : listen_until_over(&t);
	free(t.channels);
	return status;
}

const struct tool tail_tool = {
	"tail", "attach as a client and print what is pushed",
	"tail [OPTIONS]\n\n"
	"Attaches to the public port and prints every push, one a line, until SIGINT.\n"
	"A lost connection is taken up again where it was.  \"ready\" on stderr says\n"
	"that the login and all subscriptions are done.\n\n"
	"  --url URL          of the server (http://127.0.0.1:8080)\n"
	"  --transport NAME   ws (default), sse or poll\n"
	"  --channel CHANNEL  subscribe (may be repeated)\n"
	"  --user USER        log in, where the server lets anyone (auth = open)\n"
	"  --app APP          the app to belong to\n"
	"  --device DEVICE    the device to be\n"
	"  --presence WHAT    none (default), count or list, for all channels\n"
	"  --count N          end after N messages\n"
	"  --timeout MS       end after this time; exit 1 if fewer than N came,\n"
	"                     or it never attached\n"
	"  --json             print the JSON objects themselves\n"
	"  --help             this text\n",
	run,
};
