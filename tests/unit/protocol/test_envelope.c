/* The forms of a message and the reasons to refuse one. */
#include "protocol/envelope.h"

#include "muster/limits.h"
#include "protocol/verb_args.h"
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_MESSAGE = 64 };

static struct publish *p;
static struct refusal why;

static int parse_parts(const struct envelope_part *parts, size_t count)
{
	p = NULL;
	return envelope_parse(&p, &why, parts, count, MAX_MESSAGE);
}

/* Up to three frames, NULL for those that are not there. */
static int parse(const char *a, const char *b, const char *c)
{
	const char *texts[] = {a, b, c};
	struct envelope_part parts[3];
	size_t count = 0;

	while (count < 3 && texts[count] != NULL) {
		parts[count] = (struct envelope_part){texts[count], strlen(texts[count])};
		count++;
	}
	return parse_parts(parts, count);
}

static void check_refused(int rc, enum counter counter, const char *reason)
{
	CHECK(rc < 0);
	CHECK_POINTER(p, NULL);
	CHECK_INT(why.counter, counter);
	CHECK_TEXT(why.reason, reason);
	publish_unref(p);
}

static void two_frames_are_target_and_payload(void)
{
	REQUIRE_INT(parse("channel/news", " {\"a\":\n1} ", NULL), 0);
	CHECK_TEXT(p->target.channel, "news");
	CHECK_TEXT(p->data, " {\"a\": 1} ");
	CHECK_INT(p->data_size, 10);
	CHECK_POINTER(p->id, NULL);
	CHECK_POINTER(p->match, NULL);
	CHECK(!p->has_seq);
	CHECK(!p->is_base64);
	publish_unref(p);
}

static void the_third_frame_has_options(void)
{
	REQUIRE_INT(parse("user/ann", "1", "{\"id\":\"m1\",\"event\":\"e\"}"), 0);
	CHECK_TEXT(p->id, "m1");
	CHECK_TEXT(p->event, "e");
	publish_unref(p);
}

static void one_object_says_it_all(void)
{
	REQUIRE_INT(parse("{\"data\": {\"x\":[1]} ,\"to\":\"user\\/ann\",\"from\":\"bob\"}", NULL, NULL), 0);
	CHECK_TEXT(p->target.user, "ann");
	CHECK_TEXT(p->data, "{\"x\":[1]}");
	CHECK_TEXT(p->from, "bob");
	publish_unref(p);
}

static void a_null_is_a_payload(void)
{
	REQUIRE_INT(parse("{\"to\":\"all\",\"data\":null}", NULL, NULL), 0);
	CHECK_TEXT(p->data, "null");
	publish_unref(p);
}

static void other_counts_of_frames_are_refused(void)
{
	struct envelope_part parts[4] = {{"all", 3}, {"1", 1}, {"{}", 2}, {"1", 1}};

	check_refused(parse_parts(parts, 0), COUNTER_REFUSED_FRAMES, "bad_frames");
	check_refused(parse_parts(parts, 4), COUNTER_REFUSED_FRAMES, "bad_frames");
	check_refused(parse("all", NULL, NULL), COUNTER_REFUSED_FRAMES, "bad_frames");
	check_refused(parse("", NULL, NULL), COUNTER_REFUSED_FRAMES, "bad_frames");
}

static void bad_targets_are_refused(void)
{
	check_refused(parse("nobody", "1", NULL), COUNTER_REFUSED_TARGET, "bad_target");
	check_refused(parse("", "1", NULL), COUNTER_REFUSED_TARGET, "bad_target");
	check_refused(parse("{\"data\":1}", NULL, NULL), COUNTER_REFUSED_TARGET, "bad_target");
	check_refused(parse("{\"to\":1,\"data\":1}", NULL, NULL), COUNTER_REFUSED_TARGET, "bad_target");
	check_refused(parse("{\"to\":\"all\\u0000\",\"data\":1}", NULL, NULL), COUNTER_REFUSED_TARGET, "bad_target");
}

static void bad_json_is_refused(void)
{
	check_refused(parse("all", "", NULL), COUNTER_REFUSED_JSON, "bad_json");
	check_refused(parse("all", "{", NULL), COUNTER_REFUSED_JSON, "bad_json");
	check_refused(parse("all", "\"\xff\"", NULL), COUNTER_REFUSED_JSON, "bad_json");
	check_refused(parse("all", "1", "[]"), COUNTER_REFUSED_JSON, "bad_options");
	check_refused(parse("all", "1", ""), COUNTER_REFUSED_JSON, "bad_options");
	check_refused(parse("{\"to\":\"all\"", NULL, NULL), COUNTER_REFUSED_JSON, "bad_json");
	check_refused(parse("{\"to\":\"all\"}", NULL, NULL), COUNTER_REFUSED_JSON, "no_data");
}

