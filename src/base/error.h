/* error - the sentence a person reads when something is refused: what is
 * wrong, where, and what is allowed instead. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

struct error {
	char text[512];
};

/* Write the sentence (cut when too long) and return code, so that a caller
 * can say `return error_set(err, -EINVAL, "...")`.  err may be NULL. */
int error_set(struct error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
