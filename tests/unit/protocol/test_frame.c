/* The WebSocket header in front of the text, and references. */
#include "muster/frame.h"

#include "suites.h"

#include <stdlib.h>
#include <string.h>

static void check_header(size_t size, const char *header, size_t header_size)
{
	char *text = malloc(size + 1);
	struct frame *f;

	memset(text, 'x', size);
	f = frame_new(text, size);
	CHECK_INT(f->size, size);
	CHECK_INT(f->header_size, header_size);
	CHECK_BYTES(f->bytes, header_size, header, header_size);
	CHECK_INT(frame_wire_size(f), header_size + size);
	CHECK(memcmp(frame_text(f), text, size) == 0);
	CHECK_INT(frame_text(f)[size], 0);
	CHECK(!f->is_numbered);
	CHECK_POINTER(f->event, NULL);
	CHECK_POINTER(f->channel, NULL);
	frame_unref(f);
	free(text);
}

static void headers_are_the_shortest(void)
{
	check_header(0, "\x81\x00", 2);
	check_header(125, "\x81\x7d", 2);
	check_header(126, "\x81\x7e\x00\x7e", 4);
	check_header(65535, "\x81\x7e\xff\xff", 4);
	check_header(65536, "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10);
}

static void the_channel_lives_with_the_frame(void)
{
	char channel[] = "news";
	struct frame *f = frame_new_empty(3, channel, NULL);

	memcpy(f->bytes + f->header_size, "abc", 3);
	channel[0] = 'x';
	CHECK_TEXT(f->channel, "news");
	CHECK_TEXT(frame_text(f), "abc");
	CHECK_POINTER(f->mail_user, NULL);
	frame_unref(f);
}

static void the_owner_of_a_mailbox_lives_with_the_frame(void)
{
	char user[] = "ann", channel[] = "news";
	struct frame *f = frame_new_empty(3, NULL, user);

	memcpy(f->bytes + f->header_size, "abc", 3);
	user[0] = 'x';
	CHECK_TEXT(f->mail_user, "ann");
	CHECK_POINTER(f->channel, NULL);
	CHECK_TEXT(frame_text(f), "abc");
	frame_unref(f);
	f = frame_new_empty(3, channel, user);
	CHECK_TEXT(f->channel, "news");
	CHECK_TEXT(f->mail_user, "xnn");
	frame_unref(f);
}

static void a_frame_counts_until_it_is_freed(void)
{
	_Atomic int64_t account = 10;
	struct frame *f = frame_new("abc", 3);

	frame_charge(f, &account);
	CHECK_INT(account, 15);
	frame_unref(frame_ref(f));
	CHECK_INT(account, 15);
	frame_unref(f);
	CHECK_INT(account, 10);
}

static void the_last_reference_frees(void)
{
	struct frame *f = frame_new("x", 1);

	CHECK_POINTER(frame_ref(f), f);
	frame_unref(f);
	CHECK_TEXT(frame_text(f), "x");
	frame_unref(f);
	frame_unref(NULL);
}

static const struct test tests[] = {
	{"a header has the fewest bytes for its size", headers_are_the_shortest},
	{"the channel's name lives with the frame", the_channel_lives_with_the_frame},
	{"the owner of a mailbox lives with the frame", the_owner_of_a_mailbox_lives_with_the_frame},
	{"a charged frame counts its bytes until it is freed", a_frame_counts_until_it_is_freed},
	{"only the last reference frees", the_last_reference_frees},
	{NULL, NULL},
};

const struct suite frame_suite = {"frame", tests};
