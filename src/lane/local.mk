noinst_LIBRARIES += src/lane/liblane.a
src_lane_liblane_a_SOURCES = \
	src/lane/attach.c \
	src/lane/audience.c \
	src/lane/audience.h \
	src/lane/commands.c \
	src/lane/deliver.c \
	src/lane/flush.c \
	src/lane/lane.c \
	src/lane/lane_state.h \
	src/lane/life.c \
	src/lane/loop.c \
	src/lane/session.h \
	src/lane/stream.c \
	src/lane/stream.h \
	src/lane/tombstones.c \
	src/lane/tombstones.h
