/* attach - an empty request to attach, and its end. */
#include "muster/attach.h"

#include "base/xalloc.h"

#include <stdlib.h>

const char *transport_name(enum transport_kind kind)
{
	static const char *const names[] = {
		[TRANSPORT_NONE] = "none",
		[TRANSPORT_WS] = "ws",
		[TRANSPORT_SSE] = "sse",
		[TRANSPORT_POLL] = "poll",
	};

	return names[kind];
}

struct attach *attach_new(void)
{
	struct attach *a = xcalloc(1, sizeof(*a));

	a->wait = UINT64_MAX;
	return a;
}

void attach_free(struct attach *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < a->channel_count; i++)
		free(a->channels[i]);
	free(a->channels);
	free(a->page);
	free(a->cookie_device);
	free(a->device);
	free(a->app);
	free(a->ticket);
	free(a->token);
	free(a);
}
