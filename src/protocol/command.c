/* command - the end of one. */
#include "muster/command.h"

#include <stdlib.h>

void command_free(struct command *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->user_count; i++)
		free(c->users[i]);
	free(c->users);
	free(c->id);
	free(c->event);
	free(c->data);
	for (size_t i = 0; i < c->channel_count; i++)
		free(c->channels[i].name);
	free(c->channels);
	free(c->device);
	free(c->app);
	free(c->user);
	free(c->ticket);
	free(c->token);
	free(c);
}
