# The unit tests of src/api.
check_PROGRAMS += tests/unit/test_api
TESTS += tests/unit/test_api
tests_unit_test_api_CPPFLAGS = $(SUITE_CPPFLAGS)
tests_unit_test_api_LDADD = $(SUITE_LIBS) src/api/libapi.a $(PROTOCOL_LIBS) $(MHD_LIBS)
tests_unit_test_api_SOURCES = \
	tests/unit/api/fake_hub.c \
	tests/unit/api/fake_hub.h \
	tests/unit/api/main.c \
	tests/unit/api/suites.h \
	tests/unit/api/test_api.c \
	tests/unit/api/test_calls.c \
	tests/unit/api/test_metrics_text.c \
	tests/unit/api/test_process_usage.c \
	tests/unit/api/test_query_args.c \
	tests/unit/api/test_verbs.c
