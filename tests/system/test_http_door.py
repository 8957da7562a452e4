#!/usr/bin/env python3
"""The public port over bare sockets: heads in pieces, pipelines, bodies too
large, clients that leave, origins, and what each request is answered.  Needs
nothing but Python and $MUSTERD."""
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

MUSTERD = os.path.abspath(os.environ.get("MUSTERD", "src/daemon/musterd"))
SCALE = float(os.environ.get("TEST_TIMEOUT_SCALE", "1"))
PATIENCE = 15.0 * SCALE  # for what must happen
SMALL_BUFFER = 32768     # what a slow reader's kernel takes for it
REPORT = re.compile(r"Sanitizer|runtime error:|Assertion .* failed")


class Daemon:
    """musterd on free ports; stop() checks how it ends."""

    def __init__(self, *options):
        self.directory = tempfile.TemporaryDirectory()
        self.log = open(os.path.join(self.directory.name, "log"), "w+")
        config = os.path.join(self.directory.name, "conf")
        with open(config, "w") as file:
            file.write('channel "*" { client_publish = "members" }\n')
        args = [MUSTERD, "-c", config]
        free = ["listen=127.0.0.1:0", "api.listen=127.0.0.1:0", "bus.sub=tcp://127.0.0.1:0",
                "bus.pull=tcp://127.0.0.1:0", "bus.router=tcp://127.0.0.1:0",
                "bus.xpub=tcp://127.0.0.1:0", "lanes=2", "drain_time=100ms"]
        for option in free + list(options):
            args += ["-o", option]
        self.process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        try:
            self.find_addresses()
        except BaseException:
            self.kill()
            raise

    def find_addresses(self):
        self.host = self.wait_for(r"event=ready .*?\blisten=(\S+)").group(1).split(",")[0]
        if self.host.startswith("unix:"):
            self.address = self.host[5:]
            self.host = "localhost"
        else:
            host, port = self.host.rsplit(":", 1)
            self.address = (host.strip("[]"), int(port))

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()
        self.directory.cleanup()

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

    def counter(self, name):
        """A line of /metrics, by its name and labels."""
        api = re.search(r"\bapi=(\S+)", self.text()).group(1).split(",")[0]
        host, port = api.rsplit(":", 1)
        with socket.create_connection((host, int(port)), PATIENCE) as s:
            s.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            text = s.makefile("rb").read().decode()
        for line in text.splitlines():
            if line.startswith(name + " "):
                return int(float(line.split()[-1]))
        raise AssertionError("no %s in /metrics:\n%s" % (name, text))

    def wait_counter(self, name, value):
        deadline = time.monotonic() + PATIENCE
        while self.counter(name) != value:
            if time.monotonic() > deadline:
                raise AssertionError("%s is %d, expected %d" % (name, self.counter(name), value))
            time.sleep(0.02)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            text = self.text()
            self.kill()
            raise AssertionError("musterd did not end:\n" + text)
        text = self.text()
        self.log.close()
        self.directory.cleanup()
        return status, text


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return self.headers.get(name.lower())


class Client:
    """One connection; requests are bytes, answers are read to their length."""

    def __init__(self, daemon, receive_buffer=None):
        family = socket.AF_UNIX if isinstance(daemon.address, str) else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(daemon.address)
        if family == socket.AF_INET:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")
        self.host = daemon.host

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.close()

    def close(self):
        self.file.close()
        self.socket.close()

    def request(self, target, method="GET", body=None, headers=()):
        lines = ["%s %s HTTP/1.1" % (method, target), "Host: " + self.host]
        lines += ["%s: %s" % pair for pair in headers]
        if body is not None:
            lines.append("Content-Length: %d" % len(body))
        return "\r\n".join(lines + ["", ""]).encode() + (body or b"")

    def send(self, data):
        self.socket.sendall(data)

    def ask(self, target, method="GET", body=None, headers=()):
        self.send(self.request(target, method, body, headers))
        return self.answer(method)

    def head(self):
        line = self.file.readline()
        if not line:
            raise EOFError("closed without an answer")
        status = int(line.split()[1])
        headers = {}
        while True:
            line = self.file.readline().rstrip(b"\r\n")
            if not line:
                return status, headers
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()

    def answer(self, method="GET"):
        status, headers = self.head()
        size = 0 if method == "HEAD" or status in (100, 204) else int(headers.get("content-length", "0"))
        return Answer(status, headers, self.file.read(size))

    def event(self):
        """One event of a stream, as {field: value}; comments under ''."""
        event = {}
        while True:
            line = self.file.readline()
            if not line:
                raise EOFError("the stream has ended")
            line = line.rstrip(b"\n").decode()
            if not line:
                return event
            name, _, value = line.partition(":")
            event[name] = value.lstrip(" ")

    def is_closed(self):
        """Wait for the end; true when it is orderly."""
        try:
            return self.file.read(1) == b""
        except ConnectionError:
            return False

    def attach(self, query=""):
        answer = self.ask("/poll" + query)
        assert answer.status == 200, answer.body
        return answer.json()["sid"]

    def command(self, sid, cmd, data=None):
        body = json.dumps({"seq": 1, "cmd": cmd, "data": data or {}}).encode()
        return self.ask("/send?sid=" + sid, "POST", body)


