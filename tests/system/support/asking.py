"""Backends that ask: a DEALER on the ROUTER, and a ledger of what was published
with ids, which knows what a channel must hold after the daemon was killed.

    asker = Asker(endpoint)
    asker.ok("publish", to="channel/news", data=1)["offset"]
    messages, position = asker.history("news")
    ledger.check("news", messages, position)
"""
import json

import zmq

PAGE = 300


class Asker:
    """One DEALER.  Requests may be sent ahead; their answers are taken later."""

    def __init__(self, endpoint, patience=20.0):
        self.patience = patience
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.DEALER)
        self.socket.set(zmq.LINGER, 0)
        self.socket.set(zmq.SNDHWM, 0)
        self.socket.set(zmq.RCVHWM, 0)
        self.socket.connect(endpoint)

    def send(self, verb, arguments):
        self.socket.send_multipart([b"", verb.encode(), json.dumps(arguments).encode()])

    def take(self, timeout=0):
        """The next answer, or None when none is there in time."""
        if not self.socket.poll(int(timeout * 1000)):
            return None
        empty, answer = self.socket.recv_multipart()
        if empty:
            raise AssertionError("the answer does not begin with an empty frame")
        return json.loads(answer)

    def ask(self, verb, **arguments):
        self.send(verb, arguments)
        answer = self.take(self.patience)
        if answer is None:
            raise AssertionError("%s was not answered" % verb)
        return answer

    def ok(self, verb, **arguments):
        answer = self.ask(verb, **arguments)
        if answer["code"] != 200:
            raise AssertionError("%s %r: %r" % (verb, arguments, answer))
        return answer.get("data")

    def history(self, channel, since=None):
        """All behind a position, page by page, and the channel's position."""
        messages = []
        while True:
            arguments = {"since": since} if since else {}
            page = self.ok("history", channel=channel, limit=PAGE, **arguments)
            messages += page["messages"]
            if not page["more"]:
                return messages, {"epoch": page["epoch"], "offset": page["offset"]}
            since = {"epoch": page["epoch"], "offset": messages[-1]["offset"]}

    def close(self):
        self.context.destroy(linger=0)


class Ledger:
    """What was published under ids, channel by channel."""

    def __init__(self):
        self.sent = {}          # channel -> {id: what was published}
        self.acknowledged = {}  # channel -> {id: (epoch, offset)}

    def note_sent(self, channel, which, data):
        self.sent.setdefault(channel, {})[which] = data

    def note_acknowledged(self, channel, which, epoch, offset):
        known = self.acknowledged.setdefault(channel, {})
        if known.setdefault(which, (epoch, offset)) != (epoch, offset):
            raise AssertionError("%s was acknowledged as %r and as %r" % (which, known[which], (epoch, offset)))

    def unacknowledged(self):
        """(channel, id, data) of what was sent and not answered, as it was sent."""
        return [(channel, which, data) for channel, sent in self.sent.items() for which, data in sent.items()
                if which not in self.acknowledged.get(channel, {})]

    def check(self, channel, messages, position):
        """messages: all that the channel holds."""
        sent, acknowledged = self.sent.get(channel, {}), self.acknowledged.get(channel, {})
        held = {}
        last = 0
        for message in messages:
            which, offset = message["id"], message["offset"]
            if which in held:
                raise AssertionError("%s: %s is there twice, at %d and %d" % (channel, which, held[which], offset))
            if offset <= last:
                raise AssertionError("%s: offset %d comes behind %d" % (channel, offset, last))
            if which not in sent or message["data"] != sent[which]:
                raise AssertionError("%s: nobody published %r" % (channel, message))
            held[which] = last = offset
        if last > position["offset"]:
            raise AssertionError("%s is at %r and holds %d" % (channel, position, last))
        for which, (epoch, offset) in acknowledged.items():
            if held.get(which) != offset or epoch != position["epoch"]:
                raise AssertionError("%s: %s was acknowledged at %s %d; now it is at %s %r" % (
                    channel, which, epoch, offset, position["epoch"], held.get(which)))
