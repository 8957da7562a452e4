/* bus_socket - a ZeroMQ socket of ours with all its endpoints: what the sockets
 * of the bus have in common, whatever travels through them.
 *
 * Only peers that speak ZMTP 3 are heard: libzmq would else take what a plain
 * browser can be made to POST to the port for a ZMTP 1.0 peer. */
#ifndef BUS_BUS_SOCKET_H
#define BUS_BUS_SOCKET_H

#include "base/buffer.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zmq.h>

struct bus_socket_options {
	const char *option; /* in the configuration, for sentences: "bus.sub"; a literal */
	int type;           /* ZMQ_SUB .. */
	int receive_queue;  /* messages of one peer that libzmq holds; 0: its own default */
	int send_queue;
	int64_t frame_size; /* a peer that sends a larger frame is hung up on */
	int linger;         /* ms that an end waits for what is not sent yet */
};

struct bus_socket {
	void *handle; /* NULL: not open */
	const char *option;
	struct buffer endpoints; /* the real ones, separated by commas, a NUL behind them */
};

/* An open socket without endpoints.  0, or a negative errno and a sentence;
 * to be given to bus_socket_fini() in either case. */
int bus_socket_init(struct bus_socket *s, void *context, const struct bus_socket_options *options,
	struct error *err);
void bus_socket_fini(struct bus_socket *s);
/* Bind or connect one more endpoint.  0, or a negative errno and a sentence. */
int bus_socket_add(struct bus_socket *s, const char *text, struct error *err);
/* Read the next message without waiting; false: none is there.  At most capacity
 * frames of it are then in frames (capacity + 1 initialised ones, the last takes
 * what is too much), their number in *count; *is_too_long: there were more. */
bool bus_socket_take(struct bus_socket *s, zmq_msg_t *frames, size_t capacity, size_t *count,
	bool *is_too_long);

#endif
