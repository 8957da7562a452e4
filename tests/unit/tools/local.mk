# The unit tests of src/tools: of its files that need no socket.
check_PROGRAMS += tests/unit/test_tools
TESTS += tests/unit/test_tools
tests_unit_test_tools_CPPFLAGS = $(SUITE_CPPFLAGS)
tests_unit_test_tools_LDADD = $(SUITE_LIBS) $(PROTOCOL_LIBS)
tests_unit_test_tools_SOURCES = \
	src/tools/event_stream.c \
	src/tools/pub_message.c \
	src/tools/push_line.c \
	src/tools/url.c \
	tests/unit/tools/main.c \
	tests/unit/tools/suites.h \
	tests/unit/tools/test_event_stream.c \
	tests/unit/tools/test_pub_message.c \
	tests/unit/tools/test_push_line.c \
	tests/unit/tools/test_url.c
