"""musterd seen from outside: the daemon as a child process, and clients and
publishers that are made of other people's code (websockets, pyzmq, http.client).

    daemon = Daemon("resume=10s")           starts, waits until it is ready
    client = Ws(daemon)                     or Sse, Poll: one interface
    client.attach(app="web")                -> the welcome
    client.command("subscribe", {...})      -> the reply
    Publisher(daemon).publish("all", {...})
    client.next_push()                      -> the push; client.n counts
    other = Sse(daemon); other.resume(client)
    daemon.stop()                           exit 0, no sanitizer report

Nothing here sleeps and hopes: everything waits for a condition with a
deadline.  TEST_TIMEOUT_SCALE stretches the deadlines (sanitizers, slow machines).
"""
import asyncio
import collections
import http.client
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

try:
    import websockets
    import zmq
except ImportError as missing:
    print("skipped: %s (Debian: python3-zmq, python3-websockets)" % missing)
    sys.exit(77)

MUSTERD = os.path.abspath(os.environ.get("MUSTERD", "src/daemon/musterd"))
MUSTER = os.path.abspath(os.environ.get("MUSTER", "src/tools/muster"))
SCALE = float(os.environ.get("TEST_TIMEOUT_SCALE", "1"))
PATIENCE = 10.0 * SCALE  # for what must happen
SHOWN = 40               # lines of the log in a failure

# What a sanitizer or a broken assertion says on stderr.
REPORT = re.compile(r"(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error:|Assertion .* failed")
UNNUMBERED = ("welcome", "resumed", "kick", "notice", "drain")


class Ended(Exception):
    """The server has ended this transport, or its session."""

    def __init__(self, code, reconnect=None):
        super().__init__("ended with %s" % code)
        self.code = code
        self.reconnect = reconnect


class Refused(Exception):
    """The attach was refused with a status of HTTP."""

    def __init__(self, status, headers, body=b""):
        super().__init__("refused with %d" % status)
        self.status = status
        self.headers = headers
        self.body = body


def eventually(condition, what, patience=PATIENCE):
    """Wait until condition() is true, and return what it returned."""
    deadline = time.monotonic() + patience
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError("%s: not within %g s" % (what, patience))
        time.sleep(0.005)


# -- the daemon ----------------------------------------------------------------

