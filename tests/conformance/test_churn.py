"""Sessions that change their transport all the time, while messages come: each
gets every message once and in order.  The walk is random; its seed is printed
and CHURN_SEED=<seed> plays it again."""
import os
import random
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from suite import LANES, SCALE, Daemon, Poll, Publisher, Sse, Ws

SEED = int(os.environ.get("CHURN_SEED", random.randrange(1 << 30)))
WALKERS = 8
MESSAGES = 1500
DEADLINE = 60 * SCALE


class Walker:
    """One session, and whatever holds it just now."""

    def __init__(self, daemon, number):
        self.daemon = daemon
        self.random = random.Random(SEED + number)
        self.client = self.new()
        self.client.attach(channel="walk")
        self.old = []
        self.found = []
        self.steps = 0

    def new(self):
        return self.random.choice((Ws, Sse, Poll))(self.daemon)

    def walk(self):
        deadline = time.monotonic() + DEADLINE
        while len(self.found) < MESSAGES:
            if time.monotonic() > deadline:
                raise AssertionError("only %d messages came" % len(self.found))
            self.step()
            self.steps += 1
        self.client.drop()
        for client in self.old:
            client.drop()
        return self

    def step(self):
        for _ in range(self.random.randrange(60)):
            push = self.client.next_push(timeout=0.02)
            if push is None:
                break
            if push["push"] != "msg":
                raise AssertionError("%s got %r" % (self.client.kind, push))
            self.found.append(push["data"])
        if self.random.random() < 0.3:
            self.client.ok("ping")
        self.random.choice((self.stay, self.cut, self.leave, self.replace, self.replace))()

    def stay(self):
        pass

    def cut(self):
        """The network breaks."""
        self.client.drop()
        self.move()

    def leave(self):
        """A page is reloaded."""
        self.client.close()
        self.client.drop()
        self.move()

    def replace(self):
        """The new one is there before the old one has gone."""
        self.old.append(self.client)
        self.move()
        if self.random.random() < 0.5:
            self.old.pop(0).drop()

    def move(self):
        before = self.client
        self.client = self.new()
        self.client.resume(before)
        if self.client.lost or self.client.n != before.n:
            raise AssertionError("%s to %s: n %d became %d, %d lost" % (
                before.kind, self.client.kind, before.n, self.client.n, self.client.lost))


class Churn(unittest.TestCase):
    def test_nothing_is_lost_or_doubled_on_the_way(self):
        for lanes in LANES:
            with self.subTest(lanes=lanes):
                self.play(lanes)

    def play(self, lanes):
        daemon = Daemon("lanes=%d" % lanes, "outbox_messages=%d" % (2 * MESSAGES), "limits.command_rate=0")
        self.addCleanup(daemon.stop)
        backend = Publisher(daemon)
        self.addCleanup(backend.close)
        files = daemon.metric("process_open_fds")
        walkers = [Walker(daemon, number) for number in range(WALKERS)]
        with ThreadPoolExecutor(WALKERS + 1) as pool:
            published = pool.submit(self.publish, backend)
            done = [pool.submit(walker.walk) for walker in walkers]
            published.result()
            for walker in done:
                self.assertEqual(walker.result().found, list(range(MESSAGES)))
        print("%d lanes: %d steps" % (lanes, sum(walker.steps for walker in walkers)))
        self.assertEqual(daemon.metric('muster_dropped_total{reason="drop_oldest"}'), 0)
        self.assertEqual(daemon.metric("muster_sessions"), WALKERS)
        daemon.wait_metric("muster_connections", 0)
        daemon.wait_metric("process_open_fds", files)

    @staticmethod
    def publish(backend):
        for i in range(MESSAGES):
            backend.publish("channel/walk", i)
            if i % 50 == 49:
                time.sleep(0.05)  # a stream that lasts, not a burst


if __name__ == "__main__":
    print("CHURN_SEED=%d" % SEED)
    unittest.main(verbosity=2)
