# The unit tests of src/protocol.
check_PROGRAMS += tests/unit/test_protocol
TESTS += tests/unit/test_protocol
tests_unit_test_protocol_CPPFLAGS = $(SUITE_CPPFLAGS)
tests_unit_test_protocol_LDADD = $(SUITE_LIBS) $(PROTOCOL_LIBS)
tests_unit_test_protocol_SOURCES = \
	tests/unit/protocol/main.c \
	tests/unit/protocol/suites.h \
	tests/unit/protocol/test_command_parse.c \
	tests/unit/protocol/test_envelope.c \
	tests/unit/protocol/test_frame.c \
	tests/unit/protocol/test_http_head.c \
	tests/unit/protocol/test_identity.c \
	tests/unit/protocol/test_json_scan.c \
	tests/unit/protocol/test_json_write.c \
	tests/unit/protocol/test_match.c \
	tests/unit/protocol/test_origin.c \
	tests/unit/protocol/test_publish_options.c \
	tests/unit/protocol/test_push.c \
	tests/unit/protocol/test_query.c \
	tests/unit/protocol/test_refusal_row.c \
	tests/unit/protocol/test_reply.c \
	tests/unit/protocol/test_session_id.c \
	tests/unit/protocol/test_since_parse.c \
	tests/unit/protocol/test_sse.c \
	tests/unit/protocol/test_target.c \
	tests/unit/protocol/test_verb_args.c