class Daemon:
    """A musterd on ports that the system chooses, in a directory of its own."""

    def __init__(self, *options, config=None, wait=True, without=(), directory=None):
        """options: "name=value", where {directory} is the daemon's own; config: the text of a file;
        without: what the file says, not our defaults; directory: one that is kept, for a next one to find."""
        self.keeps = directory is not None
        self.directory = directory or tempfile.mkdtemp(prefix="muster-")
        self.log = []
        self.news = threading.Condition()
        self.ready = {}
        self.process = subprocess.Popen(self._arguments(options, config, without), cwd=self.directory,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, errors="replace")
        self.reader = threading.Thread(target=self._read_log, daemon=True)
        self.reader.start()
        if wait:
            self._wait_ready()

    def _arguments(self, options, config, without):
        wanted = {"listen": "127.0.0.1:0", "api.listen": "127.0.0.1:0",
                  "bus.sub": "tcp://127.0.0.1:0", "bus.pull": "tcp://127.0.0.1:0",
                  "bus.router": "tcp://127.0.0.1:0", "bus.xpub": "tcp://127.0.0.1:0", "drain_time": "0"}
        wanted.update(option.replace("{directory}", self.directory).split("=", 1) for option in options)
        for name in without:
            del wanted[name]
        self.config = os.path.join(self.directory, "muster.conf")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(config or "")
        arguments = [MUSTERD, "-c", self.config]
        for name, value in wanted.items():
            arguments += ["-o", "%s=%s" % (name, value)]
        return arguments

    def _read_log(self):
        for line in self.process.stderr:
            if os.environ.get("SHOW_LOG"):
                print("musterd:", line, end="", file=sys.stderr)
            with self.news:
                self.log.append(line)
                self.news.notify_all()
        with self.news:
            self.log.append("")  # the end
            self.news.notify_all()

    def _wait_ready(self):
        try:
            line = self.wait_log("event=ready")
        except AssertionError:
            self.kill()
            raise
        self.ready = dict(re.findall(r"(\w+)=(\S+)", line))

    def has_ended(self):
        return bool(self.log) and self.log[-1] == ""

    def tail(self):
        return "".join(self.log[-SHOWN:])

    def wait_log(self, pattern, patience=PATIENCE):
        """The first line of the log that holds the pattern."""
        deadline = time.monotonic() + patience
        seen = 0
        with self.news:
            while True:
                for line in self.log[seen:]:
                    if re.search(pattern, line):
                        return line
                seen = len(self.log)
                left = deadline - time.monotonic()
                if self.has_ended() or left <= 0:
                    raise AssertionError("%r did not come in the log:\n%s" % (pattern, self.tail()))
                self.news.wait(left)

    def public(self, which=0):
        return self.ready["listen"].split(",")[which]

    def request(self, method, path, body=None, headers=None, address=None):
        """One request of its own connection to the public port."""
        connection = connect_http(address or self.public())
        try:
            return exchange(connection, method, path, body, headers)
        finally:
            connection.close()

    def api(self, path):
        return self.request("GET", path, address=self.ready["api"].split(",")[0])

    def metrics(self):
        """The samples of /metrics, by name and labels."""
        answer = self.api("/metrics")
        lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def metric(self, name):
        return self.metrics()[name]

    def wait_metric(self, name, expected, patience=PATIENCE):
        seen = []

        def is_there():
            seen[:] = [self.metric(name)]
            return seen[0] == expected
        try:
            eventually(is_there, name, patience)
        except AssertionError as late:
            raise AssertionError("%s is %s, not %s" % (name, seen, expected)) from late

    def refused(self, reason):
        return self.metric('muster_refused_total{reason="%s"}' % reason)

    def send_signal(self, which):
        self.process.send_signal(which)

    def wait_exit(self, patience=PATIENCE):
        """The exit status; the log is whole then."""
        try:
            status = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise AssertionError("musterd did not end:\n" + self.tail()) from None
        finally:
            self.kill()
        return status

    def stop(self, which=signal.SIGTERM):
        """End it: with status 0, and nothing for a sanitizer to say."""
        if self.process.poll() is None:
            self.send_signal(which)
        status = self.wait_exit()
        reports = [at for at, line in enumerate(self.log) if REPORT.search(line)]
        if reports:
            raise AssertionError("musterd:\n" + "".join(self.log[reports[0]:reports[0] + 100]))
        if status != 0:
            raise AssertionError("musterd ended with %d:\n%s" % (status, self.tail()))

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.reader.join()
        self.process.stderr.close()
        if not self.keeps:
            shutil.rmtree(self.directory, ignore_errors=True)


# -- HTTP ----------------------------------------------------------------------

def connect_socket(address, receive_buffer=None):
    """To "127.0.0.1:80", "[::1]:80" or "unix:/path"."""
    if address.startswith("unix:"):
        family, where = socket.AF_UNIX, address[5:]
    else:
        host, port = address.rsplit(":", 1)
        family, where = (socket.AF_INET6 if host.startswith("[") else socket.AF_INET), (host.strip("[]"), int(port))
    connected = socket.socket(family)
    connected.settimeout(PATIENCE)
    if receive_buffer:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connected.connect(where)
    if family != socket.AF_UNIX:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


def host_of(address):
    return "localhost" if address.startswith("unix:") else address


def connect_http(address):
    connection = http.client.HTTPConnection(host_of(address), timeout=PATIENCE)
    connection.sock = connect_socket(address)
    connection.auto_open = 0
    return connection


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    def json(self):
        return json.loads(self.text)


def exchange(connection, method, path, body=None, headers=None):
    connection.request(method, path, body, headers or {})
    return Answer(connection.getresponse())


def query(params):
    """The query of an attach; a list is a repeated parameter."""
    pairs = []
    for name, value in params.items():
        pairs += [(name, one) for one in (value if isinstance(value, (list, tuple)) else [value])]
    return "?" + urllib.parse.urlencode(pairs) if pairs else ""


