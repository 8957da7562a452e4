/* open - auth = open: everybody is who they say, for development and for hosts
 * where only trusted clients can reach the port. */
#include "muster/authorizer.h"

#include "auth/authorizer.h"
#include "base/xalloc.h"
#include "muster/codes.h"

#include <string.h>

static void copy_shown(const struct credentials *shown, struct identity *out)
{
	*out = (struct identity){
		.user = xstrdup(shown->user),
		.app = xstrdup(shown->app ? shown->app : DEFAULT_APP),
		.device = xstrdup(shown->device),
	};
}

static int attach(const struct authorizer *self, const struct credentials *shown, struct identity *out, struct error *err)
{
	(void)self;
	(void)err;
	copy_shown(shown, out);
	return 0;
}

static int login(const struct authorizer *self, const struct credentials *shown, struct identity *out, struct error *err)
{
	(void)self;
	if (!shown->user)
		return error_set(err, -CODE_INVALID_USER, "login needs a user");
	copy_shown(shown, out);
	return 0;
}

struct authorizer *authorizer_open_new(void)
{
	struct authorizer *a = xcalloc(1, sizeof(*a));

	a->attach = attach;
	a->login = login;
	a->anonymous = true;
	return a;
}
