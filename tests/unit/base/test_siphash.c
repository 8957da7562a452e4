/* The vectors of the SipHash paper and of its reference implementation. */
#include "base/siphash.h"

#include "suites.h"

static const struct siphash_key key = {0x0706050403020100u, 0x0f0e0d0c0b0a0908u};

static uint64_t of_counting_bytes(size_t size)
{
	unsigned char bytes[64];

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)i;
	return siphash(&key, bytes, size);
}

static void published(void)
{
	CHECK(of_counting_bytes(0) == 0x726fdb47dd0e0e31u);
	CHECK(of_counting_bytes(1) == 0x74f839c593dc67fdu);
	CHECK(of_counting_bytes(8) == 0x93f5f5799a932462u);
	CHECK(of_counting_bytes(15) == 0xa129ca6149be45e5u);
}

static void depends_on_the_key(void)
{
	static const struct siphash_key other = {0x0706050403020100u, 0x0f0e0d0c0b0a0909u};

	CHECK(siphash(&key, "name", 4) != siphash(&other, "name", 4));
}

static void depends_on_the_length(void)
{
	CHECK(siphash(&key, "\0\0", 1) != siphash(&key, "\0\0", 2));
}

static const struct test tests[] = {
	{"the published vectors come out", published},
	{"another key, another hash", depends_on_the_key},
	{"zeros of another number hash differently", depends_on_the_length},
	{NULL, NULL},
};
const struct suite siphash_suite = {"siphash", tests};