# -- clients -------------------------------------------------------------------

class Client:
    """A session by one transport.  `n` is how many numbered pushes the test has
    taken with next_push(); what came but was not taken was never had."""

    path = None
    kind = None

    def __init__(self, daemon, address=None):
        self.daemon = daemon
        self.address = address or daemon.public()
        self.sid = None
        self.id = None
        self.n = 0
        self.lost = 0
        self.welcome = None   # the welcome or resumed frame, if the transport has one
        self.kick = None
        self.raw = None       # the last push as text
        self.came = collections.deque()
        self.last_seq = 0

    # What a transport does:
    #   _open(params, headers)  attach, return the first frame or None
    #   _receive(timeout)       one more (push, text), or None; raises Ended
    #   _say(text)              a command; returns the text of the reply, or None when it comes by _receive

    def attach(self, headers=None, **params):
        """Come for the first time, or with sid and n again."""
        self.sid = params.get("sid")
        self.n = int(params.get("n", 0))
        self.came.clear()
        first = self._open(params, headers or {})
        self._greeted(first)
        return first

    def resume(self, other=None, **params):
        """Go on with another client's session, or one's own."""
        other = other or self
        id_before = other.id
        first = self.attach(sid=other.sid, n=other.n, **params)
        self.id = self.id or id_before
        return first

    def _greeted(self, first):
        self.welcome = first
        if first:
            self.sid = first["sid"]
            self.id = first["id"]
            self.n = first["n"]
            self.lost = first.get("lost", 0)

    def _arrived(self, push, text):
        if push["push"] == "kick":
            self.kick = push
        self.came.append((push, text))

    def next_push(self, timeout=PATIENCE):
        """The next push of the stream or outside of it; None when there is none in time."""
        deadline = time.monotonic() + timeout
        while not self.came:
            left = deadline - time.monotonic()
            if left < 0 or not self._pump(left):
                return None
        push, self.raw = self.came.popleft()
        if push["push"] not in UNNUMBERED:
            self.n += 1
        return push

    def pushes(self, count):
        return [self.must_push() for _ in range(count)]

    def must_push(self):
        push = self.next_push()
        if push is None:
            raise AssertionError("%s: no push came; the log ends:\n%s" % (self.kind, self.daemon.tail()))
        return push

    def data(self, count):
        """The payloads of the next pushes, all of them messages."""
        found = self.pushes(count)
        for push in found:
            if push["push"] != "msg":
                raise AssertionError("%s: not a message: %r" % (self.kind, push))
        return [push["data"] for push in found]

    def _pump(self, timeout):
        """Take in more of what comes; false when nothing did."""
        found = self._receive(timeout)
        if found:
            self._arrived(*found)
        return bool(found)

    def wait_end(self, patience=PATIENCE):
        """Wait until the server ends it.  The Ended says how; what came before is kept."""
        deadline = time.monotonic() + patience
        try:
            while time.monotonic() < deadline:
                self._pump(deadline - time.monotonic())
        except Ended as ended:
            return ended
        raise AssertionError("%s: it was not ended" % self.kind)

    def command(self, cmd, data=None, seq=None):
        """Say one command and return its reply."""
        self.last_seq += 1
        seq = seq or self.last_seq
        message = {"seq": seq, "cmd": cmd}
        if data is not None:
            message["data"] = data
        return self.say(json.dumps(message), seq)

    def ok(self, cmd, data=None):
        """A command that must succeed; its data."""
        reply = self.command(cmd, data)
        if reply["code"] != 200:
            raise AssertionError("%s %s: %r" % (self.kind, cmd, reply))
        return reply.get("data")

    def say(self, text, seq=None):
        """Any text as a command; the reply to it (the one with this seq)."""
        raise NotImplementedError

    def ack(self, n):
        raise NotImplementedError

    def drop(self):
        """Cut the connections without a good-bye."""
        raise NotImplementedError

    def connections(self):
        """How many it has open."""
        raise NotImplementedError

    def close(self):
        """Leave in good order."""
        raise NotImplementedError


