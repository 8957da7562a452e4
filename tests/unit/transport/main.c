/* The unit tests of src/transport; what needs sockets and a lane is tested on
 * the running daemon by tests/system. */
#include "suites.h"

int main(void)
{
	static const struct suite *const suites[] = {&http_refusal_suite, &websocket_handshake_suite, NULL};

	return suites_run(suites);
}
