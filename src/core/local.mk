noinst_LIBRARIES += src/core/libcore.a
src_core_libcore_a_SOURCES = \
	src/core/channel.c \
	src/core/channel.h \
	src/core/channel_rules.c \
	src/core/channel_rules.h \
	src/core/core.c \
	src/core/core.h \
	src/core/core_state.h \
	src/core/dedup.c \
	src/core/dedup.h \
	src/core/history.c \
	src/core/history.h \
	src/core/lane_set.c \
	src/core/lane_set.h \
	src/core/people.c \
	src/core/people.h \
	src/core/presence.c \
	src/core/presence.h \
	src/core/presence_watch.c \
	src/core/presence_watch.h \
	src/core/publisher_gaps.c \
	src/core/publisher_gaps.h \
	src/core/router.c \
	src/core/session_registry.c \
	src/core/session_registry.h \
	src/core/subscriptions.c \
	src/core/tally.c \
	src/core/tally.h \
	src/core/walk.c
