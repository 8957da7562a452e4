/* Everybody is who they say. */
#include "muster/authorizer.h"
#include "muster/codes.h"

#include "suites.h"

static struct error err;

static void attach_believes_app_and_device(void)
{
	struct authorizer *a = authorizer_open_new();
	struct credentials shown = {.app = "web", .device = "d1"};
	struct identity who = {0};

	CHECK_INT(a->attach(a, &shown, &who, &err), 0);
	CHECK_TEXT(who.user, NULL);
	CHECK_TEXT(who.app, "web");
	CHECK_TEXT(who.device, "d1");
	CHECK_INT(who.attribute_count, 0);
	identity_fini(&who);
	authorizer_free(a);
}

static void the_app_is_0_when_none_is_named(void)
{
	struct authorizer *a = authorizer_open_new();
	struct credentials shown = {0};
	struct identity who = {0};

	CHECK_INT(a->attach(a, &shown, &who, &err), 0);
	CHECK_TEXT(who.app, "0");
	CHECK_TEXT(who.device, NULL);
	identity_fini(&who);
	authorizer_free(a);
}

static void login_needs_a_user(void)
{
	struct authorizer *a = authorizer_open_new();
	struct credentials nobody = {0}, ann = {.user = "ann"};
	struct identity who = {0};

	CHECK_INT(a->login(a, &nobody, &who, &err), -CODE_INVALID_USER);
	CHECK_INT(a->login(a, &ann, &who, &err), 0);
	CHECK_TEXT(who.user, "ann");
	identity_fini(&who);
	authorizer_free(a);
}

const struct suite open_suite = {
	"open",
	(const struct test[]){
		{"an attach is believed its app and device, and has no attributes", attach_believes_app_and_device},
		{"the app is 0 when none is named", the_app_is_0_when_none_is_named},
		{"a login needs a user, and is believed", login_needs_a_user},
		{0},
	},
};