class Background:
    """The event loop that the websockets library needs, in a thread."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()


background = Background()


class Ws(Client):
    path = "/ws"
    kind = "ws"

    def __init__(self, daemon, address=None, slow=False):
        super().__init__(daemon, address)
        self.slow = slow
        self.replies = collections.deque()
        self.socket = None

    def _open(self, params, headers):
        self.drop()
        self.replies.clear()
        raw = connect_socket(self.address, 4096 if self.slow else None)
        uri = "ws://%s/ws%s" % (host_of(self.address), query(params))
        try:
            self.socket = background.run(self._connect(uri, raw, headers))
        except websockets.InvalidStatusCode as refused:
            raw.close()
            raise Refused(refused.status_code, refused.headers) from None
        if self.socket.subprotocol != "muster.v1":
            raise AssertionError("the subprotocol is %r" % self.socket.subprotocol)
        first = self._frame(PATIENCE)
        if first is None:
            raise AssertionError("ws: no welcome")
        self.raw = first[1]
        return first[0]

    async def _connect(self, uri, raw, headers):
        return await websockets.connect(
            uri, sock=raw, subprotocols=["muster.v1"], extra_headers=headers, ping_interval=None, max_size=None,
            max_queue=1 if self.slow else None, open_timeout=PATIENCE, close_timeout=PATIENCE)

    def _frame(self, timeout):
        try:
            text = background.run(asyncio.wait_for(self.socket.recv(), timeout))
        except asyncio.TimeoutError:
            return None
        except websockets.ConnectionClosed:
            raise Ended(self.socket.close_code) from None
        return json.loads(text), text

    def _receive(self, timeout):
        deadline = time.monotonic() + timeout
        while True:
            found = self._frame(max(0.001, deadline - time.monotonic()))
            if found is None or "push" in found[0]:
                return found
            self.replies.append(found[0])

    def send_text(self, text):
        try:
            background.run(self.socket.send(text))
        except websockets.ConnectionClosed:
            raise Ended(self.socket.close_code) from None

    def say(self, text, seq=None):
        self.send_text(text)
        return self.next_reply(seq)

    def next_reply(self, seq=None, patience=PATIENCE):
        deadline = time.monotonic() + patience
        while True:
            for reply in self.replies:
                if seq is None or reply.get("seq") == seq:
                    self.replies.remove(reply)
                    return reply
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError("ws: no reply; the log ends:\n" + self.daemon.tail())
            found = self._frame(left)
            if found and "push" in found[0]:
                self._arrived(*found)
            elif found:
                self.replies.append(found[0])

    def ack(self, n):
        self.send_text(json.dumps({"cmd": "ack", "data": {"n": n}}))

    def ping(self):
        """A ping of the client, and its pong."""
        async def ping():
            await asyncio.wait_for(await self.socket.ping(), PATIENCE)
        background.run(ping())

    def drop(self):
        if self.socket and self.socket.transport:
            background.loop.call_soon_threadsafe(self.socket.transport.abort)

    def connections(self):
        return int(bool(self.socket and self.socket.open))

    def close(self, code=1000):
        background.run(self.socket.close(code))


class Http(Client):
    """What SSE and long-poll share: commands go by POST /send."""

    def __init__(self, daemon, address=None):
        super().__init__(daemon, address)
        self.sender = None

    def post(self, text):
        """POST /send, and its Answer."""
        path = "/send" + query({"sid": self.sid})
        headers = {"Content-Type": "application/json"}
        for attempt in (1, 2):  # a kept-alive connection may have been closed meanwhile
            if not self.sender:
                self.sender = connect_http(self.address)
            try:
                answer = exchange(self.sender, "POST", path, text.encode(), headers)
            except (http.client.NotConnected, ConnectionError):
                self.forget_sender()
                if attempt == 2:
                    raise
                continue
            if answer.headers.get("Connection", "").lower() == "close":
                self.forget_sender()
            return answer

    def connections(self):
        return int(bool(self.sender)) + int(bool(self.stream()))

    def stream(self):
        """The connection that pushes come by."""
        raise NotImplementedError

    def forget_sender(self):
        if self.sender:
            self.sender.close()
        self.sender = None

    def say(self, text, seq=None):
        answer = self.post(text)
        if answer.status == 410:
            said = answer.json()
            raise Ended(said["close"], said["reconnect"])
        if answer.status != 200:
            raise AssertionError("%s: /send answered %d %s" % (self.kind, answer.status, answer.text))
        return answer.json()

    def ack(self, n):
        self.post(json.dumps({"cmd": "ack", "data": {"n": n}}))

    def close(self):
        self.command("close")
        self.drop()


class Sse(Http):
    path = "/sse"
    kind = "sse"

    def __init__(self, daemon, address=None, slow=False):
        super().__init__(daemon, address)
        self.slow = slow
        self.socket = None
        self.bytes = b""
        self.position = 0
        self.comments = 0

    def _open(self, params, headers):
        self.drop()
        self.kick = None
        self.bytes = b""
        self.socket = connect_socket(self.address, 4096 if self.slow else None)
        lines = ["GET /sse%s HTTP/1.1" % query(params), "Host: %s" % host_of(self.address), "Accept: text/event-stream"]
        lines += ["%s: %s" % header for header in headers.items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._head()
        event = self._event(PATIENCE)
        if event is None:
            raise AssertionError("sse: no welcome")
        first = json.loads(event["data"])
        if event.get("event") != first["push"] or event["id"] != "%s.%d" % (first["sid"], first["n"]):
            raise AssertionError("sse: the first event is %r" % event)
        self.position = first["n"]
        self.raw = event["data"]
        return first

    def stream(self):
        return self.socket

    def resume(self, other=None, by_header=False, **params):
        other = other or self
        if not by_header:
            return super().resume(other, **params)
        return self.attach(headers={"Last-Event-ID": "%s.%d" % (other.sid, other.n)}, **params)

    def _head(self):
        deadline = time.monotonic() + PATIENCE
        while b"\r\n\r\n" not in self.bytes:
            if not self._more(deadline - time.monotonic()):
                raise AssertionError("sse: no head came: %r" % self.bytes)
        head, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        status = int(lines[0].split(" ")[1])
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        if status == 204:
            raise Ended(None, False)
        if status != 200:
            while len(self.bytes) < int(self.headers.get("content-length", 0)):
                self._more(PATIENCE)
            raise Refused(status, self.headers, self.bytes)

    def _more(self, timeout):
        """False: not in time; Ended: the stream is over."""
        if not select.select([self.socket], [], [], max(0, timeout))[0]:
            return False
        try:
            found = self.socket.recv(65536)
        except ConnectionError:
            found = b""
        if not found:
            raise Ended(self.kick["code"] if self.kick else None, self.kick["reconnect"] if self.kick else None)
        self.bytes += found
        return True

    def _event(self, timeout):
        """The next event as its fields; comments are counted."""
        deadline = time.monotonic() + timeout
        while True:
            while b"\n\n" not in self.bytes:
                if not self._more(deadline - time.monotonic()):
                    return None
            block, self.bytes = self.bytes.split(b"\n\n", 1)
            fields = [line.split(": ", 1) for line in block.decode().split("\n") if not line.startswith(":")]
            self.comments += block.startswith(b":")
            if fields:
                return dict(fields)

    def _receive(self, timeout):
        event = self._event(timeout)
        if event is None:
            return None
        push = json.loads(event["data"])
        if push["push"] in UNNUMBERED:
            if event.get("event") != push["push"]:
                raise AssertionError("sse: an event without its name: %r" % event)
        else:
            self.position += 1
            if event["id"] != "%s.%d" % (self.sid, self.position) or "event" in event:
                raise AssertionError("sse: not push %d: %r" % (self.position, event))
        return push, event["data"]

    def drop(self):
        self.forget_sender()
        if self.socket:
            self.socket.close()
        self.socket = None


class Poll(Http):
    """A loop of polls.  next_push() leaves its request parked when it gives up."""

    path = "/poll"
    kind = "poll"

    def __init__(self, daemon, address=None, slow=False):
        super().__init__(daemon, address)
        self.connection = None
        self.is_parked = False

    def _open(self, params, headers):
        self.drop()
        self.lost = 0
        if "sid" in params:
            params = dict(params, wait=0)  # shows that the session is there
        self._ask(params, headers)
        self._take_answer()
        first = self.came[0][0] if self.came else None
        if first and first["push"] == "welcome":
            self.raw = self.came.popleft()[1]
            return first
        return None

    def _ask(self, params, headers=None):
        if not self.connection:
            self.connection = connect_http(self.address)
        self.asked_n = int(params.get("n", 0))
        self.connection.request("GET", "/poll" + query(params), headers=headers or {})
        self.is_parked = True

    def park(self):
        """Have a request waiting at the server."""
        if not self.is_parked:
            came = sum(push["push"] not in UNNUMBERED for push, _ in self.came)
            self._ask({"sid": self.sid, "n": self.n + came})

    def stream(self):
        return self.connection

    def wait_parked(self):
        """Wait until the server has taken in the parked request."""
        eventually(lambda: unread_bytes(self.connection.sock) == 0, "the poll is parked")

    def answer(self):
        """The answer to the parked request, as it is."""
        self.is_parked = False
        response = self.connection.getresponse()
        answer = Answer(response)
        if response.will_close:
            self.connection.close()
            self.connection = None
        return answer

    def _take_answer(self):
        answer = self.answer()
        said = answer.json()
        if answer.status == 410:
            raise Ended(said["close"], said["reconnect"])
        if answer.status == 503 and self.sid:
            raise Ended(1012, True)
        if answer.status != 200:
            raise Refused(answer.status, answer.headers, answer.text.encode())
        if said.get("superseded"):
            if said["items"]:
                raise AssertionError("poll: superseded with items: %r" % said)
            raise Ended(4000, False)
        self._take_items(said, answer.text)

    def _take_items(self, said, text):
        if self.sid is None:
            self.sid = said["sid"]
        if "lost" in said:
            self.lost = said["lost"]
            self.n += said["lost"]
        numbered = 0
        for push, raw in zip(said["items"], split_items(text)):
            numbered += push["push"] not in UNNUMBERED
            self._arrived(push, raw)
        if said["n"] != self.asked_n + said.get("lost", 0) + numbered:
            raise AssertionError("poll: n is %d, asked with %d, lost %d, %d numbered" % (
                said["n"], self.asked_n, said.get("lost", 0), numbered))

    def _pump(self, timeout):
        deadline = time.monotonic() + timeout
        before = len(self.came)
        try:
            while len(self.came) == before:
                self.park()
                if not select.select([self.connection.sock], [], [], max(0, deadline - time.monotonic()))[0]:
                    return False
                self._take_answer()
        except (ConnectionError, http.client.HTTPException):
            self.drop()
            raise Ended(None) from None
        return True

    def drop(self):
        self.forget_sender()
        if self.connection:
            self.connection.close()
        self.connection = None
        self.is_parked = False


def unread_bytes(connected):
    """What the other end of a loopback connection has in its receive queue."""
    ours, theirs = connected.getsockname()[1], connected.getpeername()[1]
    with open("/proc/net/tcp", encoding="ascii") as table:
        for line in table.readlines()[1:]:
            fields = line.split()
            if int(fields[1].split(":")[1], 16) == theirs and int(fields[2].split(":")[1], 16) == ours:
                return int(fields[4].split(":")[1], 16)
    return None


def split_items(text):
    """The texts of the items of a poll's answer."""
    decoder = json.JSONDecoder()
    at = text.index('"items":[') + len('"items":[')
    while text[at] != "]":
        _, end = decoder.raw_decode(text, at)
        yield text[at:end]
        at = end + 1 if text[end] == "," else end


