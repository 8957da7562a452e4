# Measurements.  Not built by make or make check: `make bench-programs`, then run
# the scripts by hand with MUSTERD=..., see tests/bench/README.

BENCH_BINARIES = \
	tests/bench/asker \
	tests/bench/bench_core \
	tests/bench/bench_store \
	tests/bench/churn \
	tests/bench/load \
	tests/bench/publish
EXTRA_PROGRAMS = $(BENCH_BINARIES)
CLEANFILES += $(BENCH_BINARIES)

BENCH_CLIENT = \
	tests/bench/client.c \
	tests/bench/client.h \
	tests/bench/client_push.c \
	tests/bench/client_read.c \
	tests/bench/figures.c \
	tests/bench/figures.h

tests_bench_asker_SOURCES = tests/bench/asker.c tests/bench/figures.c tests/bench/figures.h
tests_bench_asker_LDADD = $(ZMQ_LIBS) -lpthread
tests_bench_bench_core_SOURCES = tests/bench/bench_core.c
tests_bench_bench_core_LDADD = src/core/libcore.a $(BASE_LIBS)
tests_bench_bench_store_SOURCES = tests/bench/bench_store.c
tests_bench_bench_store_LDADD = $(STORE_LIBS)
tests_bench_churn_SOURCES = tests/bench/churn.c tests/bench/guest.c tests/bench/guest.h $(BENCH_CLIENT)
tests_bench_churn_LDADD = $(BASE_LIBS) -lm
tests_bench_load_SOURCES = tests/bench/load.c $(BENCH_CLIENT)
tests_bench_load_LDADD = $(BASE_LIBS)
tests_bench_publish_SOURCES = tests/bench/publish.c tests/bench/figures.c tests/bench/figures.h
tests_bench_publish_LDADD = $(ZMQ_LIBS)

bench-programs: $(BENCH_BINARIES)
.PHONY: bench-programs
