#!/usr/bin/env python3
"""RFC 6455 over bare sockets, against the running daemon: handshakes good and
bad, frames in every cut, what must end a connection and with which code,
clients that stall, vanish or say nothing.  Needs nothing but Python and
$MUSTERD."""
import base64
import hashlib
import json
import os
import re
import signal
import socket
import struct
import subprocess
import tempfile
import time
import unittest

MUSTERD = os.path.abspath(os.environ.get("MUSTERD", "src/daemon/musterd"))
SCALE = float(os.environ.get("TEST_TIMEOUT_SCALE", "1"))
PATIENCE = 15.0 * SCALE  # for what must happen
REPORT = re.compile(r"Sanitizer|runtime error:|Assertion .* failed")
MAX_MESSAGE = 65536
TEXT, BINARY, CLOSE, PING, PONG, MORE = 1, 2, 8, 9, 10, 0
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends RST


class Daemon:
    """musterd on free ports; stop() checks how it ends."""

    def __init__(self, *options):
        self.directory = tempfile.TemporaryDirectory()
        self.log = open(os.path.join(self.directory.name, "log"), "w+")
        args = [MUSTERD]
        free = ["listen=127.0.0.1:0", "api.listen=127.0.0.1:0", "bus.sub=tcp://127.0.0.1:0",
                "bus.pull=tcp://127.0.0.1:0", "bus.router=tcp://127.0.0.1:0",
                "bus.xpub=tcp://127.0.0.1:0", "lanes=2", "drain_time=100ms",
                "max_message=%d" % MAX_MESSAGE, "limits.command_rate=0"]
        for option in free + list(options):
            args += ["-o", option]
        self.process = subprocess.Popen(args, stderr=self.log)
        listen = self.wait_for(r"event=ready .*?\blisten=(\S+)").group(1).split(",")[0]
        host, port = listen.rsplit(":", 1)
        self.address = (host.strip("[]"), int(port))

    def text(self):
        with open(self.log.name) as log:
            return log.read()

    def wait_for(self, pattern):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = re.search(pattern, self.text())
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        raise AssertionError("no %r in the log:\n%s" % (pattern, self.text()))

    def connections(self):
        """The gauge of /metrics."""
        api = re.search(r"\bapi=(\S+)", self.text()).group(1).split(",")[0]
        host, port = api.rsplit(":", 1)
        with socket.create_connection((host, int(port)), PATIENCE) as s:
            s.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            text = s.makefile("rb").read().decode()
        return int(re.search(r"^muster_connections (\d+)$", text, re.M).group(1))

    def wait_connections(self, count, within=PATIENCE):
        deadline = time.monotonic() + within
        while self.connections() != count:
            if time.monotonic() > deadline:
                raise AssertionError("%d connections, not %d" % (self.connections(), count))
            time.sleep(0.02)

    def cpu(self):
        """Seconds of processor time used so far."""
        with open("/proc/%d/stat" % self.process.pid) as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = "killed"
        text = self.text()
        self.log.close()
        self.directory.cleanup()
        if status != 0 or REPORT.search(text):
            raise AssertionError("the daemon ended with %s:\n%s" % (status, text))


