/* A Last-Event-ID that is understood is one that would have been sent, byte
 * for byte. */
#include "fuzz/fuzz.h"
#include "protocol/sse.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char tail[] = "\ndata: {}\n\n";
	struct session_sid sid;
	struct buffer b;
	struct frame *f;
	char text[SID_TEXT + 1];
	uint64_t n;

	if (sse_parse_id(&sid, &n, (const char *)data, size) < 0)
		return 0;
	session_sid_format(text, &sid);
	f = frame_new("{}", 2);
	f->is_numbered = true;
	buffer_init(&b, 0);
	sse_write(&b, f, text, n, false);
	MUST(b.size == 4 + size + strlen(tail));
	MUST(memcmp(b.data, "id: ", 4) == 0 && memcmp(b.data + 4, data, size) == 0);
	MUST(memcmp(b.data + 4 + size, tail, strlen(tail)) == 0);
	buffer_fini(&b);
	frame_unref(f);
	return 0;
}
