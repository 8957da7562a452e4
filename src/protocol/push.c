/* push - messages, which are many, are measured first and then written
 * straight into their frame; the others are rare and go by way of a buffer. */
#include "protocol/push.h"

#include "base/siphash.h"
#include "muster/limits.h"
#include "protocol/json_write.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* A run of the message's text: as it is, or as a JSON string. */
struct piece {
	const char *text;
	size_t size;
	bool is_string;
};

enum { MAX_PIECES = 16 };

struct pieces {
	struct piece items[MAX_PIECES];
	size_t count;
	size_t size; /* of the text when written */
};

static void add_raw(struct pieces *p, const char *text, size_t size)
{
	assert(p->count < MAX_PIECES);
	p->items[p->count++] = (struct piece){text, size, false};
	p->size += size;
}

static void add_literal(struct pieces *p, const char *text)
{
	add_raw(p, text, strlen(text));
}

static void add_string(struct pieces *p, const char *text, size_t size)
{
	assert(p->count < MAX_PIECES);
	p->items[p->count++] = (struct piece){text, size, true};
	p->size += json_string_size(text, size);
}

/* Nothing when there is no text. */
static void add_member(struct pieces *p, const char *key, const char *text)
{
	if (text == NULL)
		return;
	add_literal(p, key);
	add_string(p, text, strlen(text));
}

static struct frame *pieces_frame(const struct pieces *p, const char *channel, const char *mail_user)
{
	struct frame *f = frame_new_empty(p->size, channel, mail_user);
	char *out = f->bytes + f->header_size;

	for (size_t i = 0; i < p->count; i++) {
		const struct piece *item = &p->items[i];

		if (item->is_string) {
			out = json_put_string(out, item->text, item->size);
		} else {
			memcpy(out, item->text, item->size);
			out += item->size;
		}
	}
	assert(out == f->bytes + f->header_size + f->size);
	return f;
}

/* Target and key, as one number that is not 0.  Only backends name keys, so its
 * own key need not be a secret. */
static uint64_t conflate_hash(const char *target, size_t size, const char *key)
{
	static const struct siphash_key fixed = {0x6d75737465722e63u, 0x6f6e666c61746521u};
	char text[TARGET_TEXT + MAX_CONFLATE];
	size_t key_size = strlen(key);
	uint64_t hash;

	assert(size < TARGET_TEXT && key_size <= MAX_CONFLATE);
	memcpy(text, target, size);
	text[size] = '\0';
	memcpy(text + size + 1, key, key_size);
	hash = siphash(&fixed, text, size + 1 + key_size);
	return hash != 0 ? hash : 1;
}

/* A numbered push with its place in the history, if it has one. */
static void place(struct frame *f, const struct push_position *at)
{
	f->is_numbered = true;
	if (at == NULL)
		return;
	assert(strlen(at->epoch) < EPOCH_SIZE);
	strcpy(f->epoch, at->epoch);
	f->offset = at->offset;
}

struct frame *push_message(const struct publish *message, uint64_t wall_time, const struct push_position *at)
{
	struct pieces p;
	char target[TARGET_TEXT], offset[JSON_MAX_DIGITS], time[JSON_MAX_DIGITS];
	size_t target_size = target_write(target, &message->target);
	struct frame *f;

	p.count = p.size = 0;
	add_literal(&p, "{\"push\":\"msg\",\"to\":");
	add_string(&p, target, target_size);
	add_member(&p, ",\"event\":", message->event);
	add_member(&p, ",\"id\":", message->id);
	if (at != NULL) {
		add_literal(&p, ",\"offset\":");
		add_raw(&p, offset, json_put_number(offset, at->offset));
	}
	add_member(&p, ",\"from\":", message->from);
	add_literal(&p, ",\"time\":");
	add_raw(&p, time, json_put_number(time, wall_time));
	if (message->wants_receipt)
		add_literal(&p, ",\"receipt\":true");
	add_literal(&p, message->is_base64 ? ",\"enc\":\"base64\",\"data\":" : ",\"data\":");
	add_raw(&p, message->data, message->data_size);
	add_literal(&p, "}");
	f = pieces_frame(&p, message->target.channel, message->is_offline ? message->target.user : NULL);
	place(f, at);
	if (message->conflate != NULL)
		f->conflate = conflate_hash(target, target_size, message->conflate);
	return f;
}

struct frame *push_stored(const char *text, size_t size, const char *channel, const struct push_position *at,
	const char *mail_user, uint64_t mail)
{
	struct frame *f = frame_new_empty(size, channel, mail_user);

	memcpy(f->bytes + f->header_size, text, size);
	place(f, at);
	f->mail = mail;
	return f;
}

/* Close the object and make it a frame. */
static struct frame *finish(struct buffer *b, const char *channel)
{
	struct frame *f;

	buffer_append_char(b, '}');
	f = frame_new_empty(b->size, channel, NULL);
	memcpy(f->bytes + f->header_size, b->data, b->size);
	buffer_fini(b);
	return f;
}

static struct frame *finish_numbered(struct buffer *b, const char *channel)
{
	struct frame *f = finish(b, channel);

	f->is_numbered = true;
	return f;
}

static struct frame *finish_event(struct buffer *b, const char *event)
{
	struct frame *f = finish(b, NULL);

	f->event = event;
	return f;
}

/* {"push":"<name>" */
static void begin(struct buffer *b, const char *name)
{
	buffer_init(b, 0);
	buffer_printf(b, "{\"push\":\"%s\"", name);
}

