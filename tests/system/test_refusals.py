"""What musterd refuses: it is counted, it leaves the files of others alone, and no secret gets into the log."""
import http.client
import json
import os
import shutil
import socket
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))

from muster import Daemon, Poll, Publisher, Refused, Sse, Ws, connect_http, connect_socket, exchange, host_of  # noqa: E402

HTTP = 'muster_http_refused_total{status="%s"}'
COMMANDS = 'muster_commands_refused_total{reason="%s"}'


class Files(unittest.TestCase):
    """Where a socket is to be, somebody's file lies."""

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="muster-")
        self.addCleanup(shutil.rmtree, self.directory)
        self.path = os.path.join(self.directory, "precious")

    def assert_refused(self, option, scheme):
        daemon = Daemon(option + "=" + scheme + self.path, wait=False)
        self.addCleanup(daemon.kill)
        self.assertEqual(daemon.wait_exit(), 1)
        line = daemon.wait_log("start_failed")
        for part in (option, self.path, "no socket"):
            self.assertIn(part, line)

    def test_a_file_that_is_no_socket_is_refused_and_stays(self):
        for option, scheme in (("listen", "unix:"), ("api.listen", "unix:"), ("bus.sub", "ipc://"), ("bus.pull", "ipc://"),
                               ("bus.router", "ipc://"), ("bus.xpub", "ipc://")):
            with self.subTest(option=option):
                with open(self.path, "w", encoding="utf-8") as file:
                    file.write("precious")
                self.assert_refused(option, scheme)
                with open(self.path, encoding="utf-8") as file:
                    self.assertEqual(file.read(), "precious")

    def test_a_directory_and_a_link_are_refused_too(self):
        link = os.path.join(self.directory, "link")
        os.mkdir(self.path)
        for option, scheme in (("listen", "unix:"), ("bus.pull", "ipc://")):
            self.assert_refused(option, scheme)
        os.rmdir(self.path)
        os.symlink(link, self.path)
        for option, scheme in (("listen", "unix:"), ("bus.pull", "ipc://")):
            self.assert_refused(option, scheme)
        self.assertTrue(os.path.islink(self.path))

    def test_a_socket_that_a_killed_daemon_left_is_replaced(self):
        for option, scheme in (("listen", "unix:"), ("bus.pull", "ipc://")):
            Daemon(option + "=" + scheme + self.path).kill()
            self.assertTrue(os.path.exists(self.path))
            daemon = Daemon(option + "=" + scheme + self.path)
            daemon.stop()

    def test_the_public_socket_has_the_mode_of_the_umask_and_the_private_one_is_the_owners(self):
        api = os.path.join(self.directory, "api")
        before = os.umask(0o027)
        try:
            daemon = Daemon("listen=unix:" + self.path, "api.listen=unix:" + api)
        finally:
            os.umask(before)
        self.addCleanup(daemon.kill)
        self.assertEqual((os.stat(self.path).st_mode & 0o777, os.stat(api).st_mode & 0o777), (0o750, 0o600))
        daemon.stop()


class Counted(unittest.TestCase):
    options = ()

    def setUp(self):
        self.daemon = Daemon("lanes=2", *self.options)
        self.addCleanup(self.daemon.kill)

    def end(self):
        self.daemon.stop()

    def delta(self, act):
        """Which counters of refusals grew while act() ran, by how much."""
        families = ("muster_http_refused_total", "muster_commands_refused_total")
        before = self.daemon.metrics()
        result = act()
        after = self.daemon.metrics()
        return result, {name: value - before[name] for name, value in after.items()
                        if name.startswith(families) and value != before[name]}

    def raw(self, text, address=None):
        """The status that answers these bytes."""
        with connect_socket(address or self.daemon.public()) as connected:
            connected.sendall(text)
            response = http.client.HTTPResponse(connected)
            response.begin()
            return response.status

    def assert_status(self, status, act, name=None):
        self.assertEqual(self.delta(act), (status, {HTTP % (name or status): 1}))

    def ask(self, method, path, body=None, headers=None, address=None):
        return lambda: self.daemon.request(method, path, body, headers, address).status


