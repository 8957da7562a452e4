"""The command lines: musterd, muster pub, muster tail."""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))

from muster import MUSTER, MUSTERD, PATIENCE, Daemon, Poll, Publisher, Sse, Ws  # noqa: E402

TRANSPORTS = ("ws", "sse", "poll")


def run(*command, text=None):
    return subprocess.run(command, input=text or "", capture_output=True, text=True, timeout=PATIENCE, check=False)


class Tool(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="muster-")
        self.addCleanup(shutil.rmtree, self.directory)

    def file(self, text):
        path = os.path.join(self.directory, "muster.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def assert_says(self, result, status, *parts):
        """On stderr, in one go, every part."""
        self.assertEqual(result.returncode, status, result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)
        self.assertEqual(result.stdout, "")


class Arguments(Tool):
    """musterd that does not run."""

    def test_help_names_every_option(self):
        result = run(MUSTERD, "--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for option in ("--config", "--option", "--check-config", "--print-config", "--version", "listen", "outbox_messages",
                       "limits.command_rate", "bus.sub", "client_publish"):
            self.assertIn(option, result.stdout)

    def test_help_is_in_paragraphs(self):
        self.assertIn("\n\nOptions, for a file", run(MUSTERD, "--help").stdout)

    def test_version_is_one_line(self):
        for program, name in ((MUSTERD, "musterd"), (MUSTER, "muster")):
            result = run(program, "--version")
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertRegex(result.stdout, r"^%s \d+\.\d+\.\d+\S*\n$" % name)

    def test_check_config_says_that_a_good_file_is_good(self):
        path = self.file('resume = "10s"\nlimits {\n\tcommand_rate = 5\n}\nchannel "a/*" {\n\tslow = "disconnect"\n}\n')
        result = run(MUSTERD, "--check-config", "-c", path)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn(path, result.stdout)

    def test_print_config_writes_what_check_config_takes(self):
        path = self.file('resume = "10s"\nlisten = {"127.0.0.1:1234", "[::1]:1234"}\n'
                         'channel "a/*" {\n\tclient_publish = "members"\n}\nchannel "b" {\n\tpresence = false\n}\n')
        first = run(MUSTERD, "--print-config", "-c", path, "-o", "outbox_bytes=64KiB")
        self.assertEqual((first.returncode, first.stderr), (0, ""))
        self.assertRegex(first.stdout, r'(?m)^resume = "10s"$')
        self.assertRegex(first.stdout, r'(?m)^outbox_bytes = "64KiB"$')
        second = run(MUSTERD, "--print-config", "-c", self.file(first.stdout))
        self.assertEqual((second.returncode, second.stdout), (0, first.stdout))

    def test_an_option_of_the_command_line_wins(self):
        path = self.file('resume = "10s"\n')
        result = run(MUSTERD, "--print-config", "-c", path, "-o", "resume=20s")
        self.assertRegex(result.stdout, r'(?m)^resume = "20s"$')

    def test_a_wrong_argument_is_status_2_with_a_hint(self):
        for arguments in (["--nonsense"], ["-x"], ["word"], ["-c"], ["-o"]):
            with self.subTest(arguments=arguments):
                self.assert_says(run(MUSTERD, *arguments), 2, "musterd: ", "--help")

    def test_a_wrong_option_says_what_is_allowed(self):
        for option, parts in (
                ("lsten=127.0.0.1:1", ("lsten", "listen")),
                ("resume=fast", ("resume", "fast")),
                ("auth=maybe", ("auth", "maybe", "token", "open")),
                ("lanes=1000", ("lanes", "1000", "64")),
                ("listen=nowhere", ("listen", "nowhere")),
                ("bus.sub=http://127.0.0.1:1", ("bus.sub", "http://127.0.0.1:1")),
                ("resume", ("resume", "="))):
            with self.subTest(option=option):
                self.assert_says(run(MUSTERD, "--check-config", "-c", self.file(""), "-o", option), 1, *parts)

    def test_a_wrong_file_names_the_file_and_the_line(self):
        for line, text, parts in (
                (2, 'resume = "10s"\nresumee = "20s"\n', ("resumee", "resume")),
                (3, 'channel "a" {\n\n\tslow = "maybe"\n}\n', ("slow", "maybe", "drop-oldest", "disconnect")),
                (1, 'resume = "soon"\n', ("resume", "soon")),
                (2, "limits {\n\tconnections = many\n}\n", ("connections", "many")),
                (2, "\nlisten = {\"127.0.0.1\"}\n", ("listen", "127.0.0.1"))):
            with self.subTest(text=text):
                path = self.file(text)
                self.assert_says(run(MUSTERD, "--check-config", "-c", path), 1, "%s:%d: " % (path, line), *parts)

    def test_a_file_that_is_not_there_is_an_error(self):
        path = os.path.join(self.directory, "none.conf")
        self.assert_says(run(MUSTERD, "-c", path), 1, path, "No such file")

    def test_open_access_from_outside_is_refused(self):
        result = run(MUSTERD, "-c", self.file('listen = {"0.0.0.0:0"}\n'), "--check-config")
        self.assert_says(result, 1, "auth")


class Addresses(Tool):
    """musterd and its sockets."""

    def daemon(self, *options, **how):
        daemon = Daemon(*options, **how)
        self.addCleanup(daemon.kill)
        return daemon

    def assert_serves(self, daemon, address):
        self.assertEqual(daemon.request("GET", "/healthz", address=address).status, 200)
        for kind in (Ws, Sse, Poll):
            client = kind(daemon, address)
            self.addCleanup(client.drop)
            client.attach()
            backend = Publisher(daemon)
            self.addCleanup(backend.close)
            backend.publish("session/" + client.id, "here")
            self.assertEqual(client.data(1), ["here"])

    def test_a_taken_port_is_said_clearly_with_status_1(self):
        taken = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(taken.close)
        address = "127.0.0.1:%d" % taken.getsockname()[1]
        for option in ("listen=" + address, "api.listen=" + address, "bus.sub=tcp://" + address, "bus.pull=tcp://" + address):
            with self.subTest(option=option):
                daemon = self.daemon(option, wait=False)
                self.assertEqual(daemon.wait_exit(), 1)
                line = daemon.wait_log("in use")
                self.assertIn(address, line)
                self.assertIn(option.split("=")[0], line)

    def test_listening_on_ipv6(self):
        if not socket.has_ipv6 or not has_ipv6_loopback():
            self.skipTest("this machine has no ::1")
        daemon = self.daemon("listen=[::1]:0", "api.listen=[::1]:0")
        self.assertRegex(daemon.public(), r"^\[::1\]:\d+$")
        self.assertEqual(daemon.api("/readyz").status, 200)
        self.assert_serves(daemon, daemon.public())
        daemon.stop()

    def test_listening_on_unix_sockets(self):
        public, api = (os.path.join(self.directory, name) for name in ("public.sock", "api.sock"))
        daemon = self.daemon("listen=unix:" + public, "api.listen=unix:" + api)
        self.assertEqual(daemon.public(), "unix:" + public)
        self.assertEqual(daemon.api("/readyz").status, 200)
        self.assert_serves(daemon, daemon.public())
        daemon.stop()
        self.assertFalse(os.path.exists(public))
        self.assertFalse(os.path.exists(api))

    def test_a_unix_socket_left_by_a_killed_daemon_is_taken_over(self):
        public, api = (os.path.join(self.directory, name) for name in ("public.sock", "api.sock"))
        options = ("listen=unix:" + public, "api.listen=unix:" + api)
        self.daemon(*options).kill()
        self.assertTrue(os.path.exists(public))
        daemon = self.daemon(*options)
        self.assertEqual(daemon.request("GET", "/healthz").status, 200)
        daemon.stop()

    def test_a_unix_socket_in_use_is_not_taken_over(self):
        public = os.path.join(self.directory, "public.sock")
        first = self.daemon("listen=unix:" + public)
        second = self.daemon("listen=unix:" + public, wait=False)
        self.assertEqual(second.wait_exit(), 1)
        second.wait_log("in use")
        self.assertEqual(first.request("GET", "/healthz").status, 200)
        first.stop()

    def test_several_addresses_at_once(self):
        public = os.path.join(self.directory, "public.sock")
        daemon = self.daemon(config='listen = {"127.0.0.1:0", "unix:%s", "127.0.0.1:0"}\n' % public, without=("listen",))
        self.assertEqual(len(daemon.ready["listen"].split(",")), 3)
        for which in range(3):
            self.assertEqual(daemon.request("GET", "/healthz", address=daemon.public(which)).status, 200)
        daemon.stop()

    def test_zeromq_over_ipc(self):
        endpoint = "ipc://" + os.path.join(self.directory, "sub.sock")
        daemon = self.daemon("bus.sub=" + endpoint)
        self.assertEqual(daemon.ready["bus_sub"], endpoint)
        self.assert_serves(daemon, daemon.public())
        daemon.stop()

    def test_a_daemon_started_twice_at_once_fails_once(self):
        first = self.daemon()
        second = self.daemon("listen=" + first.public(), wait=False)
        self.assertEqual(second.wait_exit(), 1)
        self.assertEqual(first.request("GET", "/healthz").status, 200)
        first.stop()


class Commands(Tool):
    """muster pub and muster tail, against a daemon."""

    @classmethod
    def setUpClass(cls):
        if not os.access(MUSTER, os.X_OK):
            raise unittest.SkipTest("there is no " + MUSTER)
        cls.daemon = Daemon("lanes=2")
        cls.url = "http://" + cls.daemon.public()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.stop()

    def tail(self, *options):
        """A running tail, subscribed; its stdout in .stdout."""
        child = subprocess.Popen([MUSTER, "tail", "--url", self.url, "--timeout", "%d" % (PATIENCE * 1000), *options],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, child)
        said = []
        while not any("ready" in line for line in said):
            line = child.stderr.readline()
            self.assertTrue(line, "muster tail said only: " + "".join(said))
            said.append(line)
        return child

    @staticmethod
    def end(child):
        if child.poll() is None:
            child.kill()
        child.wait()
        child.stdout.close()
        child.stderr.close()

    def pub(self, *arguments, text=None, by="pub"):
        endpoint = self.daemon.ready["bus_sub" if by == "pub" else "bus_pull"]
        options = ["--to", endpoint] + (["--push"] if by == "push" else [])
        return run(MUSTER, "pub", *options, *arguments, text=text)

    def finish(self, child):
        out, err = child.communicate(timeout=PATIENCE)
        self.assertEqual(child.returncode, 0, err)
        return out.splitlines()

    def pushes(self, child):
        """What a tail --json printed, the welcome first."""
        return [json.loads(line) for line in self.finish(child)]

    def test_tail_prints_what_pub_publishes_by_every_transport(self):
        for transport in TRANSPORTS:
            for by in ("pub", "push"):
                with self.subTest(transport=transport, by=by):
                    tail = self.tail("--transport", transport, "--channel", "news", "--json", "--count", "2")
                    for data in ('{"a":1}', '"two"'):
                        result = self.pub("channel/news", data, "--event", "tick", "--from", "me", by=by)
                        self.assertEqual(result.returncode, 0, result.stderr)
                    welcome, *found = self.pushes(tail)
                    self.assertEqual([push["push"] for push in (welcome, *found)], ["welcome", "msg", "msg"])
                    self.assertEqual([push["data"] for push in found], [{"a": 1}, "two"])
                    self.assertEqual({(push["to"], push["event"], push["from"]) for push in found},
                                     {("channel/news", "tick", "me")})

    def test_tail_for_people_shows_target_and_payload(self):
        for transport in TRANSPORTS:
            tail = self.tail("--transport", transport, "--channel", "news", "--count", "1")
            self.pub("channel/news", '{"a":1}')
            welcome, line = self.finish(tail)
            self.assertIn("welcome", welcome)
            self.assertIn("channel/news", line)
            self.assertIn('{"a":1}', line)

    def test_tail_logs_in_and_belongs_to_an_app(self):
        for transport in TRANSPORTS:
            tail = self.tail("--transport", transport, "--user", "ann@example.org", "--app", "web", "--json", "--count", "1")
            self.pub("user/ann%40example.org@web", "7")
            self.assertEqual(self.pushes(tail)[-1]["data"], 7)

    def test_tail_ends_with_1_when_too_few_came_in_time(self):
        for transport in TRANSPORTS:
            result = run(MUSTER, "tail", "--url", self.url, "--transport", transport, "--count", "1", "--timeout", "300")
            self.assertEqual((result.returncode, len(result.stdout.splitlines())), (1, 1), result.stderr)

    def test_tail_that_never_attached_ends_with_1(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            for port in (1, silent.getsockname()[1]):
                for transport in TRANSPORTS:
                    url = "http://127.0.0.1:%d" % port
                    result = run(MUSTER, "tail", "--url", url, "--transport", transport, "--timeout", "300")
                    self.assertEqual((result.returncode, result.stdout), (1, ""))
                    self.assertIn("not attached to %s within 300 ms" % url, result.stderr)

    def test_tail_that_was_attached_ends_with_0_after_its_time(self):
        for transport in TRANSPORTS:
            result = run(MUSTER, "tail", "--url", self.url, "--transport", transport, "--timeout", "300")
            self.assertEqual((result.returncode, len(result.stdout.splitlines())), (0, 1), result.stderr)

    def test_tail_without_a_server_says_so(self):
        for transport in TRANSPORTS:
            result = run(MUSTER, "tail", "--url", "http://127.0.0.1:1", "--transport", transport, "--timeout", "500",
                         "--count", "1")
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertTrue(result.stderr.startswith("muster tail: "), result.stderr)

    def test_pub_reads_lines(self):
        tail = self.tail("--channel", "news", "--json", "--count", "3")
        result = self.pub("channel/news", "-", "--json", text='1\n\n{"a": 2}\n"three"\n')
        self.assertEqual((result.returncode, json.loads(result.stdout)), (0, {"published": 3}), result.stderr)
        self.assertEqual([push["data"] for push in self.pushes(tail)[1:]], [1, {"a": 2}, "three"])

    def test_pub_sends_text_and_binary(self):
        tail = self.tail("--channel", "news", "--json", "--count", "2")
        self.assertEqual(self.pub("channel/news", 'say "hi"', "--type", "text").returncode, 0)
        self.assertEqual(self.pub("channel/news", "--type", "binary", text="\x01\x02").returncode, 0)
        _, first, second = self.pushes(tail)
        self.assertEqual((first["data"], second["data"], second["enc"]), ('say "hi"', "AQI=", "base64"))

    def test_pub_refuses_what_the_daemon_would_refuse(self):
        for arguments in (["nowhere", "1"], ["all", "{"], ["user/a@b@c", "1"], ["all", "1", "--match", "1"],
                          ["all", "1", "--except", "channel/a"], ["all", "1", "--event", ""]):
            with self.subTest(arguments=arguments):
                result = self.pub(*arguments)
                self.assertIn(result.returncode, (1, 2))
                self.assertTrue(result.stderr.startswith("muster pub: "), result.stderr)

    def test_pub_without_a_daemon_says_so(self):
        for by in ([], ["--push"]):
            result = run(MUSTER, "pub", *by, "--to", "tcp://127.0.0.1:1", "--wait", "200", "all", "1")
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            self.assertIn("tcp://127.0.0.1:1", result.stderr)

    def test_a_wrong_argument_is_status_2_with_a_hint(self):
        for arguments in ([], ["nonsense"], ["pub"], ["pub", "--nonsense", "all", "1"], ["pub", "all", "1", "2"],
                          ["tail", "--nonsense"], ["tail", "word"], ["tail", "--transport", "pigeon"], ["tail", "--count", "0"]):
            with self.subTest(arguments=arguments):
                result = run(MUSTER, *arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertRegex(result.stderr, "--help|usage")

    def test_help_names_the_options(self):
        for command, options in (("pub", ("--push", "--to", "--event", "--id", "--json")),
                                 ("tail", ("--url", "--transport", "--channel", "--count", "--json"))):
            result = run(MUSTER, command, "--help")
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            for option in options:
                self.assertIn(option, result.stdout)

    def test_the_manual_describes_every_option(self):
        manual = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "doc", "muster.1")
        with open(manual, encoding="utf-8") as file:
            described = file.read().replace("\\-", "-")
        for command in ("pub", "tail"):
            for option in re.findall(r"(?m)^  --([a-z]+)", run(MUSTER, command, "--help").stdout):
                self.assertIn("Fl -" + option, described)


def has_ipv6_loopback():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main(verbosity=2)
