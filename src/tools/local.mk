bin_PROGRAMS += src/tools/muster
src_tools_muster_SOURCES = \
	src/tools/attachment.c \
	src/tools/attachment.h \
	src/tools/attachment_poll.c \
	src/tools/attachment_sse.c \
	src/tools/attachment_websocket.c \
	src/tools/client_loop.c \
	src/tools/client_loop.h \
	src/tools/event_stream.c \
	src/tools/event_stream.h \
	src/tools/http_call.c \
	src/tools/http_call.h \
	src/tools/main.c \
	src/tools/pub.c \
	src/tools/pub_message.c \
	src/tools/pub_message.h \
	src/tools/publisher.c \
	src/tools/publisher.h \
	src/tools/push_line.c \
	src/tools/push_line.h \
	src/tools/session.c \
	src/tools/session.h \
	src/tools/tail.c \
	src/tools/tool.c \
	src/tools/tool.h \
	src/tools/transport.h \
	src/tools/url.c \
	src/tools/url.h \
	src/tools/websocket.c \
	src/tools/websocket.h
src_tools_muster_LDADD = $(MUSTER_LIBS)