def frame(opcode, payload=b"", fin=True, mask=True, reserved=0):
    """The bytes of one frame as a client sends it."""
    size, flag = len(payload), 0x80 if mask else 0
    head = bytes([(0x80 if fin else 0) | reserved | opcode])
    if size < 126:
        head += bytes([flag | size])
    elif size < 65536:
        head += bytes([flag | 126]) + struct.pack(">H", size)
    else:
        head += bytes([flag | 127]) + struct.pack(">Q", size)
    if not mask:
        return head + payload
    key = os.urandom(4)
    stream = (key * (size // 4 + 1))[:size]
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(stream, "big")
    return head + key + masked.to_bytes(size, "big")


class Client:
    """One connection; the handshake is sent but its answer not awaited."""

    def __init__(self, daemon, target="/ws", extra=(), change=None, then=b"", piece=0, window=0):
        self.key = base64.b64encode(os.urandom(16)).decode()
        self.socket = socket.socket()
        if window:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(daemon.address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.bytes = b""
        headers = {"Host": "%s:%d" % daemon.address, "Upgrade": "websocket", "Connection": "Upgrade",
                   "Sec-WebSocket-Key": self.key, "Sec-WebSocket-Version": "13"}
        headers.update(change or {})
        lines = ["GET %s HTTP/1.1" % target]
        lines += ["%s: %s" % row for row in headers.items() if row[1] is not None]
        self.send(("\r\n".join(lines + list(extra)) + "\r\n\r\n").encode() + then, piece)

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.socket.close()

    def send(self, data, piece=0):
        for at in range(0, len(data), piece or len(data)):
            self.socket.sendall(data[at:at + (piece or len(data))])
            if piece:
                time.sleep(0.001)

    def say(self, opcode, payload=b"", **more):
        self.send(frame(opcode, payload, **more))

    def receive(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError("closed after %r" % self.bytes[:200])
        self.bytes += data

    def take(self, size):
        while len(self.bytes) < size:
            self.receive()
        taken, self.bytes = self.bytes[:size], self.bytes[size:]
        return taken

    def answer(self):
        """Status and headers of the answer to the handshake."""
        while b"\r\n\r\n" not in self.bytes:
            self.receive()
        head, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        headers = [(name.lower(), value.strip()) for name, value in
                   (line.split(":", 1) for line in lines[1:])]
        return int(lines[0].split()[1]), headers

    def frame(self):
        """Opcode and payload of the next frame, which must be whole and unmasked."""
        first, second = self.take(2)
        size = second
        if second == 126:
            size = struct.unpack(">H", self.take(2))[0]
        elif second == 127:
            size = struct.unpack(">Q", self.take(8))[0]
        if first & 0xf0 != 0x80 or second & 0x80:
            raise AssertionError("a frame begins with %02x %02x" % (first, second))
        return first & 15, self.take(size)

    def close_code(self):
        """The code of the next close frame; others are passed over."""
        while True:
            opcode, payload = self.frame()
            if opcode == CLOSE:
                return struct.unpack(">H", payload[:2])[0]

    def json(self):
        opcode, payload = self.frame()
        if opcode != TEXT:
            raise AssertionError("opcode %d: %r" % (opcode, payload))
        return json.loads(payload)

    def reply(self, seq):
        """The reply to a command, and the opcodes of what came before it."""
        before = []
        while True:
            opcode, payload = self.frame()
            if opcode == TEXT and json.loads(payload).get("seq") == seq:
                return json.loads(payload), before
            before.append(opcode)

    def is_closed(self):
        """True when the server ends it without anything more."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.socket.close()


def ping(seq, padding=""):
    return json.dumps({"seq": seq, "cmd": "ping", "data": {"padding": padding}}).encode()


class Rfc6455Test(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon("resume=100ms", "leave_grace=10ms")

    @classmethod
    def tearDownClass(cls):
        cls.daemon.stop()

    def connect(self, *args, **more):
        c = Client(self.daemon, *args, **more)
        self.addCleanup(c.socket.close)
        return c

    def attached(self, *args, **more):
        """Open, and the welcome is taken."""
        c = self.connect(*args, **more)
        self.assertEqual(c.answer()[0], 101)
        self.assertEqual(c.json()["push"], "welcome")
        return c

    def assert_works(self, c):
        c.say(TEXT, ping(77))
        self.assertEqual(c.reply(77)[0]["code"], 200)

    def assert_ends(self, c, code):
        self.assertEqual(c.close_code(), code)
        try:
            c.say(CLOSE, struct.pack(">H", code))
        except OSError:
            return
        self.assertTrue(c.is_closed())


class Handshakes(Rfc6455Test):
    def test_the_accept_value_belongs_to_the_key(self):
        c = self.connect()
        status, headers = c.answer()
        digest = hashlib.sha1((c.key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        self.assertEqual(status, 101)
        self.assertIn(("sec-websocket-accept", base64.b64encode(digest).decode()), headers)

    def test_no_extension_is_agreed_to(self):
        c = self.connect(extra=["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"])
        status, headers = c.answer()
        self.assertEqual(status, 101)
        self.assertNotIn("sec-websocket-extensions", dict(headers))

    def test_our_subprotocol_is_echoed_when_offered(self):
        for offer in ("muster.v1", "chat, muster.v1", "muster.v1, token.a.b.c"):
            c = self.connect(change={"Sec-WebSocket-Protocol": offer})
            status, headers = c.answer()
            self.assertEqual((status, dict(headers).get("sec-websocket-protocol")), (101, "muster.v1"))

    def test_unknown_subprotocols_are_not_echoed_and_do_no_harm(self):
        c = self.connect(change={"Sec-WebSocket-Protocol": "chat, other"})
        status, headers = c.answer()
        self.assertEqual(status, 101)
        self.assertNotIn("sec-websocket-protocol", dict(headers))

    def test_a_handshake_in_pieces_of_seven_bytes_is_whole_in_the_end(self):
        self.assert_works(self.attached(piece=7))

    def test_a_frame_glued_to_the_handshake_is_not_lost(self):
        c = self.connect(then=frame(TEXT, ping(5)))
        self.assertEqual(c.answer()[0], 101)
        self.assertEqual(c.reply(5)[0]["code"], 200)

    def test_a_head_of_15_kib_is_no_obstacle(self):
        channels = "&".join("channel=c%d" % i for i in range(100))
        self.assert_works(self.attached(target="/ws?" + channels, extra=["X-Long: " + "v" * 12000]))

    def test_connection_may_name_more_than_upgrade(self):
        self.assert_works(self.attached(change={"Connection": "keep-alive, Upgrade"}))

    def test_the_wrong_version_is_426_with_the_right_one(self):
        for version in ("8", "12", "14", "0", None):
            status, headers = self.connect(change={"Sec-WebSocket-Version": version}).answer()
            self.assertEqual(status, 426)
            self.assertEqual(dict(headers)["sec-websocket-version"], "13")

    def test_a_bad_key_is_400(self):
        for key in (None, "", "abc", "A" * 24, "A" * 22 + "=", "!" * 22 + "==", "A" * 30 + "=="):
            self.assertEqual(self.connect(change={"Sec-WebSocket-Key": key}).answer()[0], 400, key)

    def test_two_keys_are_400(self):
        self.assertEqual(self.connect(extra=["Sec-WebSocket-Key: " + "A" * 22 + "=="]).answer()[0], 400)

    def test_a_refusal_is_json_and_arrives_though_the_client_said_more(self):
        c = self.connect(change={"Sec-WebSocket-Version": "8"}, then=frame(TEXT, b"x" * 1000))
        headers = dict(c.answer()[1])
        body = c.take(int(headers["content-length"]))
        self.assertEqual(json.loads(body)["code"], 1001)
        self.assertEqual(headers["connection"], "close")
        self.assertTrue(c.is_closed())

    def test_an_unknown_session_is_told_by_close_code_4006(self):
        c = self.connect(target="/ws?sid=" + "A" * 22 + "&n=0")
        self.assertEqual(c.answer()[0], 101)
        self.assert_ends(c, 4006)


class Messages(Rfc6455Test):
    def test_fragments_with_control_frames_between_are_one_message(self):
        c = self.attached()
        text = ping(3)
        c.say(TEXT, text[:5], fin=False)
        c.say(PING, b"between")
        c.say(MORE, text[5:6], fin=False)
        c.say(PONG, b"nobody asked")
        c.say(MORE, b"", fin=False)
        c.say(MORE, text[6:])
        # The pong may come before the reply or behind it.
        reply, before = c.reply(3)
        self.assertEqual(reply["code"], 200)
        if before != [PONG]:
            self.assertEqual((before, c.frame()), ([], (PONG, b"between")))

    def test_a_message_in_single_bytes_is_one_message(self):
        c = self.attached()
        c.send(frame(TEXT, ping(4, "x" * 300)), piece=1)
        self.assertEqual(c.reply(4)[0]["code"], 200)

    def test_a_ping_is_answered_with_its_payload(self):
        c = self.attached()
        for payload in (b"", b"x", b"y" * 125):
            c.say(PING, payload)
            self.assertEqual(c.frame(), (PONG, payload))

    def test_lengths_at_the_borders_of_the_header_are_understood(self):
        c = self.attached()
        empty = len(ping(1000))
        for size in (125, 126, 127, 128, 129, 255, 256, 257, 4095, 4096, 4097, 65535, 65536):
            c.say(TEXT, ping(1000, "x" * (size - empty)))
            self.assertEqual(c.reply(1000)[0]["code"], 200, size)

    def test_a_character_cut_between_fragments_is_valid(self):
        c = self.attached()
        text = ping(6).replace(b'""', '"\u20ac"'.encode())
        at = text.index(b"\xe2\x82\xac")
        for piece in (text[:at + 1], text[at + 1:at + 2]):
            c.say(TEXT if piece[:1] == b"{" else MORE, piece, fin=False)
        c.say(MORE, text[at + 2:])
        self.assertEqual(c.reply(6)[0]["code"], 200)

    def test_an_empty_message_is_a_bad_command_and_no_more(self):
        c = self.attached()
        c.say(TEXT)
        self.assertEqual(c.json()["code"], 1001)
        self.assert_works(c)


class Faults(Rfc6455Test):
    def test_bad_utf8_ends_with_1007(self):
        for text in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"):
            c = self.attached()
            c.say(TEXT, text)
            self.assert_ends(c, 1007)

    def test_binary_ends_with_1003(self):
        for payload in (b"", b"abc", b"x" * 5000):
            c = self.attached()
            c.say(BINARY, payload)
            self.assert_ends(c, 1003)

    def test_a_message_too_big_ends_with_1009(self):
        c = self.attached()
        c.say(TEXT, b"x" * (MAX_MESSAGE + 5000))
        self.assert_ends(c, 1009)

    def test_fragments_that_add_up_to_too_much_end_with_1009(self):
        c = self.attached()
        try:
            c.say(TEXT, b"x" * 4000, fin=False)
            for _ in range(20):
                c.say(MORE, b"x" * 4000, fin=False)
        except OSError:
            pass
        self.assert_ends(c, 1009)

    def test_an_announced_size_is_refused_before_it_comes(self):
        c = self.attached()
        c.send(bytes([0x81, 0xff]) + struct.pack(">Q", 200 << 20) + b"\0\0\0\0" + b"x" * 300)
        self.assertEqual(c.close_code(), 1009)

    def test_breaches_of_framing_end_with_1002(self):
        breaches = {
            "a reserved bit": frame(TEXT, b"a", reserved=0x40),
            "a reserved opcode": frame(3, b"a"),
            "a reserved control opcode": frame(11, b"a"),
            "a continuation of nothing": frame(MORE, b"a"),
            "a new message inside another": frame(TEXT, b"a", fin=False) + frame(TEXT, b"b"),
            "a control frame in fragments": frame(PING, b"a", fin=False),
        }
        for name, data in breaches.items():
            with self.subTest(name):
                c = self.attached()
                c.send(data)
                self.assert_ends(c, 1002)

    def test_a_control_frame_too_long_ends_the_connection(self):
        c = self.attached()
        c.send(frame(PING, b"x" * 126))
        with self.assertRaises((EOFError, ConnectionResetError)):
            c.frame()


class Endings(Rfc6455Test):
    def setUp(self):
        self.daemon.wait_connections(0)

    def test_a_close_is_answered_with_its_code_and_the_connection_ends(self):
        for payload in (b"", struct.pack(">H", 1000), struct.pack(">H", 4321) + b"why"):
            c = self.attached()
            c.say(CLOSE, payload)
            self.assertEqual(c.frame(), (CLOSE, payload))
            self.assertTrue(c.is_closed())

    def test_the_close_command_is_answered_by_a_close_frame(self):
        c = self.attached()
        c.say(TEXT, b'{"seq":1,"cmd":"close"}')
        self.assert_ends(c, 1000)

    def test_a_client_that_ignores_our_close_frame_is_cut_off_within_6_s(self):
        c = self.attached()
        c.say(BINARY, b"x")
        self.assertEqual(c.close_code(), 1003)
        self.daemon.wait_connections(0, 6 * SCALE)

    def test_a_client_that_resets_is_noticed(self):
        self.attached().reset()
        self.daemon.wait_connections(0)

    def test_a_client_that_closes_without_a_word_is_noticed(self):
        c = self.attached()
        c.socket.shutdown(socket.SHUT_WR)
        self.assertTrue(c.is_closed())
        self.daemon.wait_connections(0)

    def test_clients_that_vanish_within_the_handshake_leave_nothing(self):
        for i in range(200):
            c = Client(self.daemon, then=frame(TEXT, ping(1)) * (i % 3))
            if i % 2:
                c.reset()
            else:
                c.socket.close()
        self.daemon.wait_connections(0)

    def test_a_stalled_reader_costs_no_processor_time_and_ends_when_it_leaves(self):
        c = self.attached(window=4096)
        for _ in range(100):
            c.send(frame(TEXT, ping(1)) * 1000)  # 10 MB of replies
        deadline = time.monotonic() + PATIENCE
        used, before = 1, self.daemon.cpu()
        while used > 0.1 and time.monotonic() < deadline:
            time.sleep(0.5)
            used, before = self.daemon.cpu() - before, self.daemon.cpu()
        self.assertLess(used, 0.1, "seconds in half a second")
        c.reset()
        self.daemon.wait_connections(0)

    def test_two_thousand_connections_come_and_go(self):
        count = 2000 if SCALE == 1 else 500
        clients = [Client(self.daemon) for _ in range(count)]
        for c in clients:
            self.assertEqual(c.answer()[0], 101)
            self.assertEqual(c.json()["push"], "welcome")
        self.daemon.wait_connections(count)
        for i, c in enumerate(clients):
            if i % 2:
                c.say(CLOSE, struct.pack(">H", 1000))
            c.socket.close()
        self.daemon.wait_connections(0)


if __name__ == "__main__":
    unittest.main()
