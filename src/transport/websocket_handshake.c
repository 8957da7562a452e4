/* websocket_handshake - see websocket_handshake.h. */
#include "transport/websocket_handshake.h"

#include "base/xalloc.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char token_prefix[] = "token.";

static int refuse(struct attach_refusal *why, int status, const char *sentence)
{
	*why = (struct attach_refusal){.status = status, .sentence = sentence};
	return -status;
}

static bool is_base64(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/* 16 bytes in base64: 22 characters and "==". */
static bool is_key(struct http_span key)
{
	if (!key.text || key.size != WEBSOCKET_KEY || memcmp(key.text + 22, "==", 2) != 0)
		return false;
	for (size_t i = 0; i < 22; i++)
		if (!is_base64(key.text[i]))
			return false;
	return true;
}

/* The next element of a comma-separated value; false at its end. */
static bool next_element(struct http_span *rest, struct http_span *element)
{
	const char *comma;

	if (!rest->text)
		return false;
	comma = memchr(rest->text, ',', rest->size);
	element->text = rest->text;
	element->size = comma ? (size_t)(comma - rest->text) : rest->size;
	rest->text = comma ? comma + 1 : NULL;
	rest->size -= comma ? element->size + 1 : element->size;
	while (element->size && (*element->text == ' ' || *element->text == '\t')) {
		element->text++;
		element->size--;
	}
	while (element->size && (element->text[element->size - 1] == ' ' || element->text[element->size - 1] == '\t'))
		element->size--;
	return true;
}

static bool is_protocol_header(struct http_span name)
{
	static const char wanted[] = "Sec-WebSocket-Protocol";

	return name.size == sizeof(wanted) - 1 && strncasecmp(name.text, wanted, name.size) == 0;
}

/* The first offered subprotocol that is `text`, or begins with it when is_prefix. */
static struct http_span find_protocol(const struct http_head *head, const char *text, bool is_prefix)
{
	size_t size = strlen(text);
	struct http_span rest, element;

	for (size_t i = 0; i < head->header_count; i++) {
		if (!is_protocol_header(head->names[i]))
			continue;
		rest = head->values[i];
		while (next_element(&rest, &element))
			if (element.size >= size && memcmp(element.text, text, size) == 0 &&
				(is_prefix || element.size == size))
				return element;
	}
	return (struct http_span){NULL, 0};
}

int websocket_handshake_check(struct websocket_handshake *out, const struct http_head *head,
	struct attach_refusal *why)
{
	struct http_span key = http_head_value(head, "Sec-WebSocket-Key");

	if (!http_span_is(head->method, "GET"))
		return refuse(why, 405, "a WebSocket begins with GET");
	if (head->minor < 1)
		return refuse(why, 400, "a WebSocket needs HTTP/1.1");
	if (head->is_chunked || (head->has_length && head->length > 0))
		return refuse(why, 400, "a WebSocket handshake has no body");
	if (!http_head_has_token(head, "Upgrade", "websocket") || !http_head_has_token(head, "Connection", "Upgrade"))
		return refuse(why, 400, "a WebSocket needs Upgrade: websocket and Connection: Upgrade");
	if (http_head_count(head, "Sec-WebSocket-Version") > 1)
		return refuse(why, 400, "Sec-WebSocket-Version is given twice");
	if (!http_span_is(http_head_value(head, "Sec-WebSocket-Version"), "13"))
		return refuse(why, 426, "only WebSocket version 13 is spoken here");
	if (!is_key(key))
		return refuse(why, 400, "Sec-WebSocket-Key must be given once, 16 bytes in base64");
	memcpy(out->key, key.text, WEBSOCKET_KEY);
	out->has_protocol = find_protocol(head, WEBSOCKET_PROTOCOL, false).text != NULL;
	return 0;
}

const char *websocket_handshake_header(int status)
{
	if (status == 426)
		return "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
	return status == 405 ? "Allow: GET\r\n" : NULL;
}

void websocket_handshake_token(struct attach *attach, const struct http_head *head)
{
	size_t prefix = sizeof(token_prefix) - 1;
	struct http_span found;

	if (attach->token)
		return;
	found = find_protocol(head, token_prefix, true);
	if (found.text && found.size > prefix)
		attach->token = xstrndup(found.text + prefix, found.size - prefix);
}

size_t websocket_handshake_write(char out[WEBSOCKET_HEAD_MAX], const struct websocket_handshake *h)
{
	int size = snprintf(out, WEBSOCKET_HEAD_MAX,
		"GET /ws HTTP/1.1\r\nHost: muster\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %.*s\r\n%s\r\n",
		WEBSOCKET_KEY, h->key, h->has_protocol ? "Sec-WebSocket-Protocol: " WEBSOCKET_PROTOCOL "\r\n" : "");

	assert(size > 0 && size < WEBSOCKET_HEAD_MAX);
	return (size_t)size;
}
