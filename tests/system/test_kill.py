"""kill -9 under acknowledged load: what was acknowledged is in the history of a
durable channel when the daemon is started again on the same file, once and where
the answer said; what was not acknowledged may be repeated under its id."""
import os
import random
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))

from muster import PATIENCE, Daemon  # noqa: E402
from asking import Asker, Ledger  # noqa: E402

ROUNDS = 5
PUBLISHERS = 4
IN_FLIGHT = 16
CHANNELS = ("kept/one", "kept/two")
MOST = 1500  # messages in a round, until the kill
CONFIG = 'channel "kept/*" {\n\thistory = 100000\n\tdurable = yes\n}\n'


class Publisher:
    """Keeps so many requests in flight, and the ledger in step."""

    def __init__(self, daemon, ledger, name):
        self.asker = Asker(daemon.ready["bus_router"].split(",")[0], PATIENCE)
        self.ledger = ledger
        self.name = name
        self.number = 0
        self.waiting = {}

    def publish(self, channel, which, data):
        self.ledger.note_sent(channel, which, data)
        self.waiting[which] = channel
        self.asker.send("publish", {"to": "channel/" + channel, "id": which, "data": data})

    def fill(self):
        while len(self.waiting) < IN_FLIGHT:
            self.number += 1
            self.publish(CHANNELS[self.number % 2], "%s-%d" % (self.name, self.number), [self.name, self.number])

    def take(self, timeout=0):
        """How many answers came."""
        taken = 0
        while True:
            answer = self.asker.take(0 if taken else timeout)
            if answer is None:
                return taken
            if answer["code"] != 200 or answer["data"]["duplicate"] or not answer["data"]["stored"]:
                raise AssertionError("%s: %r" % (self.name, answer))
            data = answer["data"]
            self.ledger.note_acknowledged(self.waiting.pop(data["id"]), data["id"], data["epoch"], data["offset"])
            taken += 1


class Killed(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="muster-")
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "muster.db")
        self.ledger = Ledger()
        self.seed = int(os.environ.get("SEED", time.time_ns() % 1000000))
        self.random = random.Random(self.seed)
        print("SEED=%d" % self.seed)

    def start(self):
        daemon = Daemon("store.kind=sqlite", "store.path=" + self.path, config=CONFIG)
        self.addCleanup(daemon.kill)
        return daemon

    def load(self, daemon, turn):
        """Publish until so many are acknowledged, then kill the daemon in the midst of it."""
        publishers = [Publisher(daemon, self.ledger, "p%d-%d" % (turn, i)) for i in range(PUBLISHERS)]
        until = self.random.randint(1, MOST)
        acknowledged = 0
        deadline = time.monotonic() + PATIENCE
        while acknowledged < until:
            self.assertLess(time.monotonic(), deadline, "acknowledged: %d of %d" % (acknowledged, until))
            for publisher in publishers:
                publisher.fill()
                acknowledged += publisher.take(0.001)
        daemon.kill()
        for publisher in publishers:
            acknowledged += publisher.take(0.05)  # what had left it before
            publisher.asker.close()
        return acknowledged

    def check(self, asker):
        held = 0
        for channel in CHANNELS:
            messages, position = asker.history(channel)
            self.ledger.check(channel, messages, position)
            held += len(messages)
        return held

    def repeat(self, asker):
        """Publish again what was not answered, under its id; how many were there already."""
        again = self.ledger.unacknowledged()
        duplicates = 0
        for channel, which, data in again:
            answer = asker.ok("publish", to="channel/" + channel, id=which, data=data)
            self.assertEqual(answer["id"], which)
            duplicates += answer["duplicate"]
            self.assertEqual("offset" in answer, not answer["duplicate"], answer)
        return len(again), duplicates

    def learn(self, asker):
        """From here on all that was sent must be there, where it is now."""
        for channel in CHANNELS:
            messages, position = asker.history(channel)
            for message in messages:
                self.ledger.note_acknowledged(channel, message["id"], position["epoch"], message["offset"])
        self.assertEqual(self.ledger.unacknowledged(), [])

    def test_what_was_acknowledged_is_there_once_after_each_kill(self):
        daemon = self.start()
        for turn in range(ROUNDS):
            acknowledged = self.load(daemon, turn)
            daemon = self.start()
            asker = Asker(daemon.ready["bus_router"].split(",")[0], PATIENCE)
            held = self.check(asker)
            again, duplicates = self.repeat(asker)
            self.assertEqual(self.check(asker), held + again - duplicates)
            self.learn(asker)
            asker.close()
            print("%d acknowledged, %d not: %d of these were kept, the others published again" % (
                acknowledged, again, duplicates))
        daemon.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
