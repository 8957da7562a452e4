/* A client's command: what is accepted is within its limits, and whatever
 * came, the reply to it is valid JSON. */
#include "fuzz/fuzz.h"
#include "protocol/command_parse.h"

#include "base/utf8.h"
#include "muster/target.h"
#include "protocol/json_scan.h"
#include "protocol/reply.h"

#include <string.h>

static void check_label(const char *text, size_t max)
{
	MUST(text == NULL || (text[0] != '\0' && strlen(text) <= max && utf8_is_printable(text, strlen(text))));
}

static void check_channel(const struct command_channel *channel)
{
	const struct since *since = &channel->since;

	MUST(channel_name_is_valid(channel->name, strlen(channel->name)));
	MUST(memchr(since->epoch, '\0', sizeof(since->epoch)) != NULL);
	MUST(utf8_is_printable(since->epoch, strlen(since->epoch)));
	MUST(since->kind == SINCE_LAST ? since->last >= 1 && since->last <= MAX_SINCE_LAST : since->last == 0);
	MUST(since->kind == SINCE_POSITION || (since->offset == 0 && since->epoch[0] == '\0'));
}

static void check_channels(const struct command *c)
{
	MUST(c->channel_count <= MAX_COMMAND_CHANNELS);
	for (size_t i = 0; i < c->channel_count; i++)
		check_channel(&c->channels[i]);
}

static void check_fields(const struct command *c)
{
	MUST(c->seq[0] == '\0' || json_is_valid(c->seq, strlen(c->seq)));
	MUST(utf8_is_valid(c->name, strlen(c->name)));
	check_label(c->token, MAX_TOKEN);
	check_label(c->ticket, MAX_TOKEN);
	check_label(c->user, MAX_USER);
	check_label(c->app, MAX_APP);
	check_label(c->device, MAX_DEVICE);
	check_label(c->event, MAX_EVENT);
	check_label(c->id, MAX_MESSAGE_ID);
	check_channels(c);
	MUST(c->user_count <= MAX_COMMAND_USERS);
	for (size_t i = 0; i < c->user_count; i++)
		MUST(user_name_is_valid(c->users[i], strlen(c->users[i])));
	if (c->data != NULL)
		MUST(json_is_valid(c->data, c->data_size) && strpbrk(c->data, "\r\n") == NULL);
}

static void check_needs(const struct command *c)
{
	MUST(c->kind != COMMAND_PUBLISH || (c->data != NULL && c->channel_count == 1));
	MUST(c->kind != COMMAND_SUBSCRIBE || c->channel_count >= 1);
	MUST(c->kind != COMMAND_HISTORY || (c->limit >= 1 && c->limit <= MAX_HISTORY_PAGE && c->channel_count == 1));
	MUST(c->kind != COMMAND_RECEIPT || c->id != NULL);
	MUST(c->kind != COMMAND_ONLINE || c->user_count >= 1);
	MUST(c->kind != COMMAND_LOGIN || c->token != NULL || c->ticket != NULL || c->user != NULL);
}

static void check_frame(struct frame *f)
{
	MUST(json_is_valid(frame_text(f), f->size) && strpbrk(frame_text(f), "\r\n") == NULL);
	frame_unref(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	bool is_malformed, is_object = json_is_valid(text, size) && json_is_object(text, size);
	struct error err = {""};
	struct command *c;
	int code = command_parse(&c, &is_malformed, &err, text, size);

	MUST(is_malformed == !is_object);
	MUST(code == 0 || code == CODE_INVALID || code == CODE_INVALID_USER || code == CODE_TOO_LARGE);
	MUST((c != NULL) == is_object);
	if (c != NULL)
		check_fields(c);
	if (code == 0) {
		check_needs(c);
		check_frame(reply_ok(c, c->data, c->data_size));
	} else {
		MUST(err.text[0] != '\0');
		check_frame(reply_error(c, code, err.text));
	}
	command_free(c);
	return 0;
}
