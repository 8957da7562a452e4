"""One publisher at full speed: nothing is lost before the hub, and what a client
does not get, it is told of.  The client here begins to read when all is sent."""
import json
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))

from muster import PATIENCE, SCALE, Daemon, Publisher, connect_socket, eventually  # noqa: E402

COUNT = 300000
LIMIT = 20 * SCALE


class FastWs:
    """A WebSocket client that only counts: frames by their headers, gaps by what they say."""

    def __init__(self, address):
        self.socket = connect_socket(address)
        self.socket.sendall(b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
        self.bytes = bytearray()
        while b"\r\n\r\n" not in self.bytes:
            self.bytes += self.socket.recv(65536)
        del self.bytes[:self.bytes.index(b"\r\n\r\n") + 4]
        self.messages = self.lost = self.gaps = 0
        self.last = -1
        self.is_ordered = True

    def read_until(self, count, deadline):
        """Until so many have come or are known to be lost."""
        while self.messages + self.lost < count:
            if time.monotonic() > deadline:
                raise AssertionError("%d came and %d were lost, of %d" % (self.messages, self.lost, count))
            data = self.socket.recv(1 << 20)
            if not data:
                raise AssertionError("the connection ended")
            self.bytes += data
            self._count_frames()

    def _count_frames(self):
        data, at, end = bytes(self.bytes), 0, len(self.bytes)
        while end - at >= 4:
            size, head = data[at + 1], 2
            if size == 126:
                size, head = int.from_bytes(data[at + 2:at + 4], "big"), 4
            if end - at < head + size:
                break
            if data[at] == 0x81:
                self._count_push(data[at + head:at + head + size])
            at += head + size
        del self.bytes[:at]

    def _count_push(self, push):
        if push.startswith(b'{"push":"msg"'):
            self.messages += 1
            number = int(push[push.rindex(b":") + 1:-1])
            self.is_ordered &= number > self.last
            self.last = number
        elif push.startswith(b'{"push":"gap"'):
            self.gaps += 1
            self.lost += json.loads(push)["lost"]


class Burst(unittest.TestCase):
    def play(self, *options):
        daemon = Daemon(*options)
        self.addCleanup(daemon.stop)
        backend = Publisher(daemon)
        self.addCleanup(backend.close)
        client = FastWs(daemon.public())
        self.addCleanup(client.socket.close)
        began = time.monotonic()
        send = backend.socket.send_multipart
        for i in range(COUNT):
            send((b"all", b"%d" % i))
        sent = time.monotonic()
        client.read_until(COUNT, began + LIMIT)
        read = time.monotonic()
        eventually(lambda: daemon.metric("muster_messages_in_total") >= COUNT, "all are accepted", PATIENCE)
        metrics = daemon.metrics()
        print("sent in %.1f s, read in %.1f s: %d messages, %d lost in %d gaps" % (
            sent - began, read - began, client.messages, client.lost, client.gaps))
        self.assertEqual(metrics["muster_messages_in_total"], COUNT)
        self.assertEqual(sum(count for name, count in metrics.items() if name.startswith("muster_refused_total")), 0)
        self.assertEqual(metrics['muster_dropped_total{reason="drop_oldest"}'], client.lost)
        self.assertEqual(client.messages + client.lost, COUNT)
        self.assertEqual(client.last, COUNT - 1)
        self.assertTrue(client.is_ordered)
        return client

    def test_every_message_reaches_the_hub_and_what_a_client_misses_it_is_told(self):
        self.play("lanes=1")

    def test_with_room_enough_every_message_reaches_the_client(self):
        client = self.play("lanes=2", "outbox_messages=1000000", "outbox_bytes=1GiB")
        self.assertEqual((client.messages, client.lost), (COUNT, 0))


if __name__ == "__main__":
    unittest.main(verbosity=2)
