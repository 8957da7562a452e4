/* transport - the three ways of an attachment, a file each, and what they
 * share.  For the attachment_*.c files alone. */
#ifndef TOOLS_TRANSPORT_H
#define TOOLS_TRANSPORT_H

#include "base/buffer.h"
#include "tools/attachment.h"
#include "tools/event_stream.h"
#include "tools/http_call.h"
#include "tools/websocket.h"

struct transport {
	const char *name;
	bool counts;
	bool acknowledges;
	int (*start)(struct attachment *a, struct error *err);
	void (*send)(struct attachment *a, const char *command, size_t size);
};

extern const struct transport websocket_transport;
extern const struct transport sse_transport;
extern const struct transport poll_transport;

struct attachment {
	const struct transport *transport;
	struct attachment_options options;
	bool is_over;
	struct websocket *websocket;
	struct http_call *call;     /* the stream, or the poll under way */
	int status;                 /* of its answer */
	struct buffer body;         /* of its answer, when it is read whole */
	struct event_stream events;
	struct http_call *post;     /* of commands, one at a time */
	struct buffer commands;     /* that wait for it, with commas between */
	struct buffer replies;
};

/* "/ws?sid=..&n=..&app=..": the caller's to free. */
char *attachment_path(const struct attachment *a, const char *path);
void attachment_object(struct attachment *a, const char *text, size_t size);
/* Tell the end, once. */
void attachment_finish(struct attachment *a, const struct attachment_end *end);
/* The end that an HTTP answer other than 200 means; body is its JSON, perhaps. */
void attachment_refused(struct attachment *a, int status, const struct buffer *body, const char *why);
/* send() of the transports without a way back: POST /send. */
void attachment_post(struct attachment *a, const char *command, size_t size);

#endif
