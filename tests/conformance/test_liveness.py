"""Pings, and clients that show no sign of life."""
import base64
import os
import time

from suite import SCALE, Facts, Poll, Sse, Ws, connect_socket, eventually, main, spread


class Pings(Facts):
    options = ("ping=100ms", "pong_timeout=1h")

    def test_a_stream_has_a_comment_every_ping(self):
        client = self.client(Sse)

        def three_came():
            self.assertIsNone(client.next_push(timeout=0.01))
            return client.comments >= 3
        eventually(three_came, "three comments")
        self.assert_nothing(client)


class Silence(Facts):
    options = ("ping=100ms", "pong_timeout=400ms")

    def open_raw(self):
        """A WebSocket whose client never says another word."""
        connected = connect_socket(self.daemon.public())
        self.addCleanup(connected.close)
        key = base64.b64encode(os.urandom(16)).decode()
        connected.sendall(("GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n" % key).encode())
        return connected

    def read_close(self, connected):
        """Everything up to the close frame: 1001, no sign of life."""
        found = b""
        while b"\x03\xe9" not in found:
            more = connected.recv(65536)
            self.assertTrue(more, found)
            found += more
        return found

    def test_a_websocket_that_answers_no_ping_is_ended(self):
        connected = self.open_raw()
        found = self.read_close(connected)
        self.assertIn(b" 101 ", found.split(b"\r\n")[0])
        self.assertIn(b"}\x89", found)  # a ping behind the welcome
        connected.close()
        self.daemon.wait_metric("muster_connections", 0)

    def test_a_websocket_that_answers_stays(self):
        client, mute = self.client(Ws), self.open_raw()
        self.read_close(mute)
        self.assert_nothing(client)

    def test_streams_and_polls_owe_no_pong(self):
        stream, poll, mute = self.client(Sse), self.client(Poll), self.open_raw()
        self.hold(poll)
        self.read_close(mute)
        self.assert_nothing(stream, poll)


class Quiet(Facts):
    """A server with nothing to do for longer than any of its times."""

    options = ("head_timeout=1s", "resume=%dms" % (1500 * SCALE), "leave_grace=%dms" % (1500 * SCALE), "ping=1h",
               "pong_timeout=2h")

    def be_quiet(self):
        time.sleep(1.8 * SCALE)

    def test_who_comes_after_a_silence_has_all_of_his_time(self):
        self.client()
        self.be_quiet()
        for kind in (Ws, Sse, Poll):
            self.client(kind)

    def test_who_leaves_after_a_silence_is_kept_as_long_as_anybody(self):
        cut, left = ([self.client(kind) for kind in (Ws, Sse, Poll)] for _ in range(2))
        for client in cut + left:
            self.hold(client)
        self.be_quiet()
        for client in cut:
            client.drop()
        for client in left:
            client.close()
            client.drop()
        self.daemon.wait_metric("muster_connections", 0)
        for client in cut + left:
            client.resume()
            self.assert_nothing(client)


spread(globals(), Quiet, transports=(Ws,))
spread(globals(), Pings, transports=(Sse,))
spread(globals(), Silence, transports=(Ws,))
if __name__ == "__main__":
    main()
