"""A web page cannot talk to the ZeroMQ sockets.

libzmq also takes peers that speak ZMTP 1.0, whose greeting is nothing but a
first frame: one byte of length, one of flags.  The text of an HTTP POST can be
read as such frames, so any page a user opens could publish to a socket on
his own host.  A socket with a ZAP domain refuses those peers.  Here the
attack is played against every bound socket, and against one without a
domain, which shows that it would have worked.
"""
import socket
import time
import unittest

from support.muster import PATIENCE, Daemon  # exits with 77 when pyzmq is missing

import zmq

PATH_LENGTHS = range(1, 151)


def frame(flags, body):
    """One frame of ZMTP 1.0."""
    return bytes([len(body) + 1, flags]) + body


def browser_post(port, path_length):
    """What fetch(url, {method: "POST", mode: "no-cors", body: blob}) sends.

    Letters of the head are lengths that lead from frame to frame until one
    ends in the body, on a run of empty frames that lead to the message."""
    body = b"\x01" * 256 + frame(0, b"") + frame(1, b"all") + frame(0, b'{"evil":1}')
    head = (
        "POST /%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: Mozilla/5.0\r\n"
        "Accept: */*\r\nContent-Type: text/plain;charset=UTF-8\r\n"
        "Content-Length: %d\r\nOrigin: http://page.example\r\nConnection: keep-alive\r\n\r\n"
    ) % ("a" * path_length, port, len(body))
    return head.encode() + body


def port_of(endpoint):
    return int(endpoint.rsplit(":", 1)[1])


def attack(port, path_length):
    """Send it and wait until the other side hangs up; false if it does not."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as client:
        try:
            client.sendall(browser_post(port, path_length))
            while client.recv(4096):
                pass
        except ConnectionError:
            pass
        except TimeoutError:
            return False
    return True


def bound_endpoints(daemon):
    """The ZeroMQ endpoints over TCP, by the name of their socket."""
    return {key: [one for one in value.split(",") if one.startswith("tcp://")]
            for key, value in daemon.ready.items() if key.startswith("bus_")}


def heard(daemon):
    """Everything that came in by the bus, accepted or refused."""
    return {name: value for name, value in daemon.metrics().items()
            if name.startswith(("muster_messages_in_total", "muster_refused_total"))}


class BrowserAttack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon()
        cls.context = zmq.Context()

    @classmethod
    def tearDownClass(cls):
        cls.context.destroy(linger=0)
        cls.daemon.stop()

    def test_a_post_of_any_path_length_is_hung_up_on_and_not_heard(self):
        endpoints = bound_endpoints(self.daemon)
        self.assertLessEqual({"bus_sub", "bus_pull"}, set(endpoints))
        before = heard(self.daemon)
        self.assertIn("muster_messages_in_total", before)
        for name, bound in endpoints.items():
            for endpoint in bound:
                for length in PATH_LENGTHS:
                    with self.subTest(socket=name, path_length=length):
                        self.assertTrue(attack(port_of(endpoint), length), "the connection stayed")
        self.assertEqual(heard(self.daemon), before)

    def test_an_ordinary_push_is_heard_after_the_attack(self):
        (endpoint,) = bound_endpoints(self.daemon)["bus_pull"]
        before = self.daemon.metric("muster_messages_in_total")
        attack(port_of(endpoint), 7)
        push = self.context.socket(zmq.PUSH)
        push.connect(endpoint)
        push.send_multipart([b"all", b'{"honest":1}'])
        self.daemon.wait_metric("muster_messages_in_total", before + 1)
        push.close(linger=0)

    def test_the_same_post_does_reach_a_socket_without_a_domain(self):
        pull = self.context.socket(zmq.PULL)
        port = pull.bind_to_random_port("tcp://127.0.0.1")
        clients, reached = [], 0
        for length in PATH_LENGTHS:
            clients.append(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE))
            clients[-1].sendall(browser_post(port, length))
        deadline = time.monotonic() + PATIENCE
        while reached < 10 and time.monotonic() < deadline:
            if pull.poll(100) and pull.recv_multipart()[-2:] == [b"all", b'{"evil":1}']:
                reached += 1
        for client in clients:
            client.close()
        pull.close(linger=0)
        if reached == 0 and zmq.zmq_version_info() > (4, 3, 4):
            self.skipTest("this libzmq no longer takes ZMTP 1.0 peers")
        self.assertGreaterEqual(reached, 10)


if __name__ == "__main__":
    unittest.main(verbosity=2)
