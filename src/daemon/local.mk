sbin_PROGRAMS += src/daemon/musterd
src_daemon_musterd_SOURCES = \
	src/daemon/arguments.c \
	src/daemon/arguments.h \
	src/daemon/descriptors.c \
	src/daemon/descriptors.h \
	src/daemon/main.c \
	src/daemon/notify.c \
	src/daemon/notify.h \
	src/daemon/server.c \
	src/daemon/server.h
src_daemon_musterd_LDADD = $(MUSTERD_LIBS)
