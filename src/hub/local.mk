noinst_LIBRARIES += src/hub/libhub.a
src_hub_libhub_a_SOURCES = \
	src/hub/channels.c \
	src/hub/commands.c \
	src/hub/deliver.c \
	src/hub/hub.c \
	src/hub/hub_state.h \
	src/hub/job.c \
	src/hub/job.h \
	src/hub/mailboxes.c \
	src/hub/mailboxes.h \
	src/hub/publish_verbs.c \
	src/hub/sessions.c \
	src/hub/sessions.h \
	src/hub/topics.c \
	src/hub/topics.h \
	src/hub/verbs.c \
	src/hub/verbs.h
