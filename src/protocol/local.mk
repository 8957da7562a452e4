noinst_LIBRARIES += src/protocol/libprotocol.a
src_protocol_libprotocol_a_SOURCES = \
	src/protocol/attach.c \
	src/protocol/command.c \
	src/protocol/command_parse.c \
	src/protocol/command_parse.h \
	src/protocol/envelope.c \
	src/protocol/envelope.h \
	src/protocol/frame.c \
	src/protocol/http_head.c \
	src/protocol/http_head.h \
	src/protocol/identity.c \
	src/protocol/json_decode.c \
	src/protocol/json_decode.h \
	src/protocol/json_scan.c \
	src/protocol/json_scan.h \
	src/protocol/json_write.c \
	src/protocol/json_write.h \
	src/protocol/match.c \
	src/protocol/match_parse.c \
	src/protocol/match_parse.h \
	src/protocol/origin.c \
	src/protocol/origin.h \
	src/protocol/publish.c \
	src/protocol/publish_options.c \
	src/protocol/publish_options.h \
	src/protocol/push.c \
	src/protocol/push.h \
	src/protocol/query.c \
	src/protocol/query.h \
	src/protocol/reply.c \
	src/protocol/reply.h \
	src/protocol/session_id.c \
	src/protocol/sse.c \
	src/protocol/sse.h \
	src/protocol/target.c
