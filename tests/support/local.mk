# What the unit tests share: SUITE_CPPFLAGS and SUITE_LIBS are for programs
# that say #include "support/suite.h".
SUITE_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests $(CUNIT_CFLAGS)
SUITE_LIBS = tests/support/libsuite.a $(CUNIT_LIBS)

if HAVE_CUNIT
check_LIBRARIES += tests/support/libsuite.a
tests_support_libsuite_a_CPPFLAGS = $(SUITE_CPPFLAGS)
tests_support_libsuite_a_SOURCES = tests/support/suite.c tests/support/suite.h
endif
