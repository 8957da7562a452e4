/* muster pub - publish from the command line, by PUB or PUSH. */
#include "tools/tool.h"

#include "base/xalloc.h"
#include "tools/pub_message.h"
#include "tools/publisher.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	DEFAULT_WAIT = 2000,
	INPUT_MAX = 64 * 1024 * 1024, /* of one binary message from stdin */
};

struct pub {
	struct pub_options message;
	struct publisher_options socket;
	const char **except;   /* what message.except points to */
	const char *data;      /* NULL: stdin */
	bool prints_json;
	bool wants_help;
	bool reads_input;      /* from here on a mistake is not the command line's */
	struct buffer encoded; /* the options frame */
	struct publisher *publisher;
	unsigned long long published;
};

static const struct option long_options[] = {
	{"push", no_argument, NULL, 'p'},
	{"to", required_argument, NULL, 't'},
	{"event", required_argument, NULL, 'e'},
	{"id", required_argument, NULL, 'i'},
	{"from", required_argument, NULL, 'f'},
	{"match", required_argument, NULL, 'm'},
	{"except", required_argument, NULL, 'x'},
	{"type", required_argument, NULL, 'y'},
	{"json", no_argument, NULL, 'j'},
	{"wait", required_argument, NULL, 'w'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int parse_wait(int *out, const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || end == text || *end || value < 0 || value > INT_MAX)
		return -EINVAL;
	*out = (int)value;
	return 0;
}

static enum tool_status take_option(struct pub *p, int option, char *value)
{
	switch (option) {
	case 'p': p->socket.is_push = true; break;
	case 't': p->socket.endpoint = value; break;
	case 'e': p->message.event = value; break;
	case 'i': p->message.id = value; break;
	case 'f': p->message.from = value; break;
	case 'm': p->message.match = value; break;
	case 'x': p->except[p->message.except_count++] = value; break;
	case 'j': p->prints_json = true; break;
	case 'h': p->wants_help = true; break;
	case 'y':
		if (pub_type_parse(&p->message.type, value) < 0)
			return tool_misuse(&pub_tool, "--type is json, text or binary, not \"%s\"", value);
		break;
	case 'w':
		if (parse_wait(&p->socket.wait, value) < 0)
			return tool_misuse(&pub_tool, "--wait wants milliseconds, not \"%s\"", value);
		break;
	default:
		return tool_misuse(&pub_tool, "the options are not understood");
	}
	return TOOL_OK;
}

static enum tool_status take_arguments(struct pub *p, int count, char **arguments)
{
	if (count < 1 || count > 2)
		return tool_misuse(&pub_tool, count ? "only a target and one value are expected"
			: "a target is missing");
	p->message.target = p->socket.target = arguments[0];
	if (count == 2 && strcmp(arguments[1], "-") != 0)
		p->data = arguments[1];
	if (!p->data && p->message.id && p->message.type != PUB_BINARY)
		return tool_misuse(&pub_tool, "--id names one message: give its value as an argument");
	if (!p->socket.endpoint)
		p->socket.endpoint = p->socket.is_push ? "tcp://127.0.0.1:5573" : "tcp://127.0.0.1:5570";
	return TOOL_OK;
}

static enum tool_status parse(struct pub *p, int argc, char **argv)
{
	enum tool_status status = TOOL_OK;
	int option;

	p->socket.wait = DEFAULT_WAIT;
	p->except = xcalloc((size_t)argc, sizeof *p->except);
	p->message.except = p->except;
	while (status == TOOL_OK && (option = getopt_long(argc, argv, "", long_options, NULL)) != -1)
		status = take_option(p, option, optarg);
	if (status != TOOL_OK || p->wants_help)
		return status;
	return take_arguments(p, argc - optind, argv + optind);
}

/* Opens the socket at the first good message: a mistake shows without a daemon. */
static int publish_one(struct pub *p, const char *data, size_t size, struct error *err)
{
	const void *frames[] = {p->message.target, data, p->encoded.data};
	const size_t sizes[] = {strlen(p->message.target), size, p->encoded.size};
	int result = pub_message_check(&p->message, &p->encoded, data, size, err);

	if (result < 0)
		return result;
	if (!p->publisher)
		p->publisher = publisher_new(&p->socket, err);
	if (!p->publisher)
		return -ETIMEDOUT;
	result = publisher_send(p->publisher, frames, sizes, p->encoded.size ? 3 : 2, err);
	if (result == 0)
		p->published++;
	return result;
}

static bool is_blank(const char *line)
{
	return line[strspn(line, " \t\r")] == '\0';
}

static int publish_lines(struct pub *p, struct error *err)
{
	char *line = NULL;
	size_t capacity = 0;
	unsigned long number = 0;
	int result = 0;
	ssize_t size;

	while (result == 0 && (size = getline(&line, &capacity, stdin)) >= 0) {
		number++;
		if (size && line[size - 1] == '\n')
			line[--size] = '\0';
		if (p->message.type == PUB_JSON && is_blank(line))
			continue;
		result = publish_one(p, line, (size_t)size, err);
	}
	free(line);
	if (result == -EINVAL) {
		struct error why = *err;

		error_set(err, result, "line %lu: %s", number, why.text);
	}
	return result;
}

static int publish_whole(struct pub *p, struct error *err)
{
	struct buffer all;
	char block[16384];
	size_t got;
	int result;

	buffer_init(&all, INPUT_MAX);
	while ((got = fread(block, 1, sizeof block, stdin)) > 0)
		buffer_append(&all, block, got);
	if (all.overflow)
		result = error_set(err, -EFBIG, "more than %d bytes on stdin", INPUT_MAX);
	else
		result = publish_one(p, all.data ? all.data : "", all.size, err);
	buffer_fini(&all);
	return result;
}

static int publish_all(struct pub *p, struct error *err)
{
	int result = pub_options_encode(&p->encoded, &p->message, err);

	if (result < 0)
		return result;
	if (p->data)
		return publish_one(p, p->data, strlen(p->data), err);
	p->reads_input = true;
	return p->message.type == PUB_BINARY ? publish_whole(p, err) : publish_lines(p, err);
}

static void report(const struct pub *p)
{
	if (p->prints_json)
		printf("{\"published\":%llu}\n", p->published);
	else
		printf("published %llu\n", p->published);
}

static enum tool_status publish(struct pub *p)
{
	struct error err;
	int result = publish_all(p, &err);

	if (p->publisher)
		publisher_free(p->publisher);
	if (result == 0 || p->published)
		report(p);
	if (result == -EINVAL && !p->reads_input)
		return tool_misuse(&pub_tool, "%s", err.text);
	return result < 0 ? tool_fail(&pub_tool, "%s", err.text) : TOOL_OK;
}

static enum tool_status run(int argc, char **argv)
{
	struct pub p = {.data = NULL};
	enum tool_status status;

	buffer_init(&p.encoded, 0);
	status = parse(&p, argc, argv);
	if (status == TOOL_OK)
		status = p.wants_help ? tool_help(&pub_tool) : publish(&p);
	buffer_fini(&p.encoded);
	free(p.except);
	return status;
}

const struct tool pub_tool = {
	"pub", "publish a message over ZeroMQ",
	"pub [OPTIONS] TARGET [JSON|-]\n\n"
	"Publishes one JSON value to a target; without it, or for \"-\", one value a\n"
	"line from stdin.  A value that begins with a minus comes after \"--\".\n\n"
	"  --push           by PUSH instead of PUB\n"
	"  --to ENDPOINT    where the daemon listens (tcp://127.0.0.1:5570, for --push 5573)\n"
	"  --event EVENT    the name of the handler in the client\n"
	"  --id ID          a second message with the same id is dropped\n"
	"  --from NAME      shown as the sender\n"
	"  --match JSON     only sessions with these attributes, such as {\"lang\":\"en\"}\n"
	"  --except TARGET  not these (may be repeated)\n"
	"  --type TYPE      json (default), text, or binary (all of stdin is one message)\n"
	"  --wait MS        how long to wait for the daemon (2000)\n"
	"  --json           say {\"published\":N} instead of a line for people\n"
	"  --help           this text\n",
	run,
};
