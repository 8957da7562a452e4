/* The two names of a session. */
#include "muster/session_id.h"

#include "muster/limits.h"
#include "suites.h"

#include <string.h>

static void a_sid_says_its_lane(void)
{
	struct session_sid a, b;

	session_sid_make(&a, 5);
	session_sid_make(&b, 5);
	CHECK_INT(a.bytes[0], 5);
	CHECK(memcmp(a.bytes, b.bytes, sizeof(a.bytes)) != 0);
}

static void texts_come_back(void)
{
	char text[SID_TEXT + 1];
	struct session_sid sid, again;
	struct session_id id, id_again;

	session_sid_make(&sid, MAX_LANES - 1);
	session_sid_format(text, &sid);
	CHECK_INT(strlen(text), SID_TEXT);
	CHECK_INT(session_sid_parse(&again, text, SID_TEXT), 0);
	CHECK_BYTES(again.bytes, sizeof(again.bytes), sid.bytes, sizeof(sid.bytes));
	session_id_of(&id, &sid);
	session_id_format(text, &id);
	CHECK_INT(strlen(text), SESSION_ID_TEXT);
	CHECK_INT(session_id_parse(&id_again, text, SESSION_ID_TEXT), 0);
	CHECK_BYTES(id_again.bytes, sizeof(id.bytes), id.bytes, sizeof(id.bytes));
}

static void an_id_is_the_front_of_a_digest(void)
{
	struct session_sid sid = {{0}};
	struct session_id id;
	char text[SESSION_ID_TEXT + 1];

	session_id_of(&id, &sid);
	session_id_format(text, &id);
	CHECK_TEXT(text, "N0cI__dxndWXnsh1"); /* of 16 zero bytes: 374708fff7719dd5979ec875 */
}

static void anything_else_is_refused(void)
{
	static const char *const sids[] = {
		"", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAA==",
		"AAAAAAAAAAAAAAAAAAAAA+", "AAAAAAAAAAA AAAAAAAAAA", "_AAAAAAAAAAAAAAAAAAAAA",
	};
	struct session_sid sid = {{9}};
	struct session_id id = {{9}};

	for (size_t i = 0; i < sizeof(sids) / sizeof(sids[0]); i++)
		CHECK(session_sid_parse(&sid, sids[i], strlen(sids[i])) < 0);
	CHECK(session_id_parse(&id, "AAAAAAAAAAAAAAA", 15) < 0);
	CHECK(session_id_parse(&id, "AAAAAAAAAAAAAAA=", 16) < 0);
	CHECK_INT(sid.bytes[0], 9);
	CHECK_INT(id.bytes[0], 9);
}

static const struct test tests[] = {
	{"a sid says its lane and is new each time", a_sid_says_its_lane},
	{"what is formatted can be parsed", texts_come_back},
	{"an id is the front of the sid's digest", an_id_is_the_front_of_a_digest},
	{"anything but one sid, of a lane there can be, is refused", anything_else_is_refused},
	{NULL, NULL},
};

const struct suite session_id_suite = {"session_id", tests};