/* A comma, unless it is the first of its object or list. */
static void write_comma(struct buffer *b)
{
	char last = b->data[b->size - 1];

	if (last != '{' && last != '[')
		buffer_append_char(b, ',');
}

static void write_key(struct buffer *b, const char *key)
{
	write_comma(b);
	buffer_printf(b, "\"%s\":", key);
}

static void write_member(struct buffer *b, const char *key, const char *text)
{
	if (text == NULL)
		return;
	write_key(b, key);
	json_write_text(b, text);
}

static void write_number(struct buffer *b, const char *key, uint64_t n)
{
	write_key(b, key);
	buffer_printf(b, "%" PRIu64, n);
}

static void write_entries(struct buffer *b, const char *key, const struct presence_entry *entries, size_t count)
{
	if (count == 0)
		return;
	write_key(b, key);
	buffer_append_char(b, '[');
	for (size_t i = 0; i < count; i++) {
		write_comma(b);
		buffer_append_char(b, '{');
		write_member(b, "user", entries[i].user);
		write_member(b, "app", entries[i].app);
		buffer_append_char(b, '}');
	}
	buffer_append_char(b, ']');
}

struct frame *push_presence(const char *channel, const struct presence_entry *join, size_t join_count,
	const struct presence_entry *leave, size_t leave_count, const struct counts *counts)
{
	struct buffer b;

	begin(&b, "presence");
	write_member(&b, "channel", channel);
	write_entries(&b, "join", join, join_count);
	write_entries(&b, "leave", leave, leave_count);
	write_number(&b, "users", counts->users);
	write_number(&b, "sessions", counts->sessions);
	return finish_numbered(&b, channel);
}

struct frame *push_count(const struct counts *counts)
{
	struct buffer b;

	begin(&b, "count");
	write_number(&b, "users", counts->users);
	write_number(&b, "devices", counts->devices);
	write_number(&b, "sessions", counts->sessions);
	return finish_numbered(&b, NULL);
}

/* Nothing when there is no position. */
static void write_position(struct buffer *b, const struct push_position *at)
{
	if (at == NULL)
		return;
	write_member(b, "epoch", at->epoch);
	write_number(b, "offset", at->offset);
}

struct frame *push_gap(uint64_t lost, const char *channel, const struct push_position *at)
{
	struct buffer b;
	struct frame *f;

	begin(&b, "gap");
	write_number(&b, "lost", lost);
	write_member(&b, "channel", channel);
	write_position(&b, at);
	f = finish_numbered(&b, channel);
	place(f, at);
	f->lost = lost;
	return f;
}

static void write_sid(struct buffer *b, const struct session_sid *sid)
{
	char text[SID_TEXT + 1];

	session_sid_format(text, sid);
	write_member(b, "sid", text);
}

/* From "node" on the welcome and the resumed are the same. */
static void write_state(struct buffer *b, const struct welcome *w)
{
	write_member(b, "node", w->node);
	write_number(b, "ping", w->ping);
	write_number(b, "resume", w->resume);
	write_member(b, "user", w->who->user);
	write_member(b, "app", w->who->app);
	write_number(b, "time", w->wall_time);
	if (w->channels != NULL) {
		write_key(b, "channels");
		buffer_append_char(b, '{');
		buffer_append(b, w->channels, w->channels_size);
		buffer_append_char(b, '}');
	}
}

static void write_id(struct buffer *b, const struct session_sid *sid)
{
	char text[SESSION_ID_TEXT + 1];
	struct session_id id;

	session_id_of(&id, sid);
	session_id_format(text, &id);
	write_member(b, "id", text);
}

struct frame *push_welcome(const struct welcome *w)
{
	struct buffer b;

	begin(&b, "welcome");
	write_sid(&b, w->sid);
	write_id(&b, w->sid);
	write_number(&b, "n", w->n);
	write_state(&b, w);
	return finish_event(&b, "welcome");
}

struct frame *push_resumed(const struct welcome *w, uint64_t lost)
{
	struct buffer b;

	begin(&b, "resumed");
	write_sid(&b, w->sid);
	write_number(&b, "n", w->n);
	write_number(&b, "lost", lost);
	write_id(&b, w->sid);
	write_state(&b, w);
	return finish_event(&b, "resumed");
}

struct frame *push_kick(int code, const char *reason, _Bool reconnect)
{
	struct buffer b;

	begin(&b, "kick");
	buffer_printf(&b, ",\"code\":%d", code);
	write_member(&b, "reason", reason);
	buffer_append_text(&b, reconnect ? ",\"reconnect\":true" : ",\"reconnect\":false");
	return finish_event(&b, "kick");
}

struct frame *push_notice(const char *reason)
{
	struct buffer b;

	begin(&b, "notice");
	write_member(&b, "reason", reason);
	return finish_event(&b, "notice");
}

struct frame *push_drain(uint64_t reconnect_in)
{
	struct buffer b;

	begin(&b, "drain");
	write_number(&b, "reconnect_in", reconnect_in);
	return finish_event(&b, "drain");
}

void push_channel_outcome(struct buffer *out, const char *channel, int code, const char *error,
	const struct push_position *at)
{
	if (out->size > 0)
		buffer_append_char(out, ',');
	json_write_text(out, channel);
	buffer_printf(out, ":{\"code\":%d", code);
	write_member(out, "error", error);
	write_position(out, at);
	buffer_append_char(out, '}');
}
