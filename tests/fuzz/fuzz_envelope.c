/* A backend's message: the input is its frames with the byte 0x1f between
 * them.  What is accepted makes a push that is valid JSON and carries the
 * payload as it is. */
#include "fuzz/fuzz.h"
#include "protocol/envelope.h"

#include "base/utf8.h"
#include "muster/limits.h"
#include "protocol/json_scan.h"
#include "protocol/push.h"
#include "protocol/verb_args.h"

#include <stdbool.h>
#include <string.h>

enum { MAX_PARTS = 5, MAX_MESSAGE = 1024 };

static size_t split(struct envelope_part *parts, const char *at, const char *end)
{
	size_t count = 0;

	while (count < MAX_PARTS) {
		const char *stop = memchr(at, 0x1f, (size_t)(end - at));

		parts[count].data = at;
		parts[count++].size = (size_t)((stop != NULL ? stop : end) - at);
		if (stop == NULL)
			break;
		at = stop + 1;
	}
	return count;
}

static void check_label(const char *text, size_t max)
{
	MUST(text == NULL || (text[0] != '\0' && strlen(text) <= max && utf8_is_printable(text, strlen(text))));
}

static void check_except(const struct publish *p)
{
	MUST(p->except_count <= MAX_EXCEPT);
	for (size_t i = 0; i < p->except_count; i++)
		MUST(p->except[i].kind == TARGET_SESSION || p->except[i].kind == TARGET_USER
			|| p->except[i].kind == TARGET_DEVICE);
}

static void check_publish(const struct publish *p)
{
	MUST(json_is_valid(p->data, p->data_size) && strlen(p->data) == p->data_size);
	MUST(strpbrk(p->data, "\r\n") == NULL);
	check_label(p->id, MAX_MESSAGE_ID);
	check_label(p->event, MAX_EVENT);
	check_label(p->from, MAX_FROM);
	check_label(p->publisher, MAX_PUBLISHER);
	check_label(p->conflate, MAX_CONFLATE);
	MUST(p->ttl == UINT64_MAX || p->ttl <= MAX_TTL * 1000ull);
	MUST(!p->wants_receipt || p->id != NULL);
	MUST(p->match == NULL || p->match->count <= MAX_MATCH_KEYS);
	check_except(p);
}

static void check_push(const struct publish *p)
{
	struct push_position at = {"k3v9k3v9", p->data_size};
	struct frame *f = push_message(p, 1700000000000, p->target.channel != NULL ? &at : NULL);
	char *target = target_format(&p->target);
	const char *behind = frame_text(f) + f->size - 1 - p->data_size;

	/* The payload may nest as deep as is allowed, so the push nests one deeper. */
	MUST(utf8_is_valid(frame_text(f), f->size) && strpbrk(frame_text(f), "\r\n") == NULL);
	MUST(memcmp(behind, p->data, p->data_size) == 0 && memcmp(behind - 7, "\"data\":", 7) == 0);
	MUST(json_string_is(json_member(frame_text(f), f->size, "to"), target));
	MUST((p->target.channel != NULL) == (f->channel != NULL));
	MUST((f->offset > 0) == (p->target.channel != NULL));
	MUST((f->mail_user != NULL) == (p->is_offline && p->target.user != NULL));
	MUST((f->conflate != 0) == (p->conflate != NULL));
	MUST((json_member(frame_text(f), f->size, "receipt").text != NULL) == p->wants_receipt);
	free(target);
	frame_unref(f);
}

static bool is_refusal(const struct refusal *why)
{
	switch (why->counter) {
	case COUNTER_REFUSED_TARGET:
	case COUNTER_REFUSED_JSON:
	case COUNTER_REFUSED_FRAMES:
	case COUNTER_REFUSED_SIZE:
	case COUNTER_REFUSED_OPTION:
		return why->reason != NULL;
	default:
		return false;
	}
}

/* The same bytes as the object of a verb: what envelope_parse() takes, it takes
 * too, and a list besides. */
static void check_object(const char *text, size_t size, bool is_accepted)
{
	struct publish *p = NULL;
	struct refusal why = {COUNTER_COUNT, NULL};
	struct target *targets = NULL;
	size_t count = 0;

	if (envelope_parse_object(&p, &targets, &count, &why, text, size, MAX_MESSAGE) < 0) {
		MUST(p == NULL && targets == NULL && is_refusal(&why) && !is_accepted);
		return;
	}
	MUST(count <= MAX_BROADCAST && (count > 0) == (targets != NULL));
	MUST(count > 0 ? p->target.kind == TARGET_ALL : is_accepted || text[0] != '{');
	check_publish(p);
	for (size_t i = 0; i < count; i++) {
		MUST(!p->is_offline || targets[i].kind == TARGET_USER);
		target_fini(&targets[i]);
	}
	free(targets);
	publish_unref(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct envelope_part parts[MAX_PARTS];
	size_t count = split(parts, text, text + size);
	struct publish *p = NULL;
	struct refusal why = {COUNTER_COUNT, NULL};

	if (envelope_parse(&p, &why, parts, count, MAX_MESSAGE) < 0) {
		MUST(p == NULL && is_refusal(&why));
		check_object(text, size, false);
		return 0;
	}
	check_object(text, size, count == 1);
	check_publish(p);
	check_push(p);
	publish_unref(p);
	return 0;
}
