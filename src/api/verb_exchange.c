/* verb_exchange - see verb_exchange.h.  A refused request is read to its end all the
 * same, within limits: closing a socket with unread bytes would take the answer
 * along. */
#include "api/verb_exchange.h"

#include "api/mhd_answer.h"
#include "api/query_args.h"
#include "base/xalloc.h"
#include "muster/codes.h"
#include "muster/limits.h"
#include "protocol/json_scan.h"
#include "protocol/json_write.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	EXCHANGE_MAGIC = 0x56455243,
	SWALLOW_MAX = 4 * MAX_VERB_ARGS, /* of a body that is refused */
};

static const char prefix[] = "/api/v1/";
static const char *const reading_verbs[] = {"online", "count", "history", "mailbox", "session", "state"};

struct verb_exchange {
	unsigned magic;
	struct calls *calls;
	struct counters *counters;
	unsigned roles;
	int code;             /* 0, or why it is refused */
	unsigned status;
	const char *sentence;
	bool is_read;         /* GET */
	char verb[MAX_VERB + 1];
	struct buffer body;
	uint64_t announced;   /* Content-Length */
	size_t seen;          /* bytes of the body, also those that are not kept */
};

bool verb_exchange_is_asked(const char *path)
{
	return strncmp(path, prefix, sizeof prefix - 1) == 0;
}

/* -- refusals -------------------------------------------------------------------- */

static const struct {
	int code;
	unsigned status;
} statuses[] = {
	{CODE_OK, MHD_HTTP_OK},
	{CODE_NOT_LOGGED_IN, MHD_HTTP_UNAUTHORIZED},
	{CODE_INVALID, MHD_HTTP_BAD_REQUEST},
	{CODE_INVALID_USER, MHD_HTTP_BAD_REQUEST},
	{CODE_NOT_AUTHORISED, MHD_HTTP_FORBIDDEN},
	{CODE_SERVER_ERROR, MHD_HTTP_SERVICE_UNAVAILABLE},
	{CODE_NO_DATA, MHD_HTTP_NOT_FOUND},
	{CODE_COULD_NOT_STORE, MHD_HTTP_SERVICE_UNAVAILABLE},
	{CODE_NO_SUCH_COMMAND, MHD_HTTP_NOT_FOUND},
	{CODE_TOO_MANY, 429},
	{CODE_TOO_LARGE, 413},
	{CODE_OVER_LIMIT, 429},
	{CODE_EXPIRED, MHD_HTTP_GONE},
};

static unsigned status_of(int code)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].code == code)
			return statuses[i].status;
	return MHD_HTTP_INTERNAL_SERVER_ERROR;
}

/* The first reason stands. */
static void refuse(struct verb_exchange *x, int code, const char *sentence)
{
	if (x->code)
		return;
	x->code = code;
	x->status = status_of(code);
	x->sentence = sentence;
}

static mhd_result answer_error(const struct verb_exchange *x, struct MHD_Connection *connection, unsigned status,
	int code, const char *sentence)
{
	struct buffer body;

	buffer_init(&body, 0);
	buffer_printf(&body, "{\"code\":%d,\"msg\":", code);
	json_write_text(&body, sentence);
	buffer_append_char(&body, '}');
	return mhd_answer(connection, status, "application/json", &body, x->counters);
}

static mhd_result answer_refusal(const struct verb_exchange *x, struct MHD_Connection *connection)
{
	return answer_error(x, connection, x->status, x->code, x->sentence);
}

mhd_result verb_exchange_begin(struct verb_exchange *x, struct MHD_Connection *connection)
{
	return x->announced > SWALLOW_MAX ? answer_refusal(x, connection) : MHD_YES;
}

/* -- the head of a request ----------------------------------------------------------- */

static bool is_reading(const char *verb)
{
	for (size_t i = 0; i < sizeof reading_verbs / sizeof *reading_verbs; i++)
		if (strcmp(reading_verbs[i], verb) == 0)
			return true;
	return false;
}

static void take_verb(struct verb_exchange *x, const char *path)
{
	const char *verb = path + sizeof prefix - 1;
	size_t size = strspn(verb, "abcdefghijklmnopqrstuvwxyz_");

	if (size == 0 || size > MAX_VERB || verb[size] != '\0')
		refuse(x, CODE_NO_SUCH_COMMAND, "no such verb");
	else
		memcpy(x->verb, verb, size + 1);
}

static void take_method(struct verb_exchange *x, const char *method)
{
	x->is_read = strcmp(method, MHD_HTTP_METHOD_GET) == 0;
	if (x->code || strcmp(method, MHD_HTTP_METHOD_POST) == 0 || (x->is_read && is_reading(x->verb)))
		return;
	refuse(x, CODE_NO_SUCH_COMMAND, x->is_read ? "this verb is asked by POST" : "verbs are asked by POST");
	x->status = MHD_HTTP_METHOD_NOT_ALLOWED;
}