static void sizes_are_bounded(void)
{
	char payload[MAX_MESSAGE + 2];

	memset(payload, '1', MAX_MESSAGE + 1);
	payload[MAX_MESSAGE + 1] = '\0';
	check_refused(parse("all", payload, NULL), COUNTER_REFUSED_SIZE, "too_large");
	CHECK_INT(parse("all", payload + 1, NULL), 0);
	publish_unref(p);
}

static void an_object_of_any_size_is_not_even_read(void)
{
	size_t size = 4 << 20;
	char *text = malloc(size);
	struct envelope_part part = {text, size};

	memset(text, '{', size);
	check_refused(parse_parts(&part, 1), COUNTER_REFUSED_SIZE, "too_large");
	free(text);
}

static void text_becomes_a_string(void)
{
	REQUIRE_INT(parse("all", "say \"hi\"\n</b>", "{\"type\":\"text\"}"), 0);
	CHECK_TEXT(p->data, "\"say \\\"hi\\\"\\n<\\/b>\"");
	CHECK_INT(p->data_size, strlen(p->data));
	CHECK(!p->is_base64);
	publish_unref(p);
	check_refused(parse("all", "\xff", "{\"type\":\"text\"}"), COUNTER_REFUSED_JSON, "bad_utf8");
}

static void binary_becomes_base64(void)
{
	struct envelope_part parts[3] = {{"all", 3}, {"\0\xff\n", 3}, {"{\"type\":\"binary\"}", 17}};

	REQUIRE_INT(parse_parts(parts, 3), 0);
	CHECK_TEXT(p->data, "\"AP8K\"");
	CHECK_INT(p->data_size, 6);
	CHECK(p->is_base64);
	publish_unref(p);
}

static void in_an_object_text_and_binary_are_strings_already(void)
{
	REQUIRE_INT(parse("{\"to\":\"all\",\"type\":\"binary\",\"data\":\"AP8K\"}", NULL, NULL), 0);
	CHECK_TEXT(p->data, "\"AP8K\"");
	CHECK(p->is_base64);
	publish_unref(p);
	REQUIRE_INT(parse("{\"to\":\"all\",\"type\":\"text\",\"data\":\"a\\nb\"}", NULL, NULL), 0);
	CHECK_TEXT(p->data, "\"a\\nb\"");
	publish_unref(p);
	check_refused(parse("{\"to\":\"all\",\"type\":\"text\",\"data\":1}", NULL, NULL), COUNTER_REFUSED_JSON,
		"data_not_a_string");
}

static struct target *targets;
static size_t target_count;

static int parse_object(const char *text)
{
	p = NULL;
	targets = NULL;
	target_count = 77;
	return envelope_parse_object(&p, &targets, &target_count, &why, text, strlen(text), MAX_MESSAGE);
}

static void free_targets(void)
{
	for (size_t i = 0; i < target_count; i++)
		target_fini(&targets[i]);
	free(targets);
}

static void binary_in_an_object_is_base64(void)
{
	REQUIRE_INT(parse("{\"to\":\"all\",\"type\":\"binary\",\"data\":\"A\\/8\\u003d\"}", NULL, NULL), 0);
	CHECK_TEXT(p->data, "\"A\\/8\\u003d\"");
	publish_unref(p);
	REQUIRE_INT(parse("{\"to\":\"all\",\"type\":\"binary\",\"data\":\"\"}", NULL, NULL), 0);
	publish_unref(p);
	check_refused(parse("{\"to\":\"all\",\"type\":\"binary\",\"data\":\"not base64!\"}", NULL, NULL),
		COUNTER_REFUSED_JSON, "bad_base64");
	check_refused(parse("{\"to\":\"all\",\"type\":\"binary\",\"data\":\"AP8\"}", NULL, NULL),
		COUNTER_REFUSED_JSON, "bad_base64");
}

static void an_object_may_be_for_many(void)
{
	REQUIRE_INT(parse_object(" {\"to\":[\"user/ann\",\"channel\\/news\"],\"data\":{\"x\":1},\"id\":\"i\"}"), 0);
	REQUIRE_INT(target_count, 2);
	CHECK_TEXT(targets[0].user, "ann");
	CHECK_TEXT(targets[1].channel, "news");
	CHECK_INT(p->target.kind, TARGET_ALL);
	CHECK_TEXT(p->data, "{\"x\":1}");
	CHECK_TEXT(p->id, "i");
	free_targets();
	publish_unref(p);
}

static void an_object_for_one_has_no_list(void)
{
	REQUIRE_INT(parse_object("{\"to\":\"user/ann\",\"data\":1}"), 0);
	CHECK_INT(target_count, 0);
	CHECK_POINTER(targets, NULL);
	CHECK_TEXT(p->target.user, "ann");
	publish_unref(p);
}

