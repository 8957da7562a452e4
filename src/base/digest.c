/* digest - see digest.h.  OpenSSL 3 looks an algorithm up by name each time
 * unless it was fetched, which costs more than hashing something short: it is
 * fetched once and kept until the process ends. */
#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/opensslv.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const EVP_MD *sha256;

static void fetch(void)
{
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
	sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
#endif
	if (!sha256)
		sha256 = EVP_sha256();
}

void digest_sha256(unsigned char out[DIGEST_SIZE], const void *data, size_t size)
{
	pthread_once(&once, fetch);
	if (EVP_Digest(size ? data : "", size, out, NULL, sha256, NULL) == 1)
		return;
	fprintf(stderr, "libcrypto cannot compute SHA-256\n");
	abort();
}
