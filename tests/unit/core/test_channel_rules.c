/* Which rule a channel stands under. */
#include "core/channel_rules.h"

#include "suites.h"

/* Does the pattern match the name? */
static bool matches(const char *pattern, const char *name)
{
	char copy[64];
	struct channel_rule rule = { .pattern = copy };
	struct settings s = { .channels = &rule, .channel_count = 1 };
	size_t i = 0;

	for (; pattern[i] != '\0' && i < sizeof(copy) - 1; i++)
		copy[i] = pattern[i];
	copy[i] = '\0';
	return channel_rules_find(&s, name) == &rule;
}

static void a_star_is_any_run(void)
{
	CHECK(matches("*", "anything/at/all"));
	CHECK(matches("news/*", "news/"));
	CHECK(matches("news/*", "news/a/b"));
	CHECK(!matches("news/*", "news"));
	CHECK(!matches("news/*", "old/news/a"));
	CHECK(matches("*/news", "a/b/news"));
	CHECK(!matches("*/news", "a/news/b"));
	CHECK(matches("a*b*c", "abc"));
	CHECK(matches("a*b*c", "a-b-b-c-c"));
	CHECK(!matches("a*b*c", "a-c-b"));
	CHECK(matches("**", "x"));
}

static void other_characters_are_themselves(void)
{
	CHECK(matches("a.b?[c]", "a.b?[c]"));
	CHECK(!matches("a.b", "axb"));
	CHECK(!matches("a?", "ab"));
	CHECK(!matches("News", "news"));
	CHECK(!matches("", "a"));
}

static void a_hostile_pattern_is_quick(void)
{
	CHECK(!matches("a*a*a*a*a*a*a*a*a*a*a*a*b",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static void the_first_match_rules(void)
{
	char news[] = "news/*", any[] = "*";
	struct channel_rule rules[] = { { .pattern = news }, { .pattern = any } };
	struct settings s = { .channels = rules, .channel_count = 2 };

	CHECK_POINTER(channel_rules_find(&s, "news/1"), &rules[0]);
	CHECK_POINTER(channel_rules_find(&s, "other"), &rules[1]);
}

static void without_a_match(void)
{
	struct settings s = { .channels = NULL };
	const struct channel_rule *r = channel_rules_find(&s, "room");

	CHECK(r->presence);
	CHECK_INT(r->subscribe, SUBSCRIBE_ALL);
	CHECK_INT(r->client_publish, PUBLISH_NO);
	CHECK_INT(r->slow, SLOW_DROP_OLDEST);
}

const struct suite channel_rules_suite = {
	"channel_rules",
	(const struct test[]){
		{ "a star is any run of characters", a_star_is_any_run },
		{ "all other characters are themselves", other_characters_are_themselves },
		{ "many stars do not take long", a_hostile_pattern_is_quick },
		{ "the first rule that matches rules", the_first_match_rules },
		{ "what matches nothing has the built-in rule", without_a_match },
		{ NULL, NULL },
	},
};
