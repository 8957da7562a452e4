noinst_LIBRARIES += src/config/libconfig.a
src_config_libconfig_a_SOURCES = \
	src/config/channel_section.c \
	src/config/channel_section.h \
	src/config/config.c \
	src/config/config.h \
	src/config/config_check.c \
	src/config/config_check.h \
	src/config/config_file.c \
	src/config/config_file.h \
	src/config/config_print.c \
	src/config/config_report.c \
	src/config/config_report.h \
	src/config/config_scan.c \
	src/config/config_scan.h \
	src/config/item_check.c \
	src/config/item_check.h \
	src/config/option_table.c \
	src/config/option_table.h \
	src/config/option_value.c \
	src/config/option_value.h \
	src/config/values.c \
	src/config/values.h

dist_man_MANS += doc/muster.conf.5 doc/musterd.8 doc/muster.1
