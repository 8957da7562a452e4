/* http_answer - what our answers say: status, headers, refusals as JSON, the
 * head of a stream.  How they get out is http_conn's. */
#include "transport/http_conn.h"

#include "protocol/refusal_row.h"
#include "transport/http_refusal.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

static void write_cors(struct buffer *out, const char *origin)
{
	if (!origin)
		return;
	buffer_printf(out, "Access-Control-Allow-Origin: %s\r\n", origin);
	if (strcmp(origin, "*") != 0)
		buffer_append_text(out, "Access-Control-Allow-Credentials: true\r\nVary: Origin\r\n");
}

static const char *phrase(int status)
{
	if (status == 204)
		return "No Content";
	return status == 307 ? "Temporary Redirect" : http_status_phrase(status);
}

static void write_head(struct buffer *out, const struct http_conn *c, const struct http_answer *a)
{
	buffer_clear(out);
	buffer_printf(out, "HTTP/1.1 %d %s\r\n", a->status, phrase(a->status));
	if (a->status != 204)
		buffer_printf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
			a->type ? a->type : "application/json", a->size);
	buffer_append_text(out, "Cache-Control: no-store\r\n");
	write_cors(out, c->origin);
	if (a->extra)
		buffer_append_text(out, a->extra);
	buffer_append_text(out, c->keeps_alive ? "\r\n" : "Connection: close\r\n\r\n");
}

void http_conn_answer(struct http_conn *c, const struct http_answer *answer)
{
	struct buffer *head = &c->http->head;

	c->keeps_alive &= !answer->closes && !c->http->is_draining;
	write_head(head, c, answer);
	http_conn_send_answer(c, head, answer->body, c->is_head_request ? 0 : answer->size);
}

void http_conn_refuse(struct http_conn *c, const struct attach_refusal *why, const char *extra, bool closes)
{
	struct buffer *text = &c->http->text, lines;
	struct http_answer answer = {.status = why->status, .closes = closes};

	counter_add(c->http->counters, refusal_row_of_status(why->status), 1);
	buffer_clear(text);
	http_refusal_body(text, why);
	buffer_init(&lines, 0);
	if (extra)
		buffer_append_text(&lines, extra);
	if (why->retry_after)
		buffer_printf(&lines, "Retry-After: %u\r\n", why->retry_after);
	buffer_append_char(&lines, '\0');
	answer.extra = lines.data;
	answer.body = text->data;
	answer.size = text->size;
	http_conn_answer(c, &answer);
	buffer_fini(&lines);
}

void http_conn_refuse_status(struct http_conn *c, int status, const char *sentence)
{
	struct attach_refusal why = {.status = status, .sentence = sentence};

	http_conn_refuse(c, &why, NULL, true);
}

/* A client that vanished answers nothing: without this its stream would live on
 * for the quarter of an hour that TCP retries. */
static void limit_silence(const struct http_conn *c)
{
	unsigned timeout = (unsigned)c->http->settings->pong_timeout;

	if (c->peer.any.sa_family != AF_UNIX)
		setsockopt(c->watch.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
}

void http_conn_stream(struct http_conn *c, const char *extra)
{
	struct buffer *head = &c->http->head;

	limit_silence(c);
	buffer_clear(head);
	buffer_append_text(head, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
		"Cache-Control: no-store\r\nX-Accel-Buffering: no\r\n");
	write_cors(head, c->origin);
	if (extra)
		buffer_append_text(head, extra);
	buffer_append_text(head, "Connection: close\r\n\r\n");
	c->state = HTTP_STREAM;
	c->keeps_alive = false;
	http_conn_write(c, head->data, head->size);
}

/* Only what a cookie may hold; names that clients chose are not told back. */
static bool is_cookie_text(const char *text)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	return text && *text && text[strspn(text, allowed)] == '\0' && strlen(text) <= MAX_DEVICE;
}

const char *http_device_cookie(const struct conn *conn, char out[HTTP_COOKIE_SIZE])
{
	const char *device = lane_new_device(conn);

	if (!is_cookie_text(device))
		return NULL;
	snprintf(out, HTTP_COOKIE_SIZE, "Set-Cookie: muster_device=%s; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax\r\n",
		device);
	return out;
}
