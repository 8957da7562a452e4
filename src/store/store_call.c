/* store_call - see store_call.h. */
#include "store/store_call.h"

#include "base/xalloc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROWS = 16 };

/* Copy into the block behind the call; *at moves on. */
static const char *keep(char **at, const char *data, size_t size)
{
	char *copy = *at;

	if (!data)
		return NULL;
	if (size > 0)
		memcpy(copy, data, size);
	copy[size] = '\0';
	*at += size + 1;
	return copy;
}

struct store_call *store_call_new(const struct store_arguments *a)
{
	size_t name = a->name ? strlen(a->name) : 0;
	size_t epoch = a->epoch ? strlen(a->epoch) : 0;
	size_t text = a->message ? a->message->size : 0;
	size_t id = a->id && a->id->id ? a->id->size : 0;
	size_t weight = sizeof(struct store_call) + name + epoch + text + id + 4;
	struct store_call *call = xmalloc(weight);
	char *at = call->data;

	*call = (struct store_call){.kind = a->kind, .done = a->done, .context = a->context,
		.limit = a->limit, .now = a->now, .is_look = a->is_look, .weight = weight};
	call->name = keep(&at, a->name, name);
	call->epoch = keep(&at, a->epoch, epoch);
	if (a->message) {
		call->message = *a->message;
		call->message.text = keep(&at, a->message->text, text);
	}
	if (a->id && a->id->id) {
		call->id = *a->id;
		call->id.id = keep(&at, a->id->id, id);
	}
	return call;
}

void store_call_clear(struct store_call *call)
{
	call->outcome = (struct store_outcome){0};
	free(call->messages);
	free(call->ids);
	free(call->told_epoch);
	free(call->sentence);
	buffer_fini(&call->bytes);
	call->messages = NULL;
	call->ids = NULL;
	call->told_epoch = call->sentence = NULL;
}

void store_call_free(struct store_call *call)
{
	if (!call)
		return;
	store_call_clear(call);
	free(call);
}

/* Room for one more; counts are powers of two from FIRST_ROWS on. */
static void *grow(void *rows, size_t count, size_t size)
{
	if (count == 0)
		return xmalloc(FIRST_ROWS * size);
	if (count >= FIRST_ROWS && (count & (count - 1)) == 0)
		return xrealloc(rows, count * 2 * size);
	return rows;
}

void store_call_add_message(struct store_call *call, const struct stored_message *message)
{
	struct store_outcome *o = &call->outcome;

	call->messages = grow(call->messages, o->count, sizeof *call->messages);
	call->messages[o->count++] = *message;
	buffer_append(&call->bytes, message->text, message->size);
}

void store_call_add_id(struct store_call *call, const struct stored_id *id)
{
	struct store_outcome *o = &call->outcome;

	call->ids = grow(call->ids, o->id_count, sizeof *call->ids);
	call->ids[o->id_count++] = *id;
	buffer_append(&call->bytes, id->id, id->size);
}

void store_call_set_epoch(struct store_call *call, const char *epoch)
{
	free(call->told_epoch);
	call->told_epoch = xstrdup(epoch);
}

int store_call_fail(struct store_call *call, int code, const char *format, ...)
{
	struct error err;
	va_list args;

	store_call_clear(call);
	va_start(args, format);
	vsnprintf(err.text, sizeof err.text, format, args);
	va_end(args);
	call->sentence = xstrdup(err.text);
	call->outcome.result = code;
	return code;
}

bool store_call_is_load(const struct store_call *call)
{
	return call->kind == CALL_LOAD_CHANNEL || call->kind == CALL_LOAD_MAILBOX ||
		call->kind == CALL_LOAD_IDS;
}

/* The bytes no longer move: say where each row's are. */
static void place_bytes(struct store_call *call)
{
	const char *at = call->bytes.data ? call->bytes.data : "";

	for (size_t i = 0; i < call->outcome.count; i++) {
		call->messages[i].text = at;
		at += call->messages[i].size;
	}
	for (size_t i = 0; i < call->outcome.id_count; i++) {
		call->ids[i].id = at;
		at += call->ids[i].size;
	}
}

void store_call_tell(struct store_call *call)
{
	struct store_outcome *o = &call->outcome;

	if (!call->done)
		return;
	place_bytes(call);
	o->messages = call->messages;
	o->ids = call->ids;
	o->epoch = call->told_epoch;
	o->sentence = call->sentence;
	call->done(call->context, o);
}

bool store_call_is_behind(struct store_call *call, uint64_t last)
{
	if (call->message.position > last && call->message.position <= INT64_MAX)
		return true;
	store_call_fail(call, -EINVAL,
		"position %" PRIu64 " does not come behind %" PRIu64 ", the last one there: two owners of one channel or mailbox?",
		call->message.position, last);
	return false;
}
