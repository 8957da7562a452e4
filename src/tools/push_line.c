/* push_line - see push_line.h. */
#include "tools/push_line.h"

#include "protocol/json_scan.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_SHOWN = 100 };

static struct json_span member(struct json_span object, const char *name)
{
	return json_member(object.text, object.size, name);
}

/* Strings without their quotes, all else as it stands. */
static void put(struct buffer *out, struct json_span value)
{
	size_t size;
	char *text = json_string(value, &size);

	if (text)
		buffer_append(out, text, size);
	else if (value.text)
		buffer_append(out, value.text, value.size);
	free(text);
}

/* "before", the value and "after", when there is a value. */
static void put_member(struct buffer *out, struct json_span push, const char *name,
	const char *before, const char *after)
{
	struct json_span value = member(push, name);

	if (!value.text)
		return;
	buffer_append_text(out, before);
	put(out, value);
	buffer_append_text(out, after);
}

static void put_message(struct buffer *out, struct json_span push)
{
	struct json_span data = member(push, "data");

	put_member(out, push, "to", "", "");
	put_member(out, push, "event", "  ", "");
	put_member(out, push, "from", "  from ", "");
	put_member(out, push, "id", "  id ", "");
	buffer_append_text(out, "  ");
	buffer_append(out, data.text ? data.text : "", data.size);
}

static void put_people(struct buffer *out, struct json_span list, char sign)
{
	struct json_span people[LIST_SHOWN];
	size_t count = json_elements(list.text ? list.text : "", list.size, people, LIST_SHOWN);

	for (size_t i = 0; i < count && i < LIST_SHOWN; i++) {
		buffer_append_char(out, ' ');
		buffer_append_char(out, sign);
		put(out, member(people[i], "user"));
		put_member(out, people[i], "app", "@", "");
	}
	if (count > LIST_SHOWN)
		buffer_printf(out, " %c%zu more", sign, count - LIST_SHOWN);
}

static void put_counts(struct buffer *out, struct json_span push)
{
	put_member(out, push, "users", "  ", " users");
	put_member(out, push, "devices", "  ", " devices");
	put_member(out, push, "sessions", "  ", " sessions");
}

static void put_presence(struct buffer *out, struct json_span push)
{
	put_member(out, push, "channel", "presence ", " ");
	put_people(out, member(push, "join"), '+');
	put_people(out, member(push, "leave"), '-');
	put_counts(out, push);
}

static void put_count(struct buffer *out, struct json_span push)
{
	put_member(out, push, "channel", "count ", "");
	if (!member(push, "channel").text)
		buffer_append_text(out, "count");
	put_counts(out, push);
}

static void put_gap(struct buffer *out, struct json_span push)
{
	put_member(out, push, "lost", "gap  ", " lost");
	put_member(out, push, "channel", "  in ", "");
}

static void put_welcome(struct buffer *out, struct json_span push)
{
	put(out, member(push, "push"));
	put_member(out, push, "id", "  session ", "");
	put_member(out, push, "user", "  user ", "");
	put_member(out, push, "app", "  app ", "");
	put_member(out, push, "lost", "  lost ", "");
	put_member(out, push, "channels", "  ", "");
}

static void put_kick(struct buffer *out, struct json_span push)
{
	put_member(out, push, "code", "kick  ", "");
	put_member(out, push, "reason", "  ", "");
}

static void put_other(struct buffer *out, struct json_span push)
{
	buffer_append(out, push.text, push.size);
}

static const struct {
	const char *name;
	void (*put)(struct buffer *out, struct json_span push);
} kinds[] = {
	{"msg", put_message}, {"presence", put_presence}, {"count", put_count}, {"gap", put_gap},
	{"welcome", put_welcome}, {"resumed", put_welcome}, {"kick", put_kick},
};

/* Control characters, also those of the upper half (C1) in UTF-8. */
static void blank_controls(char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];
		bool is_upper = c == 0xc2 && i + 1 < size && (unsigned char)text[i + 1] < 0xa0;

		if (c < 0x20 || c == 0x7f || is_upper)
			text[i] = '?';
		if (is_upper)
			text[i + 1] = '?';
	}
}

void push_line(struct buffer *out, const char *push, size_t size)
{
	struct json_span object = {push, size}, kind = member(object, "push");
	size_t begin = out->size, i = 0, count = sizeof kinds / sizeof *kinds;

	while (i < count && !json_string_is(kind, kinds[i].name))
		i++;
	(i < count ? kinds[i].put : put_other)(out, object);
	blank_controls(out->data ? out->data + begin : out->data, out->size - begin);
}
