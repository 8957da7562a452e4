/* send - POST /send: commands of a session that has no way up of its own.  The
 * answer is the reply, or the replies, whatever they say; only a session that
 * is not there is told by the status. */
#include "transport/http_conn.h"

#include "muster/codes.h"

static struct http_conn *conn_of(struct send_request *r)
{
	return (struct http_conn *)((char *)r - offsetof(struct http_conn, send));
}

static void answered(struct send_request *r, int status, const char *json, size_t size)
{
	struct http_conn *c = conn_of(r);
	const struct http_answer answer = {.status = 200, .body = json, .size = size};
	const struct attach_refusal ended = {.status = 410, .code = CODE_EXPIRED, .close = CLOSE_KICKED,
		.sentence = "the session has ended"};

	if (status == 200)
		http_conn_answer(c, &answer);
	else
		http_conn_refuse(c, &ended, NULL, false);
}

/* The commands are done all the same; nobody waits for what they said. */
static void left(struct http_conn *c)
{
	lane_send_forget(c->http->lane, &c->send);
	http_conn_end(c);
}

static const struct http_exchange send_exchange = {
	.left = left,
};

void send_serve(struct http_conn *c, const char *body, size_t size)
{
	struct attach_refusal why = {0};

	c->send = (struct send_request){.answered = answered};
	http_conn_wait(c, &send_exchange);
	if (lane_send(c->http->lane, &c->sid, body, size, &c->send, &why) < 0)
		http_conn_refuse(c, &why, NULL, false);
	else if (c->has_left)
		left(c);
}