static uint64_t announced_size(struct MHD_Connection *connection)
{
	const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
		MHD_HTTP_HEADER_CONTENT_LENGTH);

	return text ? strtoull(text, NULL, 10) : 0;
}

struct verb_exchange *verb_exchange_new(struct calls *calls, struct counters *counters, unsigned roles,
	struct MHD_Connection *connection, const char *path, const char *method)
{
	struct verb_exchange *x = xcalloc(1, sizeof *x);

	x->magic = EXCHANGE_MAGIC;
	x->calls = calls;
	x->counters = counters;
	x->roles = roles;
	buffer_init(&x->body, MAX_VERB_ARGS);
	if (!roles)
		refuse(x, CODE_NOT_LOGGED_IN,
			"no key is configured: verbs are served on unix sockets of api.listen only");
	take_verb(x, path);
	take_method(x, method);
	x->announced = announced_size(connection);
	if (x->announced > MAX_VERB_ARGS)
		refuse(x, CODE_TOO_LARGE, "the arguments must be at most 1 MiB");
	return x;
}

void verb_exchange_free(struct verb_exchange *x)
{
	if (!x)
		return;
	buffer_fini(&x->body);
	x->magic = 0;
	free(x);
}

/* -- its arguments -------------------------------------------------------------------- */

static mhd_result take_body(struct verb_exchange *x, const char *upload, size_t *size)
{
	x->seen += *size;
	if (x->seen > SWALLOW_MAX)
		return MHD_NO;
	if (!x->code)
		buffer_append(&x->body, upload, *size);
	if (x->body.overflow)
		refuse(x, CODE_TOO_LARGE, "the arguments must be at most 1 MiB");
	*size = 0;
	return MHD_YES;
}

struct query {
	struct query_args args;
	struct error err;
	int result;
};

static mhd_result on_parameter(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size,
	const char *value, size_t value_size)
{
	struct query *q = context;

	(void)kind;
	if (strlen(name) != name_size)
		q->result = error_set(&q->err, -EINVAL, "a parameter has a NUL in its name");
	else
		q->result = query_args_add(&q->args, name, value, value_size, &q->err);
	return q->result < 0 ? MHD_NO : MHD_YES;
}

/* The query as the body of a POST would say it; a body is of no meaning here. */
static int take_query(struct verb_exchange *x, struct MHD_Connection *connection, struct error *err)
{
	struct query q = {.result = 0};

	query_args_init(&q.args);
	MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, on_parameter, &q);
	buffer_clear(&x->body);
	if (q.result == 0)
		query_args_write(&q.args, &x->body);
	else
		*err = q.err;
	query_args_fini(&q.args);
	return q.result;
}

/* -- the answer ------------------------------------------------------------------------- */

static int code_of(const char *json, size_t size)
{
	struct json_span value = {NULL, 0};
	uint64_t code;

	if (json_is_valid(json, size))
		value = json_member(json, size, "code");
	return value.text && json_unsigned(&code, value) == 0 && code <= 9999 ? (int)code : CODE_SERVER_ERROR;
}

static mhd_result answer_failure(const struct verb_exchange *x, struct MHD_Connection *connection, int result)
{
	if (result == -EBUSY)
		return answer_error(x, connection, 429, CODE_TOO_MANY, "too many requests wait for their answer");
	return answer_error(x, connection, MHD_HTTP_SERVICE_UNAVAILABLE, CODE_SERVER_ERROR,
		result == -ETIMEDOUT ? "no answer in time; it may still be done" : "the server is stopping");
}

static mhd_result ask(struct verb_exchange *x, struct MHD_Connection *connection)
{
	struct call_options options = {.verb = x->verb, .roles = x->roles, .patience = VERB_ANSWER_SECONDS * 1000};
	struct buffer body;
	char *json, *args;
	size_t size;
	int result;

	args = buffer_steal(&x->body, &options.size);
	options.args = &args;
	result = calls_ask(x->calls, &options, &json, &size);
	free(args);
	if (result < 0)
		return answer_failure(x, connection, result);
	buffer_init(&body, 0);
	buffer_append(&body, json, size);
	result = (int)status_of(code_of(json, size));
	free(json);
	return mhd_answer(connection, (unsigned)result, "application/json", &body, x->counters);
}

mhd_result verb_exchange_step(struct verb_exchange *x, struct MHD_Connection *connection,
	const char *upload, size_t *upload_size)
{
	struct error err;

	assert(x->magic == EXCHANGE_MAGIC);
	if (*upload_size > 0)
		return take_body(x, upload, upload_size);
	if (x->code)
		return answer_refusal(x, connection);
	if (x->is_read && take_query(x, connection, &err) < 0)
		return answer_error(x, connection, MHD_HTTP_BAD_REQUEST, CODE_INVALID, err.text);
	return ask(x, connection);
}
