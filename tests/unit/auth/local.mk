# The unit tests of src/auth.
check_PROGRAMS += tests/unit/test_auth
TESTS += tests/unit/test_auth
tests_unit_test_auth_CPPFLAGS = $(SUITE_CPPFLAGS)
tests_unit_test_auth_LDADD = $(SUITE_LIBS) src/auth/libauth.a $(PROTOCOL_LIBS)
tests_unit_test_auth_SOURCES = \
	tests/unit/auth/main.c \
	tests/unit/auth/suites.h \
	tests/unit/auth/test_closed.c \
	tests/unit/auth/test_open.c
