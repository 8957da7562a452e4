# The unit tests of src/lane.
check_PROGRAMS += tests/unit/test_lane
TESTS += tests/unit/test_lane
tests_unit_test_lane_CPPFLAGS = $(SUITE_CPPFLAGS)
tests_unit_test_lane_LDADD = $(SUITE_LIBS) src/lane/liblane.a src/hub/libhub.a src/lane/liblane.a \
	src/protocol/libprotocol.a src/base/libbase.a $(UV_LIBS) $(BASE_LIBS)
tests_unit_test_lane_SOURCES = \
	tests/unit/lane/main.c \
	tests/unit/lane/suites.h \
	tests/unit/lane/test_audience.c \
	tests/unit/lane/test_loop.c \
	tests/unit/lane/test_stream.c \
	tests/unit/lane/test_tombstones.c