class DoorTest(unittest.TestCase):
    OPTIONS = ()

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(*cls.OPTIONS)

    @classmethod
    def tearDownClass(cls):
        status, text = cls.daemon.stop()
        assert status == 0, "musterd ended with %s:\n%s" % (status, text)
        assert not REPORT.search(text), text

    def client(self, receive_buffer=None):
        client = Client(self.daemon, receive_buffer)
        self.addCleanup(client.close)
        return client

    def session(self, query=""):
        client = self.client()
        return client, client.attach(query)

    def publish(self, sid, text="x", channel="lobby"):
        """By another session's command: everything here needs no bus."""
        with Client(self.daemon) as client:
            me = client.attach("?channel=" + channel)
            reply = client.command(me, "publish", {"channel": channel, "data": text}).json()
            self.assertEqual(reply["code"], 200, reply)

    def assertRefused(self, answer, status):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.header("connection"), "close")
        refusal = answer.json()
        self.assertIsInstance(refusal["code"], int)
        self.assertTrue(refusal["error"])


class Heads(DoorTest):
    def test_a_head_in_pieces_of_one_byte_is_served(self):
        client = self.client()
        for byte in client.request("/attach-check", headers=[("X-Long", "y" * 500)]):
            client.send(bytes([byte]))
        self.assertEqual(client.answer().json(), {"code": 200})

    def test_a_head_of_almost_16_kib_is_served(self):
        client = self.client()
        answer = client.ask("/attach-check", headers=[("Cookie", "c=" + "y" * 8000), ("X-More", "z" * 8000)])
        self.assertEqual(answer.status, 200)

    def test_a_large_head_is_served_by_files_too(self):
        answer = self.client().ask("/healthz", headers=[("Cookie", "c=" + "y" * 8000), ("X-More", "z" * 8000)])
        self.assertEqual((answer.status, answer.body), (200, b"ok"))

    def test_a_head_of_more_than_16_kib_is_refused_with_431(self):
        client = self.client()
        self.assertRefused(client.ask("/poll", headers=[("Cookie", "c=" + "y" * 9000), ("X-More", "z" * 9000)]), 431)
        self.assertTrue(client.is_closed())

    def test_a_request_line_of_more_than_16_kib_is_refused_with_414(self):
        self.assertRefused(self.client().ask("/poll?" + "x" * 17000), 414)

    def test_nonsense_is_refused_with_400(self):
        client = self.client()
        client.send(b"\x16\x03\x01 nonsense\r\n\r\n")
        self.assertRefused(client.answer(), 400)

    def test_http_2_is_refused_with_505(self):
        client = self.client()
        client.send(b"GET / HTTP/2.0\r\n\r\n")
        self.assertRefused(client.answer(), 505)

    def test_two_lengths_are_refused(self):
        client = self.client()
        client.send(client.request("/poll", "POST", headers=[("Content-Length", "2"), ("Content-Length", "3")]))
        self.assertRefused(client.answer(), 400)

    def test_http_1_0_is_answered_and_closed(self):
        client = self.client()
        client.send(b"GET /poll HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        self.assertIn("sid", client.answer().json())
        self.assertTrue(client.is_closed())

    def test_a_client_that_leaves_within_its_head_costs_nothing(self):
        before = self.daemon.counter("muster_connections")
        client = Client(self.daemon)
        client.send(b"GET /poll HTTP/1.1\r\nHos")
        self.daemon.wait_counter("muster_connections", before + 1)
        client.close()
        self.daemon.wait_counter("muster_connections", before)


class Files(DoorTest):
    def test_healthz_says_ok(self):
        client = self.client()
        answer = client.ask("/healthz")
        self.assertEqual((answer.status, answer.body), (200, b"ok"))
        self.assertEqual(answer.header("connection"), "close")
        self.assertTrue(client.is_closed())

    def test_head_works(self):
        client = self.client()
        answer = client.ask("/healthz", "HEAD")
        self.assertEqual((answer.status, answer.header("content-length")), (200, "2"))
        self.assertTrue(client.is_closed())

    def test_unknown_paths_are_404_as_json(self):
        self.assertRefused(self.client().ask("/nothing/here"), 404)

    def test_a_path_is_compared_as_a_whole(self):
        self.assertRefused(self.client().ask("/pollx"), 404)
        self.assertRefused(self.client().ask("/demo/../healthz"), 404)

    def test_other_methods_are_405(self):
        answer = self.client().ask("/healthz", "DELETE")
        self.assertRefused(answer, 405)
        self.assertEqual(answer.header("allow"), "GET, HEAD")

    def test_the_demo_page_is_whole(self):
        answer = self.client().ask("/demo/")
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.body.rstrip().endswith(b"</html>"))

    def test_a_file_on_a_kept_alive_poll_connection(self):
        client, _ = self.session()
        answer = client.ask("/healthz")
        self.assertEqual((answer.status, answer.body), (200, b"ok"))

    def test_methods_of_our_own_paths(self):
        for target, method, allow in (("/poll", "PUT", "GET, POST"), ("/send?sid=x", "GET", "POST"), ("/sse", "POST", "GET"),
                                      ("/attach-check", "POST", "GET"), ("/ws", "POST", "GET")):
            with self.subTest(target=target):
                answer = self.client().ask(target, method, b"" if method != "GET" else None)
                self.assertRefused(answer, 405)
                self.assertEqual(answer.header("allow"), allow)

    def test_a_refused_head_request_has_no_body(self):
        client = self.client()
        client.send(client.request("/poll", "HEAD"))
        self.assertEqual(client.answer("HEAD").status, 405)
        self.assertTrue(client.is_closed())