static void a_list_is_refused_where_one_is_asked_for(void)
{
	static const char text[] = "{\"to\":[\"user/ann\"],\"data\":1}";

	p = NULL;
	check_refused(envelope_parse_object(&p, NULL, NULL, &why, text, sizeof(text) - 1, MAX_MESSAGE),
		COUNTER_REFUSED_TARGET, "bad_target");
	check_refused(parse(text, NULL, NULL), COUNTER_REFUSED_TARGET, "bad_target");
}

static void every_target_of_a_list_must_be_good(void)
{
	check_refused(parse_object("{\"to\":[\"user/ann\",\"nobody\"],\"data\":1}"), COUNTER_REFUSED_TARGET, "bad_target");
	check_refused(parse_object("{\"to\":[\"user/ann\",1],\"data\":1}"), COUNTER_REFUSED_TARGET, "bad_target");
	check_refused(parse_object("{\"to\":[\"user/ann\"]}"), COUNTER_REFUSED_JSON, "no_data");
	check_refused(parse_object("{\"to\":[\"user/ann\"],\"data\":1,\"x\":1}"), COUNTER_REFUSED_OPTION, "unknown_option");
	check_refused(parse_object("{\"to\":[\"user/ann\"],\"data\":1,\"ttl\":-1}"), COUNTER_REFUSED_OPTION, "bad_ttl");
	CHECK_POINTER(targets, NULL);
}

static void what_is_no_object_is_bad_json(void)
{
	check_refused(parse_object(""), COUNTER_REFUSED_JSON, "bad_json");
	check_refused(parse_object("[1]"), COUNTER_REFUSED_JSON, "bad_json");
	check_refused(parse_object("{\"to\":"), COUNTER_REFUSED_JSON, "bad_json");
}

static int parse_list(int count)
{
	static char text[32768];
	int at = sprintf(text, "{\"data\":1,\"to\":[");

	for (int i = 0; i < count; i++)
		at += sprintf(text + at, "%s\"user/u%d\"", i > 0 ? "," : "", i);
	strcpy(text + at, "]}");
	return parse_object(text);
}

static void a_list_has_one_to_max_targets(void)
{
	check_refused(parse_list(0), COUNTER_REFUSED_TARGET, "bad_target_count");
	check_refused(parse_list(MAX_BROADCAST + 1), COUNTER_REFUSED_TARGET, "bad_target_count");
	REQUIRE_INT(parse_list(MAX_BROADCAST), 0);
	CHECK_INT(target_count, MAX_BROADCAST);
	free_targets();
	publish_unref(p);
}

static void a_list_is_kept_for_users_alone(void)
{
	check_refused(parse_object("{\"to\":[\"user/a\",\"all\"],\"data\":1,\"offline\":true}"),
		COUNTER_REFUSED_OPTION, "bad_option");
	REQUIRE_INT(parse_object("{\"to\":[\"user/a\",\"user/b@web\"],\"data\":1,\"offline\":true}"), 0);
	CHECK(p->is_offline);
	free_targets();
	publish_unref(p);
}

static const struct test tests[] = {
	{"two frames are target and payload", two_frames_are_target_and_payload},
	{"a third frame has options", the_third_frame_has_options},
	{"one object says it all", one_object_says_it_all},
	{"a null is a payload", a_null_is_a_payload},
	{"other counts of frames are refused", other_counts_of_frames_are_refused},
	{"bad targets are refused", bad_targets_are_refused},
	{"bad JSON is refused", bad_json_is_refused},
	{"a payload is bounded by max_message", sizes_are_bounded},
	{"an object beyond every limit is not even read", an_object_of_any_size_is_not_even_read},
	{"text becomes a JSON string", text_becomes_a_string},
	{"binary becomes a base64 string", binary_becomes_base64},
	{"in an object text and binary are strings already", in_an_object_text_and_binary_are_strings_already},
	{"binary in an object must be base64", binary_in_an_object_is_base64},
	{"an object may be for many targets", an_object_may_be_for_many},
	{"an object for one target has no list", an_object_for_one_has_no_list},
	{"a list is refused where one target is asked for", a_list_is_refused_where_one_is_asked_for},
	{"every target of a list must be good", every_target_of_a_list_must_be_good},
	{"what is no object is bad JSON", what_is_no_object_is_bad_json},
	{"a list has 1 to MAX_BROADCAST targets", a_list_has_one_to_max_targets},
	{"a list is kept for users alone", a_list_is_kept_for_users_alone},
	{NULL, NULL},
};

const struct suite envelope_suite = {"envelope", tests};
