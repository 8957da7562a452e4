"""Who reads too slowly: bounded, counted, told, and nobody else's trouble."""
import time

from suite import Facts, Poll, Sse, Ws, main, spread

CONFIG = """
channel "conflate/*" {
	slow = conflate
}
channel "strict/*" {
	slow = disconnect
}
channel "kept/*" {
	history = 10
}
"""


class Conflation(Facts):
    config = CONFIG

    def away(self, **params):
        client = self.client(**params)
        self.cut(client)
        return client

    def back(self, client):
        other = self.new()
        other.resume(client)
        return other

    def view(self, client):
        return self.ask("session", session=client.id)

    def test_what_waits_under_the_same_key_is_replaced(self):
        channel = self.name("news")
        client = self.away(channel=channel)
        before = self.daemon.metric("muster_conflated_total")
        for data, key in (("a1", "a"), ("b1", "b"), ("a2", "a"), ("plain", None), ("a3", "a"), ("b2", "b")):
            self.tell("channel/" + channel, data, **({"conflate": key} if key else {}))
        view = self.view(client)
        self.assertEqual((view["waiting"], view["conflated"], view["dropped"]), (3, 3, 0))
        self.daemon.wait_metric("muster_conflated_total", before + 3)
        other = self.back(client)
        self.assert_data(other, "plain", "a3", "b2")
        self.assert_nothing(other)

    def test_a_key_is_one_of_its_target(self):
        one, two = self.name("one"), self.name("two")
        client = self.away(channel=[one, two])
        for target, data in (("channel/" + one, 1), ("channel/" + two, 2), ("session/" + client.id, 3)):
            self.tell(target, data, conflate="price")
        self.assert_data(self.back(client), 1, 2, 3)

    def test_what_was_sent_is_not_replaced(self):
        channel = self.name("news")
        client = self.client(channel=channel)
        for i in range(3):
            self.tell("channel/" + channel, i, conflate="price")
            self.assert_data(client, i)
        self.cut(client)
        client.n = 0
        other = self.back(client)
        self.assert_data(other, *range(other.n, 3))

    def test_a_history_keeps_them_all(self):
        channel = self.name("kept/news")
        client = self.away(channel=channel)
        for i in range(3):
            self.tell("channel/" + channel, i, conflate="price")
        other = self.back(client)
        push = self.next_of(other, "msg")
        self.assertEqual((push["data"], push["offset"]), (2, 3))
        self.assertEqual([one["data"] for one in self.ask("history", channel=channel)["messages"]], [0, 1, 2])

    def test_mail_is_not_replaced(self):
        user = self.name("ann")
        client = self.client(user=user)
        self.cut(client)
        for i in range(3):
            self.tell("user/" + user, i, conflate="price", offline=True)
        self.assert_data(self.back(client), 0, 1, 2)


class Small(Conflation):
    options = ("outbox_messages=5",)

    def test_conflate_drops_the_channels_own_oldest(self):
        channel, other_channel = self.name("conflate/news"), self.name("news")
        client = self.away(channel=[channel, other_channel])
        for i in range(3):
            self.tell("channel/" + other_channel, "other %d" % i)
        for i in range(6):
            self.tell("channel/" + channel, i)
        self.assertEqual(self.view(client)["dropped"], 4)
        other = self.back(client)
        self.assertEqual(self.next_of(other, "gap"), {"push": "gap", "lost": 4, "channel": channel})
        self.assert_data(other, "other 0", "other 1", "other 2", 4, 5)

    def test_conflate_with_none_of_its_own_drops_the_oldest(self):
        channel, other_channel = self.name("conflate/news"), self.name("news")
        client = self.away(channel=[channel, other_channel])
        for i in range(5):
            self.tell("channel/" + other_channel, i)
        self.tell("channel/" + channel, "new")
        other = self.back(client)
        self.assertEqual(self.next_of(other, "gap"), {"push": "gap", "lost": 1, "channel": other_channel})
        self.assert_data(other, 1, 2, 3, 4, "new")

    def test_a_key_that_waits_takes_no_more_room(self):
        channel = self.name("news")
        client = self.away(channel=channel)
        for i in range(20):
            self.tell("channel/" + channel, i, conflate="k%d" % (i % 5))
        view = self.view(client)
        self.assertEqual((view["waiting"], view["dropped"], view["conflated"]), (5, 0, 15))
        self.assert_data(self.back(client), *range(15, 20))

    def test_each_session_shows_what_it_lost(self):
        channel = self.name("news")
        slow, quick = self.away(channel=channel), self.client(Ws, channel=channel)
        before = self.daemon.metric('muster_dropped_total{reason="drop_oldest"}')
        for i in range(8):
            self.tell("channel/" + channel, i)
            self.assert_data(quick, i)  # it has read before the next one comes
        view = self.view(slow)
        self.assertEqual((view["transport"], view["waiting"], view["dropped"]), ("none", 5, 3))
        self.assertEqual(self.view(quick)["dropped"], 0)
        self.daemon.wait_metric('muster_dropped_total{reason="drop_oldest"}', before + 3)

    def test_mail_that_did_not_fit_waits_in_the_mailbox(self):
        user = self.name("ann")
        client = self.client(user=user)
        self.cut(client)
        for i in range(7):
            self.tell("user/" + user, i, offline=True)
        other = self.back(client)
        self.assertEqual(self.next_of(other, "gap"), {"push": "gap", "lost": 2})
        self.assert_data(other, *range(2, 7))
        other.ack(other.n)
        other.ok("ping")
        self.ask("kick", target="session/" + other.id)
        self.assert_data(self.client(user=user), 0, 1)


