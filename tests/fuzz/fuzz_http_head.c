/* The head of a request: spans lie inside it, what follows it does not matter,
 * and a head that is whole was not complete (nor refused) a byte before. */
#include "fuzz/fuzz.h"
#include "protocol/http_head.h"

#include <string.h>

enum { MAX_HEAD = 2048 };

static void check_span(const struct http_head *head, const char *bytes, struct http_span span)
{
	if (span.text == NULL)
		MUST(span.size == 0);
	else
		MUST(span.text >= bytes && span.text + span.size <= bytes + head->size);
}

static void check_no_break(struct http_span span)
{
	for (size_t i = 0; i < span.size; i++)
		MUST(span.text[i] != '\r' && span.text[i] != '\n' && span.text[i] != '\0');
}

static void check_spans(const struct http_head *head, const char *bytes)
{
	MUST(head->method.size > 0 && head->path.size > 0);
	MUST(head->path.text[0] == '/' || http_span_is(head->path, "*"));
	check_span(head, bytes, head->method);
	check_span(head, bytes, head->path);
	check_span(head, bytes, head->query);
	MUST(head->header_count <= HTTP_MAX_HEADERS);
	for (size_t i = 0; i < head->header_count; i++) {
		MUST(head->names[i].size > 0);
		check_span(head, bytes, head->names[i]);
		check_span(head, bytes, head->values[i]);
		check_no_break(head->values[i]);
	}
}

static void check_meaning(const struct http_head *head)
{
	MUST(http_head_count(head, "host") <= 1 && (head->minor == 0 || http_head_count(head, "host") == 1));
	MUST(!(head->has_length && head->is_chunked));
	MUST(head->has_length == (http_head_count(head, "content-length") == 1));
	MUST(!head->keeps_alive || !http_head_has_token(head, "connection", "CLOSE"));
	http_head_cookie(head, "muster_device");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_head head, again;
	const char *bytes = (const char *)data;
	int result = http_head_parse(&head, bytes, size, MAX_HEAD);
	char *exact;

	MUST(result > 0 || result == 0 || result == -400 || result == -414 || result == -431 || result == -505);
	MUST(result != 0 || size < MAX_HEAD);
	if (result <= 0)
		return 0;
	MUST((size_t)result <= size && result <= MAX_HEAD && head.size == (size_t)result);
	check_spans(&head, bytes);
	check_meaning(&head);
	exact = malloc(head.size);
	MUST(exact != NULL);
	memcpy(exact, bytes, head.size);
	MUST(http_head_parse(&again, exact, head.size, MAX_HEAD) == result);
	MUST(again.header_count == head.header_count && again.length == head.length);
	for (size_t i = 1; i <= head.size; i += 1 + i / 8)
		MUST(http_head_parse(&again, exact, head.size - i, MAX_HEAD) == 0);
	free(exact);
	return 0;
}