class LongPoll(DoorTest):
    def test_an_attach_is_answered_at_once_with_sid_and_welcome(self):
        answer = self.client().ask("/poll")
        body = answer.json()
        self.assertEqual(list(body), ["sid", "n", "items"])
        self.assertEqual((body["n"], [i["push"] for i in body["items"]]), (0, ["welcome"]))
        self.assertEqual(answer.header("cache-control"), "no-store")
        self.assertRegex(answer.header("set-cookie"),
                         r"^muster_device=[\w-]+; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax$")

    def test_a_known_device_gets_no_new_cookie(self):
        answer = self.client().ask("/poll", headers=[("Cookie", "a=b; muster_device=mine")])
        self.assertIsNone(answer.header("set-cookie"))

    def test_a_push_answers_the_parked_poll(self):
        client, sid = self.session("?channel=lobby")
        client.send(client.request("/poll?sid=%s&n=0" % sid))
        self.publish(sid, "hello")
        body = client.answer().json()
        self.assertEqual(list(body), ["n", "items"])
        self.assertEqual((body["n"], body["items"][0]["data"]), (1, "hello"))

    def test_an_answer_that_was_lost_is_given_again(self):
        client, sid = self.session("?channel=lobby")
        self.publish(sid, "once")
        first = client.ask("/poll?sid=%s&n=0" % sid).json()
        again = self.client().ask("/poll?sid=%s&n=0" % sid).json()
        self.assertEqual(first, again)
        after = self.client().ask("/poll?sid=%s&n=1&wait=0" % sid).json()
        self.assertEqual(after, {"n": 1, "items": []})

    def test_an_empty_poll_ends_after_its_wait(self):
        client, sid = self.session()
        begun = time.monotonic()
        body = client.ask("/poll?sid=%s&n=0&wait=200" % sid).json()
        self.assertEqual(body, {"n": 0, "items": []})
        self.assertGreaterEqual(time.monotonic() - begun, 0.19)

    def test_post_takes_the_parameters_as_json(self):
        client, sid = self.session()
        body = json.dumps({"sid": sid, "n": 0, "wait": 0}).encode()
        self.assertEqual(client.ask("/poll", "POST", body).json(), {"n": 0, "items": []})

    def test_a_body_that_names_another_lane_is_served_there(self):
        sids = [self.session()[1] for _ in range(8)]
        for sid in sids:
            for client in (self.client(), self.client()):
                body = json.dumps({"sid": sid, "n": 0, "wait": 0}).encode()
                self.assertEqual(client.ask("/poll", "POST", body).json()["items"], [])

    def test_a_kept_alive_connection_serves_sessions_of_every_lane(self):
        sids = [self.session()[1] for _ in range(8)]
        self.assertGreater(len({sid[:1] for sid in sids} | {sid[1] for sid in sids}), 1)
        client = self.client()
        for sid in sids * 3:
            self.assertEqual(client.ask("/poll?sid=%s&n=0&wait=0" % sid).json(), {"n": 0, "items": []})

    def test_a_post_body_in_pieces_of_one_byte(self):
        client, sid = self.session()
        request = client.request("/poll", "POST", json.dumps({"sid": sid, "n": 0, "wait": 0}).encode())
        for byte in request:
            client.send(bytes([byte]))
        self.assertEqual(client.answer().json(), {"n": 0, "items": []})

    def test_a_body_that_waits_for_100_continue_gets_it(self):
        client, sid = self.session()
        body = json.dumps({"sid": sid, "n": 0, "wait": 0}).encode()
        request = client.request("/poll", "POST", body, [("Expect", "100-continue")])
        client.send(request[:-len(body)])
        self.assertEqual(client.head()[0], 100)
        client.send(body)
        self.assertEqual(client.answer().json(), {"n": 0, "items": []})

    def test_pipelined_polls_are_answered_in_order(self):
        client, sid = self.session()
        other, other_sid = self.session()
        requests = [client.request("/poll?sid=%s&n=0&wait=%d" % (s, w)) for s, w in
                    ((sid, 100), (other_sid, 0), (sid, 0), (other_sid, 50))]
        requests.append(client.request("/poll?sid=%s&n=0" % ("A" * 22)))
        requests.append(client.request("/healthz"))
        client.send(b"".join(requests))
        for _ in range(4):
            self.assertEqual(client.answer().json(), {"n": 0, "items": []})
        self.assertEqual(client.answer().status, 410)
        self.assertEqual(client.answer().body, b"ok")

    def test_many_pipelined_polls(self):
        client, sid = self.session()
        client.send(client.request("/poll?sid=%s&n=0&wait=0" % sid) * 40)
        for _ in range(40):
            self.assertEqual(client.answer().json(), {"n": 0, "items": []})

    def test_a_second_request_may_be_much_larger_than_the_first(self):
        client, sid = self.session()
        answer = client.ask("/poll?sid=%s&n=0&wait=0" % sid, headers=[("Cookie", "c=" + "y" * 6000)])
        self.assertEqual(answer.status, 200)
        request = client.request("/poll?sid=%s&n=0&wait=0" % sid, headers=[("Cookie", "c=" + "y" * 6000)])
        for at in range(0, len(request), 7):
            client.send(request[at:at + 7])
        self.assertEqual(client.answer().status, 200)

    def test_a_second_poll_answers_the_first_as_superseded(self):
        first, sid = self.session()
        before = self.daemon.counter("muster_resumes_total")
        first.send(first.request("/poll?sid=%s&n=0" % sid))
        self.daemon.wait_counter("muster_resumes_total", before + 1)
        second = self.client().ask("/poll?sid=%s&n=0&wait=0" % sid).json()
        self.assertEqual(second, {"n": 0, "items": []})
        self.assertEqual(first.answer().json(), {"n": 0, "items": [], "superseded": True})

    def test_an_unknown_session_is_410(self):
        client = self.client()
        answer = client.ask("/poll?sid=%s&n=0" % ("A" * 22))
        self.assertEqual(answer.status, 410)
        self.assertEqual(list(answer.json()), ["code", "error", "close", "reconnect"])
        self.assertEqual(answer.json()["code"], 1014)
        self.assertEqual(client.ask("/poll?sid=nonsense&n=0").status, 410)
        self.assertIn("sid", client.ask("/poll").json())

    def test_bad_parameters_are_400(self):
        for query in ("?n=-1", "?wait=abc", "?sid=%zz", "?n=1&n=2", "?channel=" + "c" * 300):
            with self.subTest(query=query):
                self.assertRefused(self.client().ask("/poll" + query), 400)

    def test_a_poll_body_of_more_than_16_kib_is_413(self):
        client = self.client()
        client.send(client.request("/poll", "POST", b"x" * 20000))
        self.assertRefused(client.answer(), 413)
        self.assertTrue(client.is_closed())

    def test_a_body_without_length_is_411(self):
        client = self.client()
        client.send(client.request("/poll", "POST", headers=[("Transfer-Encoding", "chunked")]) + b"0\r\n\r\n")
        self.assertRefused(client.answer(), 411)
        client = self.client()
        client.send(client.request("/poll", "POST"))
        self.assertRefused(client.answer(), 411)

    def test_a_client_that_leaves_while_parked_keeps_its_session(self):
        before = self.daemon.counter("muster_connections")
        client = Client(self.daemon)
        sid = client.attach("?channel=lobby")
        client.send(client.request("/poll?sid=%s&n=0" % sid))
        client.close()
        self.daemon.wait_counter("muster_connections", before)
        self.publish(sid, "later")
        self.assertEqual(self.client().ask("/poll?sid=%s&n=0" % sid).json()["items"][0]["data"], "later")

    def test_half_a_close_is_a_leave(self):
        client, sid = self.session()
        client.send(client.request("/poll?sid=%s&n=0" % sid))
        client.socket.shutdown(socket.SHUT_WR)
        self.assertTrue(client.is_closed())
        self.assertEqual(self.client().ask("/poll?sid=%s&n=0&wait=0" % sid).json(), {"n": 0, "items": []})


