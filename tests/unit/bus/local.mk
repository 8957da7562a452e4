# The unit tests of src/bus.
check_PROGRAMS += tests/unit/test_bus
TESTS += tests/unit/test_bus
tests_unit_test_bus_CPPFLAGS = $(SUITE_CPPFLAGS)
tests_unit_test_bus_LDADD = $(SUITE_LIBS) src/bus/libbus.a $(PROTOCOL_LIBS) $(ZMQ_LIBS)
tests_unit_test_bus_SOURCES = \
	tests/unit/bus/main.c \
	tests/unit/bus/rig.c \
	tests/unit/bus/rig.h \
	tests/unit/bus/suites.h \
	tests/unit/bus/test_bus.c \
	tests/unit/bus/test_endpoint.c \
	tests/unit/bus/test_events.c \
	tests/unit/bus/test_ingress.c \
	tests/unit/bus/test_refused.c \
	tests/unit/bus/test_requests.c
