/* session_id - the two names of a session.  Its sid is a bearer secret that
 * only its own client sees: one byte says the lane, the rest is random.  Its
 * id is what everybody else sees: the first 12 bytes of SHA-256 of the sid.
 * Plain values; any thread. */
#ifndef MUSTER_SESSION_ID_H
#define MUSTER_SESSION_ID_H

#include <stddef.h>

enum { SID_TEXT = 22, SESSION_ID_TEXT = 16 }; /* characters of base64url */

struct session_sid {
	unsigned char bytes[16]; /* bytes[0] is the lane */
};

struct session_id {
	unsigned char bytes[12];
};

/* A new sid of a lane (0 .. MAX_LANES-1). */
void session_sid_make(struct session_sid *sid, unsigned lane);
/* The id that belongs to a sid. */
void session_id_of(struct session_id *id, const struct session_sid *sid);
/* Text with a NUL: out has SID_TEXT + 1 or SESSION_ID_TEXT + 1 bytes. */
void session_sid_format(char *out, const struct session_sid *sid);
void session_id_format(char *out, const struct session_id *id);
/* 0, or -EINVAL when the text is not exactly one. */
int session_sid_parse(struct session_sid *sid, const char *text, size_t size);
int session_id_parse(struct session_id *id, const char *text, size_t size);

#endif
