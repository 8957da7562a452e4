/* closed - a token or ticket is needed, and no key is configured: whatever is
 * shown cannot be valid.  Anonymous visitors come in where they are allowed. */
#include "muster/authorizer.h"

#include "auth/authorizer.h"
#include "base/xalloc.h"
#include "muster/codes.h"

#include <stdlib.h>

static int attach(const struct authorizer *self, const struct credentials *shown, struct identity *out, struct error *err)
{
	if (shown->token || shown->ticket)
		return error_set(err, -401, "no key is configured, so no %s is valid", shown->token ? "token" : "ticket");
	if (!self->anonymous)
		return error_set(err, -401, "a token or ticket is needed");
	*out = (struct identity){.app = xstrdup(DEFAULT_APP)};
	return 0;
}

static int login(const struct authorizer *self, const struct credentials *shown, struct identity *out, struct error *err)
{
	(void)self;
	(void)out;
	if (shown->token || shown->ticket)
		return error_set(err, -CODE_NOT_AUTHORISED, "no key is configured, so no %s is valid",
			shown->token ? "token" : "ticket");
	return error_set(err, -CODE_NOT_AUTHORISED, "login needs a token or ticket: the server does not run with auth = open");
}

struct authorizer *authorizer_closed_new(bool anonymous)
{
	struct authorizer *a = xcalloc(1, sizeof(*a));

	a->attach = attach;
	a->login = login;
	a->anonymous = anonymous;
	return a;
}

void authorizer_free(struct authorizer *a)
{
	free(a);
}
