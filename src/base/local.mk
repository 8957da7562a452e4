noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_SOURCES = \
	src/base/base64.c \
	src/base/base64.h \
	src/base/buffer.c \
	src/base/buffer.h \
	src/base/clock.c \
	src/base/clock.h \
	src/base/digest.c \
	src/base/digest.h \
	src/base/error.c \
	src/base/error.h \
	src/base/inbox.c \
	src/base/inbox.h \
	src/base/listener.c \
	src/base/listener.h \
	src/base/log.c \
	src/base/log.h \
	src/base/map.c \
	src/base/map.h \
	src/base/random.c \
	src/base/random.h \
	src/base/rate.c \
	src/base/rate.h \
	src/base/ring.c \
	src/base/ring.h \
	src/base/siphash.c \
	src/base/siphash.h \
	src/base/socket_address.c \
	src/base/socket_address.h \
	src/base/utf8.c \
	src/base/utf8.h \
	src/base/wheel.c \
	src/base/wheel.h \
	src/base/xalloc.c \
	src/base/xalloc.h
