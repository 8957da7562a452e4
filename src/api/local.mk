noinst_LIBRARIES += src/api/libapi.a
src_api_libapi_a_SOURCES = \
	src/api/api.c \
	src/api/api.h \
	src/api/listener.c \
	src/api/listener.h \
	src/api/metrics_text.c \
	src/api/metrics_text.h \
	src/api/mhd_result.h \
	src/api/process_usage.c \
	src/api/process_usage.h
