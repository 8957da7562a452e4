# The unit tests of src/hub, on a clock of their own.
check_PROGRAMS += tests/unit/test_hub
TESTS += tests/unit/test_hub
tests_unit_test_hub_CPPFLAGS = $(SUITE_CPPFLAGS) -I$(srcdir)/tests/unit/hub
tests_unit_test_hub_LDADD = $(SUITE_LIBS) src/hub/libhub.a src/core/libcore.a src/store/libstore.a \
	src/protocol/libprotocol.a src/base/libbase.a $(SQLITE_LIBS) $(BASE_LIBS)
tests_unit_test_hub_SOURCES = \
	tests/unit/hub/main.c \
	tests/unit/hub/rig.c \
	tests/unit/hub/rig.h \
	tests/unit/hub/suites.h \
	tests/unit/hub/test_history.c \
	tests/unit/hub/test_job.c \
	tests/unit/hub/test_mailboxes.c
