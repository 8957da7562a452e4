"""Clients that are slow or away: bounded, counted, told."""
from suite import Ended, Facts, Poll, Sse, Ws, main, spread

DROPPED = 'muster_dropped_total{reason="drop_oldest"}'


class Small(Facts):
    options = ("outbox_messages=5",)

    def away(self, **params):
        client = self.client(**params)
        self.cut(client)
        return client

    def back(self, client):
        other = self.new()
        other.resume(client)
        return other

    def test_what_does_not_fit_is_one_gap_in_front_of_the_rest(self):
        channel = self.name("news")
        client = self.away(channel=channel)
        before = self.daemon.metric(DROPPED)
        for i in range(12):
            self.publish("channel/" + channel, i)
        self.daemon.wait_metric(DROPPED, before + 7)
        other = self.back(client)
        gap = self.next_of(other, "gap")
        self.assertEqual(gap, {"push": "gap", "lost": 7, "channel": channel})
        self.assertEqual(other.n, 1)
        self.assertEqual(other.lost, 0)
        self.assert_data(other, *range(7, 12))

    def test_there_is_one_gap_per_channel(self):
        one, two = self.name("one"), self.name("two")
        client = self.away(channel=[one, two])
        before = self.daemon.metric(DROPPED)
        for channel, count in ((one, 4), (two, 8)):
            for i in range(count):
                self.publish("channel/" + channel, "%s %d" % (channel, i))
        self.daemon.wait_metric(DROPPED, before + 7)
        other = self.back(client)
        gaps = [self.next_of(other, "gap") for _ in range(2)]
        self.assertEqual({gap["channel"]: gap["lost"] for gap in gaps}, {one: 4, two: 3})
        self.assert_data(other, *("%s %d" % (two, i) for i in range(3, 8)))
        self.assertEqual(other.n, 7)

    def test_a_gap_of_messages_of_no_channel_names_none(self):
        client = self.away()
        before = self.daemon.metric(DROPPED)
        for i in range(6):
            self.publish("session/" + client.id, i)
        self.daemon.wait_metric(DROPPED, before + 1)
        other = self.back(client)
        self.assertEqual(self.next_of(other, "gap"), {"push": "gap", "lost": 1})
        self.assert_data(other, *range(1, 6))

    def test_what_fits_is_no_gap(self):
        client = self.away()
        for i in range(5):
            self.tell("session/" + client.id, i)
        other = self.back(client)
        self.assert_data(other, *range(5))
        self.assertEqual((other.n, other.lost), (5, 0))

    def test_a_gap_is_a_push_that_can_be_asked_for_again(self):
        client = self.away()
        before = self.daemon.metric(DROPPED)
        for i in range(8):
            self.publish("session/" + client.id, i)
        self.daemon.wait_metric(DROPPED, before + 3)
        other = self.back(client)
        self.next_of(other, "gap")
        self.assert_data(other, *range(3, 8))
        self.cut(other)
        other.n = 0
        again = self.back(other)
        if again.lost:  # the window holds five, the gap was the first of six
            self.assertEqual((again.lost, again.n), (1, 1))
        else:
            self.assertEqual(self.next_of(again, "gap")["lost"], 3)
        self.assert_data(again, *range(3, 8))

    def test_the_replay_window_is_evicted_silently(self):
        client = self.client()
        dropped = self.daemon.metric(DROPPED)
        for i in range(20):
            self.publish("session/" + client.id, i)
            self.assert_data(client, i)
        self.cut(client)
        client.n = 0
        other = self.back(client)
        self.assertEqual((other.lost, other.n), self.expected_loss())
        self.assert_data(other, *range(other.n, 20))
        self.assertEqual(self.daemon.metric(DROPPED), dropped)

    def expected_loss(self):
        # a poll's n is its ack: but for the last answer all is forgotten
        return (19, 19) if self.transport is Poll else (15, 15)


class Slow(Facts):
    def test_a_reader_that_stands_still_gets_a_gap_with_the_right_count(self):
        count, size = 500, 60000
        channel = self.name("news")
        client = self.new(slow=True)
        client.attach(channel=channel)
        quick = self.client(Ws, channel=channel)
        before = self.daemon.metric(DROPPED)
        for i in range(count):
            self.publish("channel/" + channel, [i, "x" * size])
            if i % 10 == 9:  # the quick one keeps up
                self.assertEqual([data[0] for data in quick.data(10)], list(range(i - 9, i + 1)))
        dropped = self.daemon.metric(DROPPED) - before
        self.assertGreater(dropped, 0)
        lost, came = 0, []
        while lost + len(came) < count:
            push = client.must_push()
            if push["push"] == "gap":
                self.assertEqual(push["channel"], channel)
                lost += push["lost"]
            else:
                came.append(push["data"][0])
        self.assertEqual(lost, dropped)
        self.assertEqual(came, sorted(came))
        self.assertEqual(came[-1], count - 1)
        self.assert_nothing(client, quick)


class Strict(Facts):
    options = ("outbox_messages=5",)
    config = 'channel "strict/*" {\n\tslow = "disconnect"\n}\n'

    def test_a_full_outbox_ends_the_session_with_4004(self):
        channel = self.name("strict/news")
        client = self.client(channel=channel)
        other = self.client(Ws)
        self.cut(client)
        before = self.daemon.metric('muster_dropped_total{reason="disconnect"}')
        sessions = self.sessions()
        for i in range(6):
            self.publish("channel/" + channel, i)
        self.daemon.wait_metric("muster_sessions", sessions - 1)
        self.assertEqual(self.daemon.metric('muster_dropped_total{reason="disconnect"}'), before + 1)
        self.assert_nothing(other)
        with self.assertRaises(Ended) as ended:
            self.new(Ws).resume(client)
        self.assertEqual(ended.exception.code, 4004)
        with self.assertRaises(Ended) as ended:
            self.new(Poll).resume(client)
        self.assertEqual((ended.exception.code, ended.exception.reconnect), (4004, True))
        self.assertEqual(self.new(Sse).resume(client)["push"], "welcome")

    def test_other_channels_are_not_strict(self):
        channel = self.name("news")
        client = self.client(channel=channel)
        self.cut(client)
        before = self.daemon.metric(DROPPED)
        for i in range(6):
            self.publish("channel/" + channel, i)
        self.daemon.wait_metric(DROPPED, before + 1)
        other = self.new()
        other.resume(client)
        self.assertEqual(self.next_of(other, "gap")["lost"], 1)


class StrictAttached(Facts):
    config = Strict.config

    def test_a_reader_that_stands_still_is_ended_with_4004(self):
        channel = self.name("strict/news")
        client = self.new(slow=True)
        client.attach(channel=channel)
        sessions = self.sessions()
        for i in range(500):
            self.publish("channel/" + channel, "x" * 60000)
        self.daemon.wait_metric("muster_sessions", sessions - 1)
        if self.transport is not Ws:  # whose library may not see the close behind what it did not read
            with self.assertRaises(Ended) as ended:
                while client.next_push():
                    pass
            self.assertIn(ended.exception.code, (4004, None))
        with self.assertRaises(Ended) as ended:
            self.new(Poll).resume(client)
        self.assertEqual(ended.exception.code, 4004)


spread(globals(), Small, Slow, Strict, StrictAttached)
if __name__ == "__main__":
    main()