class Send(DoorTest):
    def test_a_command_is_answered_by_its_reply(self):
        client, sid = self.session()
        reply = client.command(sid, "ping")
        self.assertEqual((reply.status, reply.json()["code"]), (200, 200))

    def test_a_list_is_answered_by_a_list(self):
        client, sid = self.session()
        body = json.dumps([{"seq": i, "cmd": "ping"} for i in range(3)]).encode()
        self.assertEqual([r["seq"] for r in client.ask("/send?sid=" + sid, "POST", body).json()], [0, 1, 2])

    def test_text_plain_is_fine(self):
        client, sid = self.session()
        answer = client.ask("/send?sid=" + sid, "POST", b'{"cmd":"ping"}', [("Content-Type", "text/plain;charset=UTF-8")])
        self.assertEqual(answer.json()["code"], 200)

    def test_bad_json_is_a_reply_and_the_connection_stays(self):
        client, sid = self.session()
        answer = client.ask("/send?sid=" + sid, "POST", b"{nonsense")
        self.assertEqual((answer.status, answer.json()["code"]), (200, 1001))
        self.assertEqual(client.command(sid, "ping").json()["code"], 200)

    def test_an_unknown_session_is_410_and_the_connection_stays(self):
        client, sid = self.session()
        self.assertEqual(client.command("A" * 22, "ping").status, 410)
        self.assertEqual(client.command(sid, "ping").status, 200)

    def test_without_a_session_it_is_400(self):
        self.assertRefused(self.client().ask("/send", "POST", b"{}"), 400)

    def test_a_body_in_pieces(self):
        client, sid = self.session()
        body = json.dumps({"seq": 1, "cmd": "ping", "data": {"x": "y" * 3000}}).encode()
        request = client.request("/send?sid=" + sid, "POST", body)
        for at in range(0, len(request), 11):
            client.send(request[at:at + 11])
        self.assertEqual(client.answer().json()["seq"], 1)

    def test_pieces_and_what_is_pipelined_behind_them(self):
        client, sid = self.session()
        requests = client.request("/send?sid=" + sid, "POST", b'{"seq":1,"cmd":"ping"}')
        requests += client.request("/poll?sid=%s&n=0&wait=0" % sid)
        requests += client.request("/send?sid=" + sid, "POST", b'{"seq":2,"cmd":"ping"}')
        for at in range(0, len(requests), 50):
            client.send(requests[at:at + 50])
        self.assertEqual(client.answer().json()["seq"], 1)
        self.assertEqual(client.answer().json()["items"], [])
        self.assertEqual(client.answer().json()["seq"], 2)

    def test_continue_is_sent_before_the_body(self):
        client, sid = self.session()
        body = b'{"seq":1,"cmd":"ping"}'
        client.send(client.request("/send?sid=" + sid, "POST", body, [("Expect", "100-continue")])[:-len(body)])
        self.assertEqual(client.head()[0], 100)
        client.send(body)
        self.assertEqual(client.answer().json()["seq"], 1)

    def test_a_body_over_the_limit_is_413_and_not_a_reset(self):
        client, sid = self.session()
        client.send(client.request("/send?sid=" + sid, "POST", b"x" * (64 * 1024 + 64 * 1024 + 1)))
        self.assertRefused(client.answer(), 413)
        self.assertTrue(client.is_closed())

    def test_the_largest_body_is_read(self):
        client, sid = self.session()
        answer = client.ask("/send?sid=" + sid, "POST", b" " * (128 * 1024))
        self.assertEqual((answer.status, answer.json()["code"]), (200, 1001))

    def test_a_client_that_leaves_at_once_has_still_said_it(self):
        listener, sid = self.session("?channel=lobby")
        with Client(self.daemon) as client:
            me = client.attach("?channel=lobby")
        client = Client(self.daemon)
        body = json.dumps({"cmd": "publish", "data": {"channel": "lobby", "data": "bye"}}).encode()
        client.send(client.request("/send?sid=" + me, "POST", body))
        client.close()
        self.assertEqual(listener.ask("/poll?sid=%s&n=0" % sid).json()["items"][0]["data"], "bye")