class Http(Counted):
    def test_our_own_paths(self):
        long = "x" * 20000
        self.assert_status(400, self.ask("GET", "/poll?n=x"))
        self.assert_status(400, self.ask("POST", "/send", "{}"))
        self.assert_status(403, self.ask("GET", "/poll", headers={"Origin": "http://evil.example"}))
        self.assert_status(405, self.ask("PUT", "/poll", ""))
        self.assert_status(410, self.ask("GET", "/poll?sid=" + "A" * 22))
        self.assert_status(410, self.ask("POST", "/send?sid=" + "A" * 22, "{}"))
        self.assert_status(413, self.ask("POST", "/poll", long))
        self.assert_status(411, lambda: self.raw(b"POST /poll HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"))
        self.assert_status(431, self.ask("GET", "/poll", headers={"X": long}))
        self.assert_status(414, self.ask("GET", "/" + long))
        self.assert_status(505, lambda: self.raw(b"GET / HTTP/2.0\r\nHost: x\r\n\r\n"), "other")
        self.end()

    def test_a_websocket_and_a_stream(self):
        def handshake(version):
            return lambda: self.raw(b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: %s\r\n\r\n" % version)
        self.assert_status(426, handshake(b"12"))
        self.assert_status(400, self.ask("GET", "/ws"))
        connection = connect_http(self.daemon.public())
        self.addCleanup(connection.close)
        self.assertEqual(exchange(connection, "GET", "/poll").status, 200)
        self.assert_status(307, lambda: exchange(connection, "GET", "/sse").status)
        self.end()

    def test_files(self):
        self.assert_status(404, self.ask("GET", "/nothing"))
        self.assert_status(405, self.ask("POST", "/healthz", ""))
        self.assertEqual(self.delta(self.ask("GET", "/demo")), (307, {}))  # where the page is, not a refusal
        self.assertEqual(self.delta(self.ask("GET", "/healthz")), (200, {}))
        self.end()

    def test_the_private_port(self):
        address = self.daemon.ready["api"]
        self.assert_status(404, self.ask("GET", "/nothing", address=address))
        self.assert_status(404, self.ask("POST", "/metrics", "", address=address))
        self.assert_status(401, self.ask("POST", "/api/v1/count", "{}", address=address))
        self.assertEqual(self.delta(self.ask("GET", "/readyz", address=address)), (200, {}))
        self.end()


class PrivateSocket(Counted):
    options = ("api.listen=unix:{directory}/api.sock",)

    def test_verbs(self):
        address = self.daemon.ready["api"]
        self.assert_status(400, self.ask("POST", "/api/v1/count", "{", address=address))
        self.assert_status(400, self.ask("GET", "/api/v1/count?nonsense=1", address=address))
        self.assert_status(404, self.ask("POST", "/api/v1/nonsense", "{}", address=address))
        self.assert_status(405, self.ask("GET", "/api/v1/publish", address=address))
        self.assert_status(413, self.ask("POST", "/api/v1/publish", "x" * (2 << 20), address=address))
        self.end()


class Closed(Counted):
    options = ("auth=token",)

    def test_401(self):
        self.assert_status(401, self.ask("GET", "/poll"))
        for kind in (Ws, Sse, Poll):
            def attach(kind=kind):
                with self.assertRaises(Refused) as refused:
                    kind(self.daemon).attach()
                return refused.exception.status
            self.assert_status(401, attach)
        self.end()


class Full(Counted):
    options = ("limits.connections=1",)

    def test_503(self):
        with connect_socket(self.daemon.public()):
            self.assert_status(503, self.ask("GET", "/poll"))
        self.end()


class Slow(Counted):
    options = ("head_timeout=100ms",)

    def test_408(self):
        self.assert_status(408, lambda: self.raw(b"GET /poll HT"))
        self.end()


class Commands(Counted):
    options = ("max_message=1KiB", "limits.channels=2")

    def client(self, kind):
        client = kind(self.daemon)
        self.addCleanup(client.drop)
        client.attach()
        return client

    def assert_refused(self, code, reason, act):
        total = self.daemon.metric("muster_commands_total")
        reply, grown = self.delta(act)
        self.assertEqual((reply["code"], grown), (code, {COMMANDS % reason: 1}), reply)
        self.assertEqual(self.daemon.metric("muster_commands_total"), total + 1)

    def test_by_the_code_of_the_reply(self):
        for kind in (Ws, Poll):
            client = self.client(kind)
            for code, reason, cmd, data in (
                    (1000, "not_logged_in", "logout", None),
                    (1000, "not_logged_in", "online", {"users": ["ann"]}),
                    (1001, "invalid", "subscribe", {}),
                    (1003, "not_authorised", "publish", {"channel": "lobby", "data": 1}),
                    (1003, "not_authorised", "history", {"channel": "lobby"}),
                    (1010, "no_such_command", "nonsense", None),
                    (1012, "too_large", "publish", {"channel": "lobby", "data": "x" * 2000})):
                with self.subTest(kind=kind.kind, cmd=cmd):
                    self.assert_refused(code, reason, lambda cmd=cmd, data=data: client.command(cmd, data))
            self.assert_refused(1001, "malformed", lambda: client.say("{"))
        self.end()

    def test_a_list_of_commands_that_is_too_long_or_empty(self):
        client = self.client(Poll)
        self.assert_refused(1012, "too_large", lambda: client.post("[" + ",".join(['{"cmd":"ping"}'] * 101) + "]").json())
        self.assert_refused(1001, "invalid", lambda: client.post("[]").json())
        self.end()


class Log(unittest.TestCase):
    def test_a_sid_in_a_target_that_is_slightly_wrong_stays_out_of_the_log(self):
        daemon = Daemon()
        self.addCleanup(daemon.kill)
        client, backend = Ws(daemon), Publisher(daemon, "push")
        self.addCleanup(client.drop)
        self.addCleanup(backend.close)
        client.attach()
        wrong = ("Session/%s", "%s", "sid=%s", " session/%s", "session:%s", "/session/%s", "x" * 50 + "/%s", '{"sid":"%s"}')
        for number, form in enumerate(wrong):
            backend.frames(form % client.sid, "1")  # the last one is payload and target swapped
            daemon.wait_metric('muster_refused_total{reason="bad_target"}', 2 * number + 1)
            backend.frames(json.dumps({"to": form % client.sid, "data": 1}))
            daemon.wait_metric('muster_refused_total{reason="bad_target"}', 2 * number + 2)
        daemon.stop()
        log = "".join(daemon.log)
        self.assertIn("reason=bad_target", log)
        for start in range(len(client.sid) - 16):
            self.assertNotIn(client.sid[start:start + 17], log)


if __name__ == "__main__":
    unittest.main(verbosity=2)
