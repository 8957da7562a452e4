/* digest - SHA-256, by OpenSSL's libcrypto (which libwebsockets brings). */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

enum { DIGEST_SIZE = 32 };
void digest_sha256(unsigned char out[DIGEST_SIZE], const void *data, size_t size);

#endif
