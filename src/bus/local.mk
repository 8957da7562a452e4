noinst_LIBRARIES += src/bus/libbus.a
src_bus_libbus_a_SOURCES = \
	src/bus/bus.c \
	src/bus/bus_socket.c \
	src/bus/bus_socket.h \
	src/bus/endpoint.c \
	src/bus/endpoint.h \
	src/bus/events.c \
	src/bus/events.h \
	src/bus/ingress.c \
	src/bus/ingress.h \
	src/bus/requests.c \
	src/bus/requests.h
