# The unit tests of src/base.
check_PROGRAMS += tests/unit/test_base
TESTS += tests/unit/test_base
tests_unit_test_base_CPPFLAGS = $(SUITE_CPPFLAGS)
tests_unit_test_base_LDADD = $(SUITE_LIBS) $(BASE_LIBS)
tests_unit_test_base_SOURCES = \
	tests/unit/base/main.c \
	tests/unit/base/suites.h \
	tests/unit/base/test_base64.c \
	tests/unit/base/test_buffer.c \
	tests/unit/base/test_clock.c \
	tests/unit/base/test_digest.c \
	tests/unit/base/test_error.c \
	tests/unit/base/test_inbox.c \
	tests/unit/base/test_listener.c \
	tests/unit/base/test_log.c \
	tests/unit/base/test_map.c \
	tests/unit/base/test_random.c \
	tests/unit/base/test_rate.c \
	tests/unit/base/test_ring.c \
	tests/unit/base/test_siphash.c \
	tests/unit/base/test_socket_address.c \
	tests/unit/base/test_utf8.c \
	tests/unit/base/test_wheel.c \
	tests/unit/base/test_xalloc.c