class Sse(DoorTest):
    def stream(self, target="/sse", headers=()):
        client = self.client()
        client.send(client.request(target, headers=headers))
        status, fields = client.head()
        self.assertEqual(status, 200)
        return client, fields

    def test_the_head_and_the_first_event(self):
        client, fields = self.stream()
        self.assertEqual(fields["content-type"], "text/event-stream")
        self.assertEqual(fields["cache-control"], "no-store")
        self.assertEqual(fields["x-accel-buffering"], "no")
        self.assertEqual(fields["connection"], "close")
        self.assertNotIn("content-length", fields)
        event = client.event()
        welcome = json.loads(event["data"])
        self.assertEqual((event["event"], event["id"]), ("welcome", welcome["sid"] + ".0"))

    def test_pushes_carry_their_position(self):
        client, _ = self.stream("/sse?channel=lobby")
        sid = client.event()["id"].split(".")[0]
        for n, text in enumerate(("a", "b"), 1):
            self.publish(sid, text)
            event = client.event()
            self.assertEqual((event["id"], json.loads(event["data"])["data"]), ("%s.%d" % (sid, n), text))
            self.assertNotIn("event", event)

    def test_last_event_id_resumes_and_wins_over_the_query(self):
        client, _ = self.stream("/sse?channel=lobby")
        sid = client.event()["id"].split(".")[0]
        for text in "abc":
            self.publish(sid, text)
            client.event()
        client.close()
        again, _ = self.stream("/sse?sid=%s&n=3" % ("A" * 22), [("Last-Event-ID", sid + ".1")])
        event = again.event()
        self.assertEqual((event["event"], event["id"]), ("resumed", sid + ".1"))
        self.assertEqual([again.event()["id"] for _ in "bc"], [sid + ".2", sid + ".3"])

    def test_an_unknown_session_begins_afresh(self):
        client, _ = self.stream("/sse", [("Last-Event-ID", "A" * 22 + ".7")])
        event = client.event()
        self.assertEqual(event["event"], "welcome")
        self.assertNotIn("A" * 22, event["id"])
        client, _ = self.stream("/sse?sid=nonsense&n=7")
        self.assertEqual(client.event()["event"], "welcome")

    def test_the_old_stream_ends_when_the_session_goes_elsewhere(self):
        old, _ = self.stream()
        sid = old.event()["id"].split(".")[0]
        new, _ = self.stream("/sse?sid=%s&n=0" % sid)
        self.assertEqual(new.event()["event"], "resumed")
        kick = old.event()
        self.assertEqual((kick["event"], json.loads(kick["data"])["code"]), ("kick", 4000))
        self.assertTrue(old.is_closed())

    def test_on_a_kept_alive_connection_it_is_sent_to_its_own(self):
        client, sid = self.session()
        answer = client.ask("/sse?sid=%s&n=0" % sid)
        self.assertEqual((answer.status, answer.header("location")), (307, "/sse?sid=%s&n=0" % sid))
        self.assertEqual(answer.header("connection"), "close")
        self.assertTrue(client.is_closed())

    def test_a_websocket_on_a_kept_alive_connection_is_426(self):
        client, _ = self.session()
        answer = client.ask("/ws", headers=[("Connection", "Upgrade"), ("Upgrade", "websocket")])
        self.assertRefused(answer, 426)

    def test_a_client_that_leaves_is_noticed(self):
        before = self.daemon.counter("muster_connections")
        client, _ = self.stream()
        self.daemon.wait_counter("muster_connections", before + 1)
        client.close()
        self.daemon.wait_counter("muster_connections", before)

    def test_bytes_behind_the_request_do_no_harm(self):
        client = self.client()
        client.send(client.request("/sse?channel=lobby") + b"GET /healthz HTTP/1.1\r\n\r\n" * 50)
        self.assertEqual(client.head()[0], 200)
        sid = client.event()["id"].split(".")[0]
        self.publish(sid, "still here")
        self.assertEqual(json.loads(client.event()["data"])["data"], "still here")


