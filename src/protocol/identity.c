/* identity - copies and look-ups of who a session is. */
#include "muster/identity.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

void identity_copy(struct identity *to, const struct identity *from)
{
	to->user = xstrdup(from->user);
	to->app = xstrdup(from->app);
	to->device = xstrdup(from->device);
	to->attributes = NULL;
	to->attribute_count = from->attribute_count;
	if (from->attribute_count == 0)
		return;
	to->attributes = xcalloc(from->attribute_count, sizeof(*to->attributes));
	for (size_t i = 0; i < from->attribute_count; i++) {
		to->attributes[i].name = xstrdup(from->attributes[i].name);
		to->attributes[i].value = xstrdup(from->attributes[i].value);
	}
}

void identity_fini(struct identity *who)
{
	for (size_t i = 0; i < who->attribute_count; i++) {
		free(who->attributes[i].name);
		free(who->attributes[i].value);
	}
	free(who->attributes);
	free(who->device);
	free(who->app);
	free(who->user);
	*who = (struct identity){0};
}

const char *identity_attribute(const struct identity *who, const char *name)
{
	for (size_t i = 0; i < who->attribute_count; i++)
		if (strcmp(who->attributes[i].name, name) == 0)
			return who->attributes[i].value;
	return NULL;
}
