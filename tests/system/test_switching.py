"""Moving while messages flow: clients go from WebSocket to long-poll to event
stream and back, by a proxy that cuts, delays and swallows their connections at
random points, and go on each time with the sid and the n they have.  Each sees
every message once and in order, by nothing but the protocol's own numbers.

SEED=n plays one again, as far as the machine's own timing lets it."""
import http.client
import json
import os
import random
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "support"))

import websockets  # noqa: E402

from muster import PATIENCE, UNNUMBERED, Daemon, Ended, Poll, Publisher, Sse, Ws  # noqa: E402
from proxy import Proxy  # noqa: E402

CLIENTS = 6
COUNT = 900
RATE = 250          # messages a second
LONGEST_STAY = 40   # pushes by one transport
QUIET = 0.3         # s without a push before a client takes its connection for dead
ACK_EVERY = 16
ORDER = (Ws, Poll, Sse)
# What a bad connection may do to a client: an answer cut off in its head is for
# http.client one without a length, and so no JSON.  An answer of the server that is
# no success is none of these.
BROKEN = (OSError, http.client.HTTPException, websockets.WebSocketException, EOFError, TimeoutError, json.JSONDecodeError)


class Mover:
    """One session, and the client it is at."""

    def __init__(self, daemon, proxy, rng, count):
        self.daemon, self.proxy, self.random, self.count = daemon, proxy, rng, count
        self.turn = rng.randrange(len(ORDER))
        self.client = None
        self.seen = []     # the numbers that came, as they came
        self.wrong = []
        self.moves = self.breaks = 0
        self.error = None

    def start(self):
        """The session itself begins on a good connection."""
        self.client = ORDER[self.turn](self.daemon)
        self.client.attach(channel="flow")
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        try:
            deadline = time.monotonic() + 3 * PATIENCE
            while len(self.seen) < self.count and not self.wrong and time.monotonic() < deadline:
                self.stay()
                if len(self.seen) < self.count:
                    self.move()
        except Exception as error:  # pylint: disable=broad-except
            self.error = error
        finally:
            self.client.drop()

    def stay(self):
        """Read for a while, or until the connection breaks."""
        try:
            for _ in range(self.random.randint(1, LONGEST_STAY)):
                push = self.client.next_push(QUIET)
                if push is None:
                    return
                self.take(push)
                if len(self.seen) >= self.count:
                    return
                if self.client.n % ACK_EVERY == 0 and not isinstance(self.client, Poll):
                    self.client.ack(self.client.n)
        except Ended as ended:
            self.note_end(ended)
        except BROKEN:
            self.breaks += 1

    def take(self, push):
        if push["push"] == "msg":
            self.seen.append(push["data"])
        elif push["push"] not in UNNUMBERED:
            self.wrong.append(push)

    def note_end(self, ended):
        """Only what a cut looks like may end it: 1006, or the end of the stream."""
        self.breaks += 1
        if ended.code not in (None, 1006):
            self.wrong.append("ended with %s" % ended.code)

    def move(self):
        """Attach by the next transport, until one succeeds; often before the last is gone."""
        old = self.client
        if self.random.random() < 0.5:
            old.drop()
        while True:
            self.turn = (self.turn + 1) % len(ORDER)
            new = ORDER[self.turn](self.daemon, address=self.proxy.address)
            new.sid, new.id = old.sid, old.id
            n = old.n
            try:
                new.resume(old)
            except Ended as ended:
                self.note_end(ended)
                new.drop()
                continue
            except BROKEN:
                self.breaks += 1
                new.drop()
                continue
            self.moves += 1
            break
        if new.sid != old.sid or new.lost or new.n != n:
            self.wrong.append("resumed %s at %d: %s, %d, lost %d" % (old.sid, n, new.sid, new.n, new.lost))
        old.drop()
        self.client = new


class Switching(unittest.TestCase):
    def play(self, lanes):
        seed = int(os.environ.get("SEED", time.time_ns() % 1000000))
        rng = random.Random(seed)
        daemon = Daemon("lanes=%d" % lanes, "limits.command_rate=0")
        self.addCleanup(daemon.stop)
        proxy = Proxy(daemon.public(), random.Random(seed))
        self.addCleanup(proxy.close)
        backend = Publisher(daemon)
        self.addCleanup(backend.close)
        movers = [Mover(daemon, proxy, random.Random(rng.random()), COUNT) for _ in range(CLIENTS)]
        for mover in movers:
            mover.start()
        for mover in movers:
            mover.thread.start()
        began = time.monotonic()
        for i in range(COUNT):
            time.sleep(max(0, began + i / RATE - time.monotonic()))
            backend.frames("channel/flow", json.dumps(i))
        proxy.gentle()
        for mover in movers:
            mover.thread.join(4 * PATIENCE)
        print("SEED=%d lanes=%d: %d moves, %d broken connections, by the proxy: %s" % (
            seed, lanes, sum(m.moves for m in movers), sum(m.breaks for m in movers), dict(proxy.met)))
        for mover in movers:
            if mover.error:
                raise mover.error
            self.assertEqual(mover.wrong, [])
            self.assertEqual(mover.seen, list(range(COUNT)))
            self.assertGreater(mover.moves, len(ORDER))
        self.assertGreater(sum(proxy.met.values()), CLIENTS)
        self.assertEqual(daemon.metric("muster_sessions"), CLIENTS)

    def test_each_message_comes_once_and_in_order_with_one_lane(self):
        self.play(1)

    def test_each_message_comes_once_and_in_order_with_three_lanes(self):
        self.play(3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