# -- backends ------------------------------------------------------------------

class Publisher:
    """A backend: PUB (ready when the daemon has subscribed) or PUSH."""

    def __init__(self, daemon, kind="pub"):
        endpoint = daemon.ready["bus_sub" if kind == "pub" else "bus_pull"].split(",")[0]
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.XPUB if kind == "pub" else zmq.PUSH)
        self.socket.set(zmq.SNDHWM, 0)
        self.socket.set(zmq.LINGER, int(PATIENCE * 1000))
        self.socket.connect(endpoint)
        if kind == "pub" and not self.socket.poll(int(PATIENCE * 1000)):
            raise AssertionError("nobody subscribed at " + endpoint)
        if kind == "pub" and self.socket.recv()[:1] != b"\x01":
            raise AssertionError("not a subscription")

    def frames(self, *parts):
        self.socket.send_multipart([part.encode() if isinstance(part, str) else part for part in parts])

    def publish(self, target, data, **options):
        parts = [target, json.dumps(data)]
        if options:
            parts.append(json.dumps({name.rstrip("_"): value for name, value in options.items()}))
        self.frames(*parts)

    def close(self):
        self.context.destroy(linger=0)


def endpoint_of(daemon, name, kind):
    """The endpoint of a socket of the bus that begins with kind."""
    return next(one for one in daemon.ready[name].split(",") if one.startswith(kind))


