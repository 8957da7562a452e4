# Measurements, built with everything else but run by hand.

noinst_PROGRAMS += tests/bench/bench_core
tests_bench_bench_core_SOURCES = tests/bench/bench_core.c
tests_bench_bench_core_LDADD = src/core/libcore.a $(BASE_LIBS)