class Large(DoorTest):
    """More than the kernel takes for a reader that stands still."""
    OPTIONS = ("max_message=16MiB", "outbox_bytes=64MiB")
    SIZE = 12 << 20

    def test_a_large_answer_to_a_slow_reader_is_whole(self):
        client = self.client(SMALL_BUFFER)
        sid = client.attach("?channel=large")
        client.send(client.request("/poll?sid=%s&n=0" % sid))
        self.publish(sid, "x" * self.SIZE, "large")
        self.assertEqual(self.client().ask("/healthz").body, b"ok")
        body = client.answer().json()
        self.assertEqual((body["n"], len(body["items"][0]["data"])), (1, self.SIZE))
        self.assertEqual(client.ask("/poll?sid=%s&n=1&wait=0" % sid).json(), {"n": 1, "items": []})

    def test_a_stalled_reader_gets_everything_in_order(self):
        client = self.client(SMALL_BUFFER)
        client.send(client.request("/sse?channel=stall"))
        self.assertEqual(client.head()[0], 200)
        sid = client.event()["id"].split(".")[0]
        for text in ("a" * self.SIZE, "b" * self.SIZE, "c", "d"):
            self.publish(sid, text, "stall")
        got = [client.event() for _ in range(4)]
        self.assertEqual([e["id"] for e in got], ["%s.%d" % (sid, n) for n in range(1, 5)])
        self.assertEqual([json.loads(e["data"])["data"][0] for e in got], list("abcd"))

    def test_a_stalled_reader_that_leaves_is_forgotten(self):
        before = self.daemon.counter("muster_connections")
        client = Client(self.daemon, SMALL_BUFFER)
        client.send(client.request("/sse?channel=gone"))
        self.assertEqual(client.head()[0], 200)
        sid = client.event()["id"].split(".")[0]
        self.publish(sid, "x" * self.SIZE, "gone")
        client.close()
        self.daemon.wait_counter("muster_connections", before)


