# The unit tests of src/config.
check_PROGRAMS += tests/unit/test_config
TESTS += tests/unit/test_config
tests_unit_test_config_CPPFLAGS = $(SUITE_CPPFLAGS)
tests_unit_test_config_LDADD = $(SUITE_LIBS) src/config/libconfig.a $(CONFUSE_LIBS) $(BASE_LIBS)
tests_unit_test_config_SOURCES = \
	tests/unit/config/main.c \
	tests/unit/config/suites.h \
	tests/unit/config/test_config.c \
	tests/unit/config/test_config_check.c \
	tests/unit/config/test_config_file.c \
	tests/unit/config/test_config_print.c \
	tests/unit/config/test_item_check.c \
	tests/unit/config/test_option_table.c \
	tests/unit/config/test_option_value.c \
	tests/unit/config/test_values.c
