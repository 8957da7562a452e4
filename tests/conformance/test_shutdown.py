"""SIGTERM and SIGINT: drain, send everybody away, exit 0."""
import signal
import socket
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from suite import LANES, SCALE, TRANSPORTS, Daemon, Ended, Poll, Publisher, Refused, Sse, Ws, main


class Shutdown(unittest.TestCase):
    def start(self, *options):
        daemon = Daemon("resume=1h", "leave_grace=1h", *options)
        self.addCleanup(daemon.kill)
        return daemon

    def clients(self, daemon, count, transports=TRANSPORTS):
        found = []
        for i in range(count):
            client = transports[i % len(transports)](daemon)
            self.addCleanup(client.drop)
            client.attach()
            if isinstance(client, Poll):
                client.park()
                client.wait_parked()
            found.append(client)
        return found

    def each(self, do, clients):
        """All at the same time, as real clients are: a poll must go on polling."""
        with ThreadPoolExecutor(len(clients)) as pool:
            return list(pool.map(do, clients))

    def sent_away(self, client, drain_time):
        """A drain push first, then the end, at its time."""
        drain = client.must_push()
        came = time.monotonic()
        self.assertEqual(drain["push"], "drain", drain)
        self.assertEqual(list(drain), ["push", "reconnect_in"])
        self.assertLessEqual(0, drain["reconnect_in"])
        self.assertLessEqual(drain["reconnect_in"], drain_time)
        ended = client.wait_end()
        self.assertIsNone(client.kick)
        if isinstance(client, Poll):  # which has had its answer: nobody listens any more, or it is sent away
            self.assertIn(ended.code, (1012, None))
            return drain["reconnect_in"]
        self.assertEqual(ended.code, None if isinstance(client, Sse) else 1012)
        self.assertGreaterEqual(time.monotonic() - came + 0.1 * SCALE, drain["reconnect_in"] / 1000)
        return drain["reconnect_in"]

    def test_everybody_is_told_when_to_come_back_and_then_closed(self):
        for which in (signal.SIGTERM, signal.SIGINT):
            for lanes in LANES:
                with self.subTest(signal=which.name, lanes=lanes):
                    daemon = self.start("drain_time=1s", "lanes=%d" % lanes)
                    clients = self.clients(daemon, 9)
                    daemon.send_signal(which)
                    times = self.each(lambda client: self.sent_away(client, 1000), clients)
                    self.assertGreater(len(set(times)), 1)
                    self.assertEqual(daemon.wait_exit(), 0)

    def test_what_was_published_before_comes_before_the_drain(self):
        daemon = self.start("drain_time=200ms")
        backend = Publisher(daemon)
        self.addCleanup(backend.close)
        clients = self.clients(daemon, 4, (Ws, Sse))
        for i in range(100):
            backend.publish("all", i)
        daemon.wait_metric("muster_messages_in_total", 100)
        daemon.send_signal(signal.SIGTERM)

        def had_all(client):
            self.assertEqual(client.data(100), list(range(100)))
            self.sent_away(client, 200)
        self.each(had_all, clients)
        daemon.stop()

    def test_while_it_drains_nobody_comes_in_and_readyz_says_so(self):
        daemon = self.start("drain_time=30s")
        (client, stream, poll) = self.clients(daemon, 3)
        daemon.send_signal(signal.SIGTERM)
        for one in (client, stream, poll):
            self.assertEqual(one.must_push()["push"], "drain")
        self.assertEqual(daemon.api("/readyz").status, 503)
        self.assertEqual(daemon.api("/healthz").status, 200)
        with self.assertRaises((OSError, Refused)):
            Ws(daemon).attach()
        daemon.stop()  # the second signal

    def test_a_second_signal_ends_it_at_once(self):
        for first, second in ((signal.SIGTERM, signal.SIGTERM), (signal.SIGINT, signal.SIGTERM)):
            with self.subTest(first=first.name, second=second.name):
                daemon = self.start("drain_time=1h")
                client, *_ = self.clients(daemon, 1)
                daemon.send_signal(first)
                daemon.wait_log("event=drain")
                began = time.monotonic()
                daemon.send_signal(second)
                self.assertEqual(daemon.wait_exit(), 0)
                self.assertLess(time.monotonic() - began, 5 * SCALE)
                with self.assertRaises(Ended):
                    while client.next_push():
                        pass

    def test_with_nobody_there_it_ends_without_waiting(self):
        daemon = self.start("drain_time=1h")
        daemon.stop()

    def test_sessions_that_are_away_are_not_waited_for(self):
        daemon = self.start("drain_time=1h")
        client, *_ = self.clients(daemon, 1)
        client.drop()
        daemon.wait_metric("muster_connections", 0)
        daemon.stop()

    def test_clients_in_the_middle_of_everything_do_not_hold_it_up(self):
        daemon = self.start("drain_time=100ms")
        self.clients(daemon, 6)
        half = socket.create_connection(tuple_of(daemon.public()))
        self.addCleanup(half.close)
        half.sendall(b"GET /poll HTTP/1.1\r\nHost:")
        silent = socket.create_connection(tuple_of(daemon.public()))
        self.addCleanup(silent.close)
        daemon.stop()

    def test_readers_that_stand_still_do_not_hold_it_up(self):
        daemon = self.start("drain_time=100ms")
        backend = Publisher(daemon)
        self.addCleanup(backend.close)
        for kind in (Ws, Sse):
            client = kind(daemon, slow=True)
            self.addCleanup(client.drop)
            client.attach()
        for _ in range(300):
            backend.publish("all", "x" * 60000)
        daemon.wait_metric("muster_messages_in_total", 300)
        daemon.stop()

    def test_a_hangup_is_no_end(self):
        daemon = self.start()
        daemon.send_signal(signal.SIGHUP)
        daemon.wait_log("event=reload")
        self.assertEqual(daemon.request("GET", "/healthz").status, 200)
        daemon.stop()

    def test_the_log_says_that_it_stopped(self):
        daemon = self.start()
        daemon.stop()
        self.assertIn("event=stopped", daemon.tail())


def tuple_of(address):
    host, port = address.rsplit(":", 1)
    return host, int(port)


if __name__ == "__main__":
    main()