class Stalled(DoorTest):
    OPTIONS = ("max_message=16MiB", "outbox_bytes=64MiB", "ping=100ms", "pong_timeout=500ms")

    def test_a_reader_that_stands_still_is_given_up(self):
        for target in ("/sse?channel=still", "/poll?channel=still"):
            before = self.daemon.counter("muster_connections")
            client = self.client(SMALL_BUFFER)
            client.send(client.request(target))
            if target.startswith("/poll"):
                sid = client.answer().json()["sid"]
                client.send(client.request("/poll?sid=%s&n=0" % sid))
            else:
                client.head()
                client.event()
            self.publish(None, "x" * Large.SIZE, "still")
            self.daemon.wait_counter("muster_connections", before)


class Pings(DoorTest):
    OPTIONS = ("ping=150ms", "pong_timeout=400ms")

    def test_a_stream_is_kept_awake_by_comments(self):
        client = self.client()
        client.send(client.request("/sse"))
        client.head()
        client.event()
        for _ in range(5):
            self.assertEqual(client.event(), {"": ""})


class Origins(DoorTest):
    OPTIONS = ("origins=https://good.example",)

    def test_a_foreign_origin_is_403_everywhere(self):
        before = self.daemon.counter('muster_attaches_refused_total{reason="origin"}')
        evil = [("Origin", "https://evil.example")]
        for target, method, body in (("/poll", "GET", None), ("/sse", "GET", None), ("/attach-check", "GET", None),
                                     ("/send?sid=" + "A" * 22, "POST", b"{}"), ("/poll", "OPTIONS", None), ("/ws", "GET", None)):
            with self.subTest(target=target):
                self.assertRefused(self.client().ask(target, method, body, evil), 403)
        self.assertEqual(self.daemon.counter('muster_attaches_refused_total{reason="origin"}'), before + 6)
        self.daemon.wait_for(r"event=refused reason=origin origin=https://evil.example address=127.0.0.1")

    def test_an_allowed_origin_is_named_in_the_answers(self):
        good = [("Origin", "https://good.example")]
        client = self.client()
        for answer in (client.ask("/poll", headers=good),
                       client.ask("/send?sid=" + "A" * 22, "POST", b"{}", good),
                       client.ask("/poll?n=x", headers=good)):
            self.assertEqual(answer.header("access-control-allow-origin"), "https://good.example")
            self.assertEqual(answer.header("access-control-allow-credentials"), "true")
            self.assertEqual(answer.header("vary"), "Origin")

    def test_a_preflight_is_204(self):
        client = self.client()
        answer = client.ask("/send?sid=x", "OPTIONS", headers=[("Origin", "https://good.example"),
                                                               ("Access-Control-Request-Method", "POST")])
        self.assertEqual(answer.status, 204)
        self.assertEqual(answer.header("access-control-allow-origin"), "https://good.example")
        self.assertIn("POST", answer.header("access-control-allow-methods"))
        self.assertIn("content-type", answer.header("access-control-allow-headers"))
        self.assertEqual(answer.header("access-control-max-age"), "600")
        self.assertTrue(client.is_closed())

    def test_two_origins_are_refused(self):
        answer = self.client().ask("/poll", headers=[("Origin", "https://good.example")] * 2)
        self.assertRefused(answer, 403)

    def test_without_an_origin_everybody_may_come(self):
        self.assertEqual(self.client().ask("/poll").status, 200)


class AnyOrigin(DoorTest):
    OPTIONS = ("origins=*",)

    def test_any_origin_is_allowed_without_credentials(self):
        answer = self.client().ask("/poll", headers=[("Origin", "https://anybody.example")])
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.header("access-control-allow-origin"), "*")
        self.assertIsNone(answer.header("access-control-allow-credentials"))


