/* session_id - sids are drawn, ids follow from them by a one-way hash. */
#include "muster/session_id.h"

#include "base/base64.h"
#include "base/digest.h"
#include "base/random.h"
#include "muster/limits.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

void session_sid_make(struct session_sid *sid, unsigned lane)
{
	assert(lane < MAX_LANES);
	random_bytes(sid->bytes, sizeof(sid->bytes));
	sid->bytes[0] = (unsigned char)lane;
}

void session_id_of(struct session_id *id, const struct session_sid *sid)
{
	unsigned char digest[DIGEST_SIZE];

	digest_sha256(digest, sid->bytes, sizeof(sid->bytes));
	memcpy(id->bytes, digest, sizeof(id->bytes));
}

void session_sid_format(char *out, const struct session_sid *sid)
{
	base64url_encode(out, sid->bytes, sizeof(sid->bytes));
}

void session_id_format(char *out, const struct session_id *id)
{
	base64url_encode(out, id->bytes, sizeof(id->bytes));
}

int session_sid_parse(struct session_sid *sid, const char *text, size_t size)
{
	struct session_sid parsed;

	if (size != SID_TEXT || base64url_decode(parsed.bytes, sizeof(parsed.bytes), text, size) != 0)
		return -EINVAL;
	if (parsed.bytes[0] >= MAX_LANES)
		return -EINVAL;
	*sid = parsed;
	return 0;
}

int session_id_parse(struct session_id *id, const char *text, size_t size)
{
	struct session_id parsed;

	if (size != SESSION_ID_TEXT || base64url_decode(parsed.bytes, sizeof(parsed.bytes), text, size) != 0)
		return -EINVAL;
	*id = parsed;
	return 0;
}
