/* Nothing that is shown can be valid. */
#include "muster/authorizer.h"
#include "muster/codes.h"

#include "suites.h"

static struct error err;

static int attach_with(bool anonymous, const struct credentials *shown)
{
	struct authorizer *a = authorizer_closed_new(anonymous);
	struct identity who = {0};
	int result = a->attach(a, shown, &who, &err);

	if (result == 0)
		CHECK_TEXT(who.user, NULL);
	identity_fini(&who);
	authorizer_free(a);
	return result;
}

static void nobody_comes_in_without(void)
{
	struct credentials nothing = {.user = "ann", .app = "web"};

	CHECK_INT(attach_with(false, &nothing), -401);
}

static void anonymous_comes_in_as_nobody(void)
{
	struct credentials claims = {.user = "ann", .app = "web", .device = "d"};

	CHECK_INT(attach_with(true, &claims), 0);
}

static void no_token_is_valid(void)
{
	struct credentials token = {.token = "x.y.z"}, ticket = {.ticket = "t"};

	CHECK_INT(attach_with(true, &token), -401);
	CHECK_INT(attach_with(true, &ticket), -401);
}

static void no_login_is_valid(void)
{
	struct authorizer *a = authorizer_closed_new(true);
	struct credentials claim = {.user = "ann"};
	struct identity who = {0};

	CHECK_INT(a->login(a, &claim, &who, &err), -CODE_NOT_AUTHORISED);
	authorizer_free(a);
}

const struct suite closed_suite = {
	"closed",
	(const struct test[]){
		{"nobody comes in without a token", nobody_comes_in_without},
		{"an anonymous visitor comes in as nobody, whatever it claims", anonymous_comes_in_as_nobody},
		{"no token or ticket is valid while there is no key", no_token_is_valid},
		{"no login is valid", no_login_is_valid},
		{0},
	},
};
