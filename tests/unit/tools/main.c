/* The unit tests of src/tools. */
#include "suites.h"

int main(void)
{
	static const struct suite *const suites[] = {
		&url_suite, &event_stream_suite, &push_line_suite, &pub_message_suite, NULL,
	};

	return suites_run(suites);
}
