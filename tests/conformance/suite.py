"""One suite of facts, run by every transport and with one lane and several.

A file of facts has classes derived from Facts, with methods test_<the fact>;
spread() makes of each of them the classes of the table, so that what a
WebSocket client sees is asserted of EventSource and long-poll in the same
words.
"""
import itertools
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system", "support"))

from muster import (PATIENCE, SCALE, Daemon, Ended, Poll, Publisher, Refused, Sse, Ws, connect_http,  # noqa: E402,F401
                    connect_socket, eventually, exchange)

TRANSPORTS = (Ws, Sse, Poll)
LANES = (1, 3)
names = itertools.count()


class Facts(unittest.TestCase):
    """Tests that share a daemon; each has channels, users and apps of its own."""

    transport = Ws
    lanes = 1
    options = ()        # of the daemon; sessions last unless these say otherwise
    config = None

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon("lanes=%d" % cls.lanes, "resume=1h", "leave_grace=1h", *cls.options, config=cls.config)
        try:
            cls.backend = Publisher(cls.daemon)
        except BaseException:
            cls.daemon.kill()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.backend.close()
        cls.daemon.stop()

    def setUp(self):
        self.daemon.wait_metric("muster_connections", 0)  # those of the test before are gone

    def name(self, word):
        """A name that no other test uses."""
        return "%s-%d" % (word, next(names))

    def new(self, transport=None, **how):
        """A client that is not attached yet."""
        client = (transport or self.transport)(self.daemon, **how)
        self.addCleanup(client.drop)
        return client

    def client(self, transport=None, user=None, **params):
        """A client that is attached and, if a user is given, logged in."""
        client = self.new(transport)
        client.attach(**params)
        if user:
            client.ok("login", {"user": user, **({"app": params["app"]} if "app" in params else {})})
        return client

    def clients(self, count, **params):
        return [self.client(**params) for _ in range(count)]

    def cut(self, client):
        """Cut its connections; the server has noticed when this returns, unless others end at the same time."""
        expected = self.daemon.metric("muster_connections") - client.connections()
        client.drop()
        eventually(lambda: self.daemon.metric("muster_connections") <= expected, "the cut is noticed")

    def hold(self, client):
        """See to it that it is attached: a poll is while its request is parked."""
        if isinstance(client, Poll):
            client.park()
            client.wait_parked()

    def publish(self, target, data, **options):
        self.backend.publish(target, data, **options)

    def assert_data(self, client, *expected):
        self.assertEqual(client.data(len(expected)), list(expected))

    def assert_reaches(self, target, those, others, **options):
        """The message comes to those; the others get what follows it, and nothing before."""
        word = self.name("message")
        self.publish(target, word, **options)
        for client in those:
            self.assert_data(client, word)
        self.assert_nothing(*others)

    def assert_nothing(self, *clients):
        """Nothing waits: the next that comes is what is published now."""
        for client in clients:
            word = self.name("after")
            self.publish("session/" + client.id, word)
            self.assert_data(client, word)

    def assert_code(self, reply, code):
        self.assertEqual(reply["code"], code, reply)
        if code != 200:
            self.assertTrue(reply["error"])

    def next_of(self, client, push):
        """The next push, which must be of this kind."""
        found = client.must_push()
        self.assertEqual(found["push"], push, found)
        return found

    def sessions(self):
        return self.daemon.metric("muster_sessions")


def spread(namespace, *facts, transports=TRANSPORTS, lanes=LANES):
    """Put the classes of the table into a module."""
    for fact in facts:
        del namespace[fact.__name__]
        for transport, count in itertools.product(transports, lanes):
            name = "%s_%s_lanes%d" % (fact.__name__, transport.kind, count)
            namespace[name] = type(name, (fact,), {"transport": transport, "lanes": count, "__module__": fact.__module__})


def main():
    unittest.main(verbosity=2, buffer=False)


def keys(text):
    """The keys of a JSON object in the order they are written."""
    return [name for name, _ in json.loads(text, object_pairs_hook=list)]
