/* client_push - what a text means: the session's sid, its numbers, and whether
 * the running number of the payload is the one that had to come.  Texts are
 * searched for what is needed, not parsed: a client has to be cheaper than the
 * server. */
#include "bench/client.h"

#include <stdio.h>
#include <string.h>

static const char opening[] = "{\"push\":\"";

enum { OPENING = sizeof opening - 1 };

/* -- numbers --------------------------------------------------------------------- */

static void check_number(struct client *c, uint64_t number)
{
	struct figures *f = &c->crowd->figures;

	if (!c->has_next) {
		c->has_next = true;
		c->next = c->crowd->starts_at_zero ? 0 : number;
	}
	if (number < c->next) {
		f->doubled++;
		return;
	}
	f->lost += number - c->next;
	c->next = number + 1;
}

static void take_payload(struct client *c, const char *text, size_t size)
{
	struct figures *f = &c->crowd->figures;
	uint64_t number, sent;

	if (!text_number(text, size, "\"k\":", &number))
		return;
	check_number(c, number);
	f->last = bench_now();
	if (!f->deliveries++)
		f->first = f->last;
	if (text_number(text, size, ",\"t\":", &sent) && f->last > sent)
		histogram_add(&f->latency, (f->last - sent) / 1000);
	if (c->crowd->on_number)
		c->crowd->on_number(c);
}

/* Messages of one channel are all that a client here is pushed, so what a gap
 * tells are running numbers. */
static void take_loss(struct client *c, uint64_t lost)
{
	c->crowd->figures.told += lost;
	c->next += lost;
}

/* -- pushes ----------------------------------------------------------------------- */

static void learn_sid(struct client *c, const char *text, size_t size)
{
	static const char key[] = "\"sid\":\"";
	const char *at = memmem(text, size, key, sizeof key - 1);

	if (at && at + sizeof key - 1 + SID_TEXT < text + size) {
		memcpy(c->sid, at + sizeof key - 1, SID_TEXT);
		c->sid[SID_TEXT] = '\0';
	}
}

/* One of what has to come before it is open. */
static void count_answer(struct client *c)
{
	if (c->awaited && --c->awaited == 0)
		client_opened(c);
}

static void take_welcome(struct client *c, const char *text, size_t size)
{
	c->was_renewed |= c->sid[0] != '\0';
	if (c->crowd->follows)
		client_forget(c); /* another session, other numbers */
	learn_sid(c, text, size);
	count_answer(c);
}

static void take_resumed(struct client *c, const char *text, size_t size)
{
	uint64_t n = 0, lost = 0;

	text_number(text, size, "\"lost\":", &lost);
	text_number(text, size, "\"n\":", &n);
	if (n != c->n + lost)
		c->crowd->figures.misnumbered++;
	c->n = n;
	take_loss(c, lost);
	count_answer(c);
}

static void acknowledge(struct client *c)
{
	char text[80];
	int size;

	if (c->kind != CLIENT_WS || !c->crowd->ack || c->n - c->acked < c->crowd->ack)
		return;
	size = snprintf(text, sizeof text, "{\"cmd\":\"ack\",\"data\":{\"n\":%llu}}", (unsigned long long)c->n);
	client_say_frame(c, 1, text, (size_t)size);
	c->acked = c->n;
}

static void take_push(struct client *c, const char *text, size_t size)
{
	uint64_t lost = 0;

	switch (size > OPENING ? text[OPENING] : '\0') {
	case 'm': /* msg */
		c->n++;
		take_payload(c, text, size);
		break;
	case 'g': /* gap */
		c->n++;
		text_number(text, size, "\"lost\":", &lost);
		take_loss(c, lost);
		break;
	case 'p': /* presence */
	case 'c': /* count */
		c->n++;
		break;
	case 'w': /* welcome */
		take_welcome(c, text, size);
		break;
	case 'r': /* resumed */
		take_resumed(c, text, size);
		break;
	default:
		break;
	}
	acknowledge(c);
}

void client_take(struct client *c, const char *text, size_t size)
{
	if (!c->crowd->follows) {
		take_payload(c, text, size);
	} else if (size > OPENING && memcmp(text, opening, OPENING) == 0) {
		take_push(c, text, size);
	} else if (c->kind == CLIENT_WS) {
		count_answer(c);
	}
}

/* Each item begins with `opening`, which no payload here holds. */
void client_take_items(struct client *c, const char *text, size_t size)
{
	const char *end = text + size, *at = memmem(text, size, opening, OPENING), *next;
	uint64_t n = 0, lost = 0;
	size_t head = at ? (size_t)(at - text) : size;

	if (!c->crowd->follows) {
		take_payload(c, text, size);
		return;
	}
	if (text_number(text, head, "\"lost\":", &lost)) {
		take_loss(c, lost);
		c->n += lost;
	}
	for (; at; at = next) {
		next = memmem(at + 1, (size_t)(end - at - 1), opening, OPENING);
		take_push(c, at, (size_t)((next ? next : end) - at));
	}
	if (memmem(text, head, "\"superseded\"", 12)) {
		client_lost(c, "superseded");
		return;
	}
	if (!text_number(text, head, "\"n\":", &n) || n != c->n)
		c->crowd->figures.misnumbered++;
	c->n = n;
}
