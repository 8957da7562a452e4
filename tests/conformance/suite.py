"""One suite of facts, run by every transport and with one lane and several.

A file of facts has classes derived from Facts, with methods test_<the fact>;
spread() makes of each of them the classes of the table, so that what a
WebSocket client sees is asserted of EventSource and long-poll in the same
words.
"""
import itertools
import json
import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system", "support"))

from muster import (PATIENCE, SCALE, Asker, Daemon, Ended, Listener, Poll, Publisher, Refused, Sse, Ws,  # noqa: E402,F401
                    connect_http, connect_socket, eventually, exchange)

TRANSPORTS = (Ws, Sse, Poll)
LANES = (1, 3)
STORES = ("memory", "sqlite")
SQLITE = ("store.kind=sqlite", "store.path={directory}/muster.db")
PRIVATE = ("api.listen=127.0.0.1:0,unix:{directory}/api", "bus.router=tcp://127.0.0.1:0,ipc://{directory}/router")
names = itertools.count()


class Facts(unittest.TestCase):
    """Tests that share a daemon; each has channels, users and apps of its own."""

    transport = Ws
    lanes = 1
    store = "memory"
    options = ()        # of the daemon; sessions last unless these say otherwise
    config = None

    @classmethod
    def all_options(cls):
        return ("lanes=%d" % cls.lanes, "resume=1h", "leave_grace=1h", *PRIVATE,
                *(SQLITE if cls.store == "sqlite" else ()), *cls.options)

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(*cls.all_options(), config=cls.config)
        try:
            cls.backend = Publisher(cls.daemon)
            cls.asker = Asker(cls.daemon)
        except BaseException:
            cls.daemon.kill()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.backend.close()
        cls.asker.close()
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

    def ask(self, verb, **arguments):
        """The data of a verb that must succeed."""
        return self.asker.ok(verb, **arguments)

    def tell(self, target, data, **options):
        """Publish, and have it delivered when this returns."""
        return self.asker.publish(target, data, **options)

    def sessions(self):
        return self.daemon.metric("muster_sessions")


def spread(namespace, *facts, transports=TRANSPORTS, lanes=LANES, stores=("memory",)):
    """Put the classes of the table into a module."""
    for fact in facts:
        del namespace[fact.__name__]
        for transport, count, store in itertools.product(transports, lanes, stores):
            name = "%s_%s_lanes%d" % (fact.__name__, transport.kind, count)
            if len(stores) > 1:
                name += "_" + store
            namespace[name] = type(name, (fact,), {"transport": transport, "lanes": count, "store": store,
                                                   "__module__": fact.__module__})


class Lives(unittest.TestCase):
    """Tests that end a daemon and start it again in the same directory."""

    options = ()
    config = None
    store = "sqlite"

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="muster-")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.daemon = None
        self.asker = None
        self.start()
        self.addCleanup(self.end)

    def start(self, *more):
        self.daemon = Daemon("lanes=2", "resume=1h", "leave_grace=1h", *PRIVATE, *self.options, *more,
                             *(SQLITE if self.store == "sqlite" else ()), config=self.config, directory=self.directory)
        self.asker = Asker(self.daemon)

    def end(self, cruelly=False):
        if not self.daemon:
            return
        self.asker.close()
        daemon, self.daemon = self.daemon, None
        if cruelly:
            daemon.kill()
        else:
            daemon.stop()

    def again(self, cruelly=False, *more):
        self.end(cruelly)
        self.start(*more)

    def new(self, transport=Ws):
        client = transport(self.daemon)
        self.addCleanup(client.drop)
        return client

    def client(self, transport=Ws, user=None, **params):
        client = self.new(transport)
        client.attach(**params)
        if user:
            client.ok("login", {"user": user})
        return client


def main():
    unittest.main(verbosity=2, buffer=False)


def keys(text):
    """The keys of a JSON object in the order they are written."""
    return [name for name, _ in json.loads(text, object_pairs_hook=list)]
