/* The vectors of FIPS 180-4. */
#include "base/digest.h"

#include "suites.h"

#include <pthread.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

static const char *hex_of(const void *data, size_t size)
{
	static char text[2 * DIGEST_SIZE + 1];
	unsigned char digest[DIGEST_SIZE];

	digest_sha256(digest, data, size);
	for (int i = 0; i < DIGEST_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	return text;
}

static void vectors(void)
{
	char *million = malloc(1000000);

	REQUIRE(million != NULL);
	memset(million, 'a', 1000000);
	CHECK_TEXT(hex_of(NULL, 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	CHECK_TEXT(hex_of("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	CHECK_TEXT(hex_of(million, 1000000),
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(million);
}

static void *digest_abc(void *out)
{
	for (int i = 0; i < 100; i++)
		digest_sha256(out, "abc", 3);
	return NULL;
}

static void threads(void)
{
	unsigned char here[DIGEST_SIZE], there[2][DIGEST_SIZE];
	pthread_t thread[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, digest_abc, there[i]);
	digest_abc(here);
	for (int i = 0; i < 2; i++) {
		pthread_join(thread[i], NULL);
		CHECK_BYTES(there[i], DIGEST_SIZE, here, DIGEST_SIZE);
	}
}

static const struct test tests[] = {
	{"several threads may digest at once", threads},
	{"the published vectors come out", vectors},
	{NULL, NULL},
};
const struct suite digest_suite = {"digest", tests};
