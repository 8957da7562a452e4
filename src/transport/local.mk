noinst_LIBRARIES += src/transport/libtransport.a
src_transport_libtransport_a_SOURCES = \
	src/transport/http.c \
	src/transport/http.h \
	src/transport/http_conn.c \
	src/transport/http_conn.h \
	src/transport/http_refusal.c \
	src/transport/http_refusal.h \
	src/transport/long_poll.c \
	src/transport/request_peek.c \
	src/transport/request_peek.h \
	src/transport/send.c \
	src/transport/sse.c \
	src/transport/websocket.c \
	src/transport/websocket.h \
	src/transport/websocket_conn.c \
	src/transport/websocket_conn.h \
	src/transport/websocket_context.c \
	src/transport/websocket_context.h \
	src/transport/websocket_handshake.c \
	src/transport/websocket_handshake.h
src_transport_libtransport_a_SOURCES += \
	src/transport/demo_page.h \
	src/transport/files.c \
	src/transport/files.h \
	src/transport/front_door.c \
	src/transport/front_door.h \
	src/transport/http_answer.c

# The demo page, as C source.
nodist_src_transport_libtransport_a_SOURCES = src/transport/demo_page.c
BUILT_SOURCES += src/transport/demo_page.c
CLEANFILES += src/transport/demo_page.c
src/transport/demo_page.c: $(top_srcdir)/contrib/demo/index.html $(top_srcdir)/contrib/embed.sh
	$(AM_V_GEN)$(MKDIR_P) src/transport && \
	$(SHELL) $(top_srcdir)/contrib/embed.sh demo_page $(top_srcdir)/contrib/demo/index.html >$@.tmp && mv $@.tmp $@
