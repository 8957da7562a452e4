/* The parameters of an attach: within their limits, and the same again when
 * they are written as a query string and read once more. */
#include "fuzz/fuzz.h"
#include "protocol/query.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "muster/limits.h"
#include "muster/target.h"

#include <inttypes.h>
#include <string.h>

static void check_label(const char *text, size_t max)
{
	MUST(text == NULL || (text[0] != '\0' && strlen(text) <= max && utf8_is_printable(text, strlen(text))));
}

static void check_limits(const struct attach *a)
{
	check_label(a->token, MAX_TOKEN);
	check_label(a->ticket, MAX_TOKEN);
	check_label(a->app, MAX_APP);
	check_label(a->device, MAX_DEVICE);
	check_label(a->page, MAX_PAGE);
	MUST(a->cookie_device == NULL && !(a->has_sid && a->is_bad_sid));
	MUST(a->channel_count <= MAX_COMMAND_CHANNELS);
	for (size_t i = 0; i < a->channel_count; i++)
		MUST(channel_name_is_valid(a->channels[i], strlen(a->channels[i])));
}

static void write_parameter(struct buffer *b, const char *name, const char *text)
{
	if (text == NULL)
		return;
	buffer_printf(b, "&%s=", name);
	for (; *text != '\0'; text++)
		buffer_printf(b, "%%%02x", (unsigned)(unsigned char)*text);
}

static void write_query(struct buffer *b, const struct attach *a)
{
	char sid[SID_TEXT + 1];

	write_parameter(b, "token", a->token);
	write_parameter(b, "ticket", a->ticket);
	write_parameter(b, "app", a->app);
	write_parameter(b, "device", a->device);
	write_parameter(b, "page", a->page);
	for (size_t i = 0; i < a->channel_count; i++)
		write_parameter(b, "channel", a->channels[i]);
	if (a->has_sid) {
		session_sid_format(sid, &a->sid);
		write_parameter(b, "sid", sid);
	}
	buffer_printf(b, "&n=%" PRIu64 "&wait=%" PRIu64, a->n, a->wait);
}

static int compare(const char *x, const char *y)
{
	return x == NULL || y == NULL ? x != y : strcmp(x, y);
}

static void check_same(const struct attach *a, const struct attach *b)
{
	MUST(compare(a->token, b->token) == 0 && compare(a->ticket, b->ticket) == 0);
	MUST(compare(a->app, b->app) == 0 && compare(a->device, b->device) == 0);
	MUST(compare(a->page, b->page) == 0);
	MUST(a->n == b->n && a->wait == b->wait && a->has_sid == b->has_sid);
	MUST(!a->has_sid || memcmp(&a->sid, &b->sid, sizeof(a->sid)) == 0);
	MUST(a->channel_count == b->channel_count);
	for (size_t i = 0; i < a->channel_count; i++)
		MUST(strcmp(a->channels[i], b->channels[i]) == 0);
}

static void check_comes_back(const struct attach *a)
{
	struct attach *again = attach_new();
	struct buffer b;

	buffer_init(&b, 0);
	write_query(&b, a);
	MUST(query_parse(again, b.data, b.size, NULL) == 0);
	check_same(a, again);
	buffer_fini(&b);
	attach_free(again);
}

typedef int parse_fn(struct attach *a, const char *text, size_t size, struct error *err);

static void try_one(parse_fn *parse, const char *text, size_t size)
{
	struct attach *a = attach_new(), *empty = attach_new();
	struct error err = {""};

	if (parse(a, text, size, &err) < 0) {
		MUST(err.text[0] != '\0');
		check_same(a, empty);
	} else {
		check_limits(a);
		check_comes_back(a);
	}
	attach_free(empty);
	attach_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_one(query_parse, (const char *)data, size);
	try_one(query_parse_json, (const char *)data, size);
	return 0;
}
