/* The unit tests of src/protocol. */
#include "suites.h"

int main(void)
{
	static const struct suite *const suites[] = {
		&json_scan_suite, &json_write_suite, &session_id_suite, &identity_suite, &target_suite,
		&match_suite, &frame_suite, &envelope_suite, &publish_options_suite, &command_parse_suite,
		&reply_suite, &push_suite, &http_head_suite, &query_suite, &sse_suite, &origin_suite,
		&since_parse_suite, &verb_args_suite, &refusal_row_suite, NULL,
	};

	return suites_run(suites);
}
