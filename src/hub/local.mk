noinst_LIBRARIES += src/hub/libhub.a
src_hub_libhub_a_SOURCES = \
	src/hub/commands.c \
	src/hub/deliver.c \
	src/hub/hub.c \
	src/hub/hub_state.h