class Asker:
    """A backend that asks and is answered: by REQ, by DEALER or by HTTP on a unix socket."""

    def __init__(self, daemon, kind="http", scheme="tcp:"):
        self.kind = kind
        self.context = None
        if kind == "http":
            self.address = next(one for one in daemon.ready["api"].split(",") if one.startswith("unix:"))
            self.connection = connect_http(self.address)
            return
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.REQ if kind == "req" else zmq.DEALER)
        self.socket.set(zmq.LINGER, 0)
        self.socket.connect(endpoint_of(daemon, "bus_router", scheme))

    def send(self, verb, arguments=None):
        """Ask, and take the answer later; not by HTTP."""
        text = arguments if isinstance(arguments, (bytes, type(None))) else json.dumps(arguments).encode()
        parts = [verb.encode()] + ([text] if text is not None else [])
        self.socket.send_multipart(([b""] if self.kind == "dealer" else []) + parts)

    def receive(self, patience=PATIENCE):
        if not self.socket.poll(int(patience * 1000)):
            raise AssertionError("%s: no answer" % self.kind)
        parts = self.socket.recv_multipart()
        if len(parts) != (2 if self.kind == "dealer" else 1) or (self.kind == "dealer" and parts[0]):
            raise AssertionError("%s: the answer is %r" % (self.kind, parts))
        return json.loads(parts[-1])

    def ask(self, verb, arguments=None):
        """The whole answer."""
        if self.kind == "http":
            self.answer = exchange(self.connection, "POST", "/api/v1/" + verb,
                                   arguments if isinstance(arguments, bytes) else json.dumps(arguments or {}))
            return self.answer.json()
        self.send(verb, arguments)
        return self.receive()

    def ok(self, verb, **arguments):
        """The data of what must succeed; "from_" is "from"."""
        answer = self.ask(verb, {name.rstrip("_"): value for name, value in arguments.items()})
        if answer["code"] != 200:
            raise AssertionError("%s %s: %r" % (verb, arguments, answer))
        return answer["data"]

    def publish(self, target, data, **options):
        return self.ok("publish", to=target, data=data, **options)

    def close(self):
        if self.context:
            self.context.destroy(linger=0)
        else:
            self.connection.close()


class Listener:
    """A backend that hears of events.  The first one of a daemon is told a sync at once: then it is ready."""

    def __init__(self, daemon, topic, wait=True):
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.SUB)
        self.socket.set(zmq.SUBSCRIBE, topic.encode())
        self.socket.connect(endpoint_of(daemon, "bus_xpub", "tcp:"))
        self.sync = self.next_event() if wait else None
        if wait and self.sync[0] != topic + "/sync":
            raise AssertionError("the first event is %r" % (self.sync,))

    def next_event(self, patience=PATIENCE):
        """(topic, object)"""
        if not self.socket.poll(int(patience * 1000)):
            raise AssertionError("no event came")
        topic, text = self.socket.recv_multipart()
        return topic.decode(), json.loads(text)

    def close(self):
        self.context.destroy(linger=0)
