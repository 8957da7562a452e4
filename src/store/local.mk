noinst_LIBRARIES += src/store/libstore.a
src_store_libstore_a_SOURCES = \
	src/store/database.c \
	src/store/database.h \
	src/store/database_calls.c \
	src/store/database_calls.h \
	src/store/kept.c \
	src/store/kept.h \
	src/store/schema.c \
	src/store/schema.h \
	src/store/statements.c \
	src/store/statements.h \
	src/store/store_call.c \
	src/store/store_call.h \
	src/store/store_front.c \
	src/store/store_front.h \
	src/store/store_memory.c \
	src/store/store_sqlite.c \
	src/store/store_sqlite.h \
	src/store/sweep.c \
	src/store/sweep.h \
	src/store/writer.c \
	src/store/writer.h