class Slow(DoorTest):
    OPTIONS = ("head_timeout=300ms", "idle_timeout=300ms")

    def test_a_slow_head_is_408(self):
        client = self.client()
        client.send(b"GET /poll HTTP/1.1\r\n")
        self.assertRefused(client.answer(), 408)

    def test_a_slow_second_head_is_408(self):
        client, _ = self.session()
        client.send(b"GET /poll HTTP/1.1\r\n")
        self.assertRefused(client.answer(), 408)

    def test_a_slow_body_is_408(self):
        client, sid = self.session()
        client.send(client.request("/send?sid=" + sid, "POST", b"{}")[:-1])
        self.assertRefused(client.answer(), 408)

    def test_an_idle_connection_is_closed_without_a_word(self):
        client, _ = self.session()
        self.assertTrue(client.is_closed())

    def test_a_parked_poll_is_not_slow(self):
        client, sid = self.session()
        self.assertEqual(client.ask("/poll?sid=%s&n=0&wait=1000" % sid).json(), {"n": 0, "items": []})


class Crowded(DoorTest):
    OPTIONS = ("limits.pending_heads=3", "head_timeout=10m")

    def test_the_oldest_goes_when_too_many_are_slow(self):
        clients = [self.client() for _ in range(6)]
        for client in clients:
            client.send(b"GET /attach-check HTTP/1.1\r\n")
        for client in clients[:3]:
            self.assertRefused(client.answer(), 503)
        for client in clients[3:]:
            client.send(b"Host: x\r\n\r\n")
            self.assertEqual(client.answer().status, 200)
        self.assertEqual(self.daemon.counter('muster_connections_refused_total{reason="slow_head"}'), 3)


class Descriptors(DoorTest):
    def test_without_descriptors_it_waits_and_goes_on(self):
        self.session()[0].close()
        self.daemon.wait_counter("muster_connections", 0)
        pid = self.daemon.process.pid
        used = max(int(fd) for fd in os.listdir("/proc/%d/fd" % pid)) + 1
        old = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + 4, old[1]))
        try:
            clients = [self.client() for _ in range(used + 8)]  # however many numbers are free
            self.daemon.wait_for("event=accept_failed")
        finally:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, old)
        for client in clients:
            self.assertEqual(client.ask("/attach-check").status, 200)


class Full(DoorTest):
    OPTIONS = ("limits.connections=4",)

    def test_beyond_the_limit_it_is_503_with_retry_after(self):
        clients = [self.session()[0] for _ in range(4)]
        client = self.client()
        answer = client.answer()
        self.assertRefused(answer, 503)
        self.assertGreater(int(answer.header("retry-after")), 0)
        clients[0].close()
        self.daemon.wait_counter("muster_connections", 3)
        self.session()


class Addresses(unittest.TestCase):
    def test_a_unix_socket_serves_and_goes_with_the_daemon(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "public.sock")
            with socket.socket(socket.AF_UNIX) as stale:
                stale.bind(path)
            daemon = Daemon("listen=unix:" + path)
            try:
                with Client(daemon) as client:
                    sid = client.attach()
                    self.assertEqual(client.ask("/poll?sid=%s&n=0&wait=0" % sid).json(), {"n": 0, "items": []})
                    self.assertEqual(client.ask("/healthz").body, b"ok")
            finally:
                status, text = daemon.stop()
            self.assertEqual(status, 0, text)
            self.assertFalse(os.path.exists(path))

    def test_an_address_in_use_is_said(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            with self.assertRaisesRegex(AssertionError, "cannot listen on " + address):
                Daemon("listen=" + address)

    def test_polls_are_told_of_a_drain_on_the_connections_they_have(self):
        daemon = Daemon("drain_time=10m")
        between, parked = Client(daemon), Client(daemon)
        sids = [between.attach(), parked.attach()]
        before = daemon.counter("muster_resumes_total")
        parked.send(parked.request("/poll?sid=%s&n=0" % sids[1]))
        daemon.wait_counter("muster_resumes_total", before + 1)
        daemon.process.send_signal(signal.SIGTERM)
        self.assertEqual([item["push"] for item in parked.answer().json()["items"]], ["drain"])
        between.send(between.request("/poll?sid=%s&n=0" % sids[0]))
        self.assertEqual([item["push"] for item in between.answer().json()["items"]], ["drain"])
        self.assertIsNone(daemon.process.poll())
        for client in (between, parked):
            client.close()
        status, text = daemon.stop()  # the second time, at once
        self.assertEqual(status, 0, text)


if __name__ == "__main__":
    if not os.access(MUSTERD, os.X_OK):
        print("skipped: no %s" % MUSTERD)
        sys.exit(77)
    unittest.main()
