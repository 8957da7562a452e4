# The unit tests of src/core.  They link core and base alone: the core is pure.
check_PROGRAMS += tests/unit/test_core
TESTS += tests/unit/test_core
tests_unit_test_core_CPPFLAGS = $(SUITE_CPPFLAGS)
tests_unit_test_core_LDADD = $(SUITE_LIBS) src/core/libcore.a $(BASE_LIBS)
tests_unit_test_core_SOURCES = \
	tests/unit/core/main.c \
	tests/unit/core/suites.h \
	tests/unit/core/test_channel.c \
	tests/unit/core/test_channel_rules.c \
	tests/unit/core/test_core.c \
	tests/unit/core/test_core_model.c \
	tests/unit/core/test_dedup.c \
	tests/unit/core/test_history.c \
	tests/unit/core/test_lane_set.c \
	tests/unit/core/test_people.c \
	tests/unit/core/test_presence.c \
	tests/unit/core/test_publisher_gaps.c \
	tests/unit/core/test_session_registry.c \
	tests/unit/core/test_tally.c
