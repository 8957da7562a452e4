/* http_refusal - see http_refusal.h. */
#include "transport/http_refusal.h"

#include "muster/codes.h"
#include "protocol/json_write.h"
#include "protocol/refusal_row.h"

#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

enum { MAX_DRAIN = 256 * 1024 };

struct status_row {
	int status;
	int code;
	const char *phrase;
};

static const struct status_row rows[] = {
	{400, CODE_INVALID, "Bad Request"},
	{401, CODE_NOT_LOGGED_IN, "Unauthorized"},
	{403, CODE_NOT_AUTHORISED, "Forbidden"},
	{404, CODE_NO_SUCH_COMMAND, "Not Found"},
	{405, CODE_NO_SUCH_COMMAND, "Method Not Allowed"},
	{408, CODE_INVALID, "Request Timeout"},
	{410, CODE_EXPIRED, "Gone"},
	{411, CODE_INVALID, "Length Required"},
	{413, CODE_TOO_LARGE, "Content Too Large"},
	{414, CODE_TOO_LARGE, "URI Too Long"},
	{426, CODE_INVALID, "Upgrade Required"},
	{429, CODE_TOO_MANY, "Too Many Requests"},
	{431, CODE_TOO_LARGE, "Request Header Fields Too Large"},
	{500, CODE_SERVER_ERROR, "Internal Server Error"},
	{503, CODE_OVER_LIMIT, "Service Unavailable"},
	{505, CODE_INVALID, "HTTP Version Not Supported"},
};

static const struct status_row *find_row(int status)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].status == status)
			return &rows[i];
	return NULL;
}

const char *http_status_phrase(int status)
{
	const struct status_row *row = find_row(status);

	if (row)
		return row->phrase;
	return status == 200 ? "OK" : "Error";
}

int http_refusal_code(int status)
{
	const struct status_row *row = find_row(status);

	return row ? row->code : CODE_SERVER_ERROR;
}

void http_refusal_body(struct buffer *out, const struct attach_refusal *why)
{
	int code = why->code ? why->code : http_refusal_code(why->status);

	buffer_printf(out, "{\"code\":%d,\"error\":", code);
	json_write_text(out, why->sentence ? why->sentence : http_status_phrase(why->status));
	if (why->status == 410)
		buffer_printf(out, ",\"close\":%d,\"reconnect\":%s",
			why->close ? why->close : CLOSE_UNKNOWN_SESSION, why->reconnect ? "true" : "false");
	buffer_append_char(out, '}');
}

void http_refusal_write(struct buffer *out, const struct attach_refusal *why, const char *extra_header)
{
	struct buffer body;

	buffer_init(&body, 0);
	http_refusal_body(&body, why);
	buffer_printf(out, "HTTP/1.1 %d %s\r\n", why->status, http_status_phrase(why->status));
	if (extra_header)
		buffer_append_text(out, extra_header);
	if (why->retry_after)
		buffer_printf(out, "Retry-After: %u\r\n", why->retry_after);
	buffer_printf(out,
		"Content-Type: application/json\r\nContent-Length: %zu\r\n"
		"Cache-Control: no-store\r\nConnection: close\r\n\r\n",
		body.size);
	buffer_append(out, body.data, body.size);
	buffer_fini(&body);
}

static void drain(int fd)
{
	char bytes[4096];
	size_t total = 0;
	ssize_t n = 1;

	while (n > 0 && total < MAX_DRAIN) {
		n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (n > 0)
			total += (size_t)n;
	}
}

void http_refuse(int fd, const struct attach_refusal *why, const char *extra_header, struct counters *counters)
{
	struct buffer answer;

	counter_add(counters, refusal_row_of_status(why->status), 1);
	buffer_init(&answer, 0);
	http_refusal_write(&answer, why, extra_header);
	drain(fd);
	(void)!send(fd, answer.data, answer.size, MSG_DONTWAIT | MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
	drain(fd);
	close(fd);
	buffer_fini(&answer);
}
