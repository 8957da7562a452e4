# The unit tests of src/daemon.
check_PROGRAMS += tests/unit/test_daemon
TESTS += tests/unit/test_daemon
tests_unit_test_daemon_CPPFLAGS = $(SUITE_CPPFLAGS)
tests_unit_test_daemon_LDADD = $(SUITE_LIBS) $(BASE_LIBS)
tests_unit_test_daemon_SOURCES = \
	src/daemon/arguments.c \
	src/daemon/arguments.h \
	tests/unit/daemon/main.c \
	tests/unit/daemon/suites.h \
	tests/unit/daemon/test_arguments.c
