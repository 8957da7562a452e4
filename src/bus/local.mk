noinst_LIBRARIES += src/bus/libbus.a
src_bus_libbus_a_SOURCES = \
	src/bus/bus.c \
	src/bus/endpoint.c \
	src/bus/endpoint.h \
	src/bus/ingress.c \
	src/bus/ingress.h
