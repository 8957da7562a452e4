# The unit tests of src/store: one suite of facts for every implementation, and
# what is true of a file alone.
check_PROGRAMS += tests/unit/test_store
TESTS += tests/unit/test_store
tests_unit_test_store_CPPFLAGS = $(SUITE_CPPFLAGS)
tests_unit_test_store_LDADD = $(SUITE_LIBS) $(STORE_LIBS)
tests_unit_test_store_SOURCES = \
	tests/unit/store/crash.c \
	tests/unit/store/main.c \
	tests/unit/store/rig.c \
	tests/unit/store/rig.h \
	tests/unit/store/suites.h \
	tests/unit/store/test_file.c \
	tests/unit/store/test_store.c \
	tests/unit/store/test_trouble.c
