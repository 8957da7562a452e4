/* event_stream - see event_stream.h. */
#include "tools/event_stream.h"

#include <string.h>

enum { EVENT_MAX = 16 * 1024 * 1024 };

void event_stream_init(struct event_stream *s, event_fn *fn, void *context)
{
	*s = (struct event_stream){.fn = fn, .context = context};
	buffer_init(&s->line, EVENT_MAX);
	buffer_init(&s->name, EVENT_MAX);
	buffer_init(&s->id, EVENT_MAX);
	buffer_init(&s->data, EVENT_MAX);
}

void event_stream_fini(struct event_stream *s)
{
	buffer_fini(&s->line);
	buffer_fini(&s->name);
	buffer_fini(&s->id);
	buffer_fini(&s->data);
}

/* Ends with a NUL that is not counted. */
static const char *as_text(struct buffer *b)
{
	buffer_append_char(b, '\0');
	return b->overflow ? "" : b->data;
}

static void dispatch(struct event_stream *s)
{
	struct event event;

	if (s->data.size) {
		event.size = s->data.size - 1;
		s->data.data[event.size] = '\0'; /* the last line feed */
		event.data = s->data.data;
		event.name = s->name.size ? as_text(&s->name) : "message";
		event.id = as_text(&s->id);
		s->fn(s->context, &event);
	}
	buffer_clear(&s->name);
	buffer_clear(&s->id);
	buffer_clear(&s->data);
}

static bool is_field(const char *line, size_t size, const char *name)
{
	return size == strlen(name) && memcmp(line, name, size) == 0;
}

static void set(struct buffer *field, const char *value, size_t size)
{
	buffer_clear(field);
	buffer_append(field, value, size);
}

static void take_field(struct event_stream *s, const char *line, size_t size)
{
	const char *colon = memchr(line, ':', size), *end = line + size;
	size_t name_size = colon ? (size_t)(colon - line) : size;
	const char *value = colon ? colon + 1 : end;

	if (value < end && *value == ' ')
		value++;
	size = (size_t)(end - value);
	if (is_field(line, name_size, "data")) {
		buffer_append(&s->data, value, size);
		buffer_append_char(&s->data, '\n');
	} else if (is_field(line, name_size, "event")) {
		set(&s->name, value, size);
	} else if (is_field(line, name_size, "id")) {
		set(&s->id, value, size);
	}
}

static void end_line(struct event_stream *s)
{
	if (s->line.size == 0)
		dispatch(s);
	else
		take_field(s, s->line.data, s->line.size);
	buffer_clear(&s->line);
}

/* The end of the line that begins here, or the end of the bytes. */
static size_t line_size(const char *bytes, size_t size)
{
	size_t at = 0;

	while (at < size && bytes[at] != '\n' && bytes[at] != '\r')
		at++;
	return at;
}

bool event_stream_feed(struct event_stream *s, const char *bytes, size_t size)
{
	while (size) {
		size_t run = line_size(bytes, size);

		if (!(s->was_return && run == 0 && *bytes == '\n')) {
			buffer_append(&s->line, bytes, run);
			if (s->line.overflow || s->data.overflow)
				return false;
			if (run == size)
				s->was_return = false;
			else
				end_line(s);
		}
		s->was_return = run < size && bytes[run] == '\r';
		run += run < size;
		bytes += run;
		size -= run;
	}
	return true;
}
