noinst_LIBRARIES += src/api/libapi.a
src_api_libapi_a_SOURCES = \
	src/api/api.c \
	src/api/api.h \
	src/api/calls.c \
	src/api/calls.h \
	src/api/metrics_text.c \
	src/api/metrics_text.h \
	src/api/mhd_answer.c \
	src/api/mhd_answer.h \
	src/api/mhd_result.h \
	src/api/pages.c \
	src/api/pages.h \
	src/api/process_usage.c \
	src/api/process_usage.h \
	src/api/query_args.c \
	src/api/query_args.h \
	src/api/verb_exchange.c \
	src/api/verb_exchange.h
