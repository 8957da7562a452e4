/* The arguments of a verb: what is accepted is within its limits, and what is
 * refused has a sentence and leaves nothing. */
#include "fuzz/fuzz.h"
#include "protocol/verb_args.h"

#include "base/utf8.h"
#include "muster/codes.h"
#include "muster/limits.h"

#include <string.h>

static void check_label(const char *text, size_t max)
{
	MUST(text == NULL || (text[0] != '\0' && strlen(text) <= max && utf8_is_printable(text, strlen(text))));
}

static void check_since(const struct since *since)
{
	MUST(memchr(since->epoch, '\0', sizeof(since->epoch)) != NULL);
	MUST(utf8_is_printable(since->epoch, strlen(since->epoch)));
	MUST(since->kind == SINCE_LAST ? since->last >= 1 && since->last <= MAX_SINCE_LAST : since->last == 0);
	MUST(since->kind == SINCE_POSITION || (since->offset == 0 && since->epoch[0] == '\0'));
}

static void check_users(const struct verb_args *a)
{
	MUST(a->user_count <= MAX_VERB_USERS && (a->user_count > 0) == (a->users != NULL));
	for (size_t i = 0; i < a->user_count; i++)
		MUST(user_name_is_valid(a->users[i], strlen(a->users[i])));
}

static void check_args(const struct verb_args *a)
{
	check_label(a->user, MAX_USER);
	check_label(a->app, MAX_APP);
	check_label(a->reason, 120);
	check_users(a);
	check_since(&a->since);
	MUST(a->channel == NULL || channel_name_is_valid(a->channel, strlen(a->channel)));
	MUST(a->limit <= MAX_HISTORY_PAGE);
	MUST(a->code == 0 || a->code == CLOSE_NORMAL || a->code == CLOSE_POLICY || (a->code >= 4000 && a->code <= 4999));
	MUST(a->has_target || (a->target.kind == TARGET_ALL && a->target.user == NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct verb_args none = {.limit = 0};
	struct verb_args a = none;
	struct error err = {""};
	int code = verb_args_parse(&a, (const char *)data, size, &err);

	if (code != 0) {
		MUST(code == CODE_INVALID || code == CODE_INVALID_USER);
		MUST(err.text[0] != '\0' && utf8_is_valid(err.text, strlen(err.text)));
		MUST(memcmp(&a, &none, sizeof(a)) == 0);
		return 0;
	}
	check_args(&a);
	verb_args_fini(&a);
	return 0;
}
