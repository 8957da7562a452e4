# The unit tests of src/transport.
check_PROGRAMS += tests/unit/test_transport
TESTS += tests/unit/test_transport
tests_unit_test_transport_CPPFLAGS = $(SUITE_CPPFLAGS)
tests_unit_test_transport_LDADD = $(SUITE_LIBS) src/transport/libtransport.a $(PROTOCOL_LIBS)
tests_unit_test_transport_SOURCES = \
	tests/unit/transport/main.c \
	tests/unit/transport/suites.h \
	tests/unit/transport/test_http_refusal.c \
	tests/unit/transport/test_websocket_handshake.c