class Stopped(Facts):
    """A reader that stands still, among others."""

    config = CONFIG

    def stop_reading(self, channel):
        client = self.new(slow=True)
        client.attach(channel=channel)
        return client

    def flood(self, client, count, size=60000):
        for i in range(count):
            self.publish("session/" + client.id, "x" * size)

    def test_it_costs_the_others_nothing(self):
        channel, count = self.name("news"), 100
        stopped = self.stop_reading(channel)
        others = [self.client(Sse, channel=channel) for _ in range(200)]
        bytes_before = self.daemon.metric("muster_outbox_bytes")
        for i in range(count):
            self.publish("channel/" + channel, i)
            self.flood(stopped, 3)
        began = time.monotonic()
        for client in others:
            self.assert_data(client, *range(count))
        self.assertLess(time.monotonic() - began, 10)
        view = self.ask("session", session=stopped.id)
        self.assertGreater(view["dropped"], 0)
        self.assertLessEqual(view["waiting_bytes"], 1048576)
        self.assertLess(self.daemon.metric("muster_outbox_bytes") - bytes_before, 8 * 1048576)
        for client in others[::50]:
            self.assertEqual(self.ask("session", session=client.id)["dropped"], 0)
        lost, came = 0, 0
        while lost + came < 4 * count:
            push = stopped.must_push()
            lost += push.get("lost", 0)
            came += push["push"] == "msg"
        self.assertEqual((lost + came, lost), (4 * count, view["dropped"]))

    def test_one_that_is_strict_is_ended_and_the_others_go_on(self):
        channel = self.name("strict/news")
        stopped = self.stop_reading(channel)
        other = self.client(Sse, channel=channel)
        self.flood(stopped, 300)
        for i in range(100):
            self.publish("channel/" + channel, [i, "x" * 30000])
            self.assertEqual(self.next_of(other, "msg")["data"][0], i)
        self.assertEqual(self.asker.ask("session", {"session": stopped.id})["code"], 1005)


class Total(Facts):
    options = ("outbox_total=256KiB", "outbox_messages=64")

    def test_all_sessions_together_are_bounded(self):
        clients = self.clients(40)
        for client in clients:
            client.drop()
        self.daemon.wait_metric("muster_connections", 0)
        size, count = 2000, 30
        for i in range(count):
            for client in clients:
                self.publish("session/" + client.id, [i, "x" * size])
        dropped = 'muster_dropped_total{reason="outbox_total"}'
        self.publish("all", "last")
        first = self.new()
        first.resume(clients[0])
        self.read_to_the_last(first, count)
        self.assertGreater(self.daemon.metric(dropped), 0)
        self.assertLess(self.daemon.metric("muster_outbox_bytes"), 3 * 262144)
        for client in clients[1:]:
            other = self.new()
            other.resume(client)
            self.read_to_the_last(other, count)

    def read_to_the_last(self, client, count):
        lost, came = 0, []
        while "last" not in came:
            push = client.must_push()
            if push["push"] == "gap":
                lost += push["lost"]
            else:
                came.append(push["data"] if push["data"] == "last" else push["data"][0])
        self.assertEqual(lost + len(came), count + 1)
        self.assertEqual(came[:-1], sorted(came[:-1]))
        client.close()

    def setUp(self):
        pass


spread(globals(), Small, Stopped, Total)
spread(globals(), Conflation)
if __name__ == "__main__":
    main()
