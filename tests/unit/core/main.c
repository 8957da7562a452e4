/* The unit tests of src/core. */
#include "suites.h"

#include <stdio.h>
#include <string.h>

struct session_id test_id(unsigned n)
{
	struct session_id id = { { 0 } };

	memcpy(id.bytes, &n, sizeof(n));
	return id;
}

const struct identity *test_identity(const char *user, const char *app, const char *device)
{
	static struct {
		struct identity who;
		char user[160], app[160], device[160];
	} ring[4];
	static unsigned next;
	unsigned i = next++ % 4;

	snprintf(ring[i].user, sizeof(ring[i].user), "%s", user != NULL ? user : "");
	snprintf(ring[i].app, sizeof(ring[i].app), "%s", app);
	snprintf(ring[i].device, sizeof(ring[i].device), "%s", device);
	ring[i].who = (struct identity){
		.user = user != NULL ? ring[i].user : NULL,
		.app = ring[i].app,
		.device = ring[i].device,
	};
	return &ring[i].who;
}

int main(void)
{
	static const struct suite *const suites[] = {
		&lane_set_suite, &tally_suite, &people_suite, &session_registry_suite, &channel_rules_suite,
		&channel_suite, &history_suite, &presence_suite, &dedup_suite, &publisher_gaps_suite, &core_suite,
		&core_model_suite, NULL,
	};

	return suites_run(suites);
}
