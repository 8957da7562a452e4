"""Histories: whoever comes back gets what was missed, or is told what is gone."""
import json
import threading
import time

from suite import LANES, STORES, TRANSPORTS, Facts, Lives, Poll, Publisher, Ws, keys, main, spread

CONFIG = """
channel "kept/*" {
	history = 10
}
channel "safe/*" {
	history = 10
	durable = true
}
channel "long/*" {
	history = 5000
}
channel "brief/*" {
	history = 10
	ttl = 1s
}
channel "members/*" {
	history = 10
	client_publish = members
}
"""


class Kept(Facts):
    """With sqlite the channels are durable."""

    config = CONFIG

    def channel(self):
        return self.name("safe/news" if self.store == "sqlite" else "kept/news")

    def fill(self, channel, count, first=0):
        """Publish numbers; the positions of all."""
        said = [self.tell("channel/" + channel, i) for i in range(first, first + count)]
        return said[0]["epoch"], [one["offset"] for one in said]

    def join(self, client, channel, **since):
        return client.ok("subscribe", {"channel": channel, "since": since})

    def assert_missed(self, client, *expected):
        """These come, each with a position, and nothing else."""
        for data in expected:
            push = self.next_of(client, "msg")
            self.assertEqual(push["data"], data)
            self.assertIn("offset", push)
        self.assert_nothing(client)

    def assert_gap(self, client, **expected):
        self.assertEqual(self.next_of(client, "gap"), {"push": "gap", **expected})

    def test_a_position_that_is_held_brings_exactly_what_was_missed(self):
        channel = self.channel()
        epoch, offsets = self.fill(channel, 5)
        client = self.client()
        reply = self.join(client, channel, epoch=epoch, offset=offsets[1])
        self.assertEqual(reply, {"channel": channel, "epoch": epoch, "offset": offsets[4], "recovered": True, "users": 0})
        self.assert_missed(client, 2, 3, 4)

    def test_the_newest_position_brings_nothing(self):
        channel = self.channel()
        epoch, offsets = self.fill(channel, 3)
        client = self.client()
        self.assertTrue(self.join(client, channel, epoch=epoch, offset=offsets[2])["recovered"])
        self.assert_missed(client)

    def test_the_very_beginning_is_a_position(self):
        channel = self.channel()
        client = self.client()
        before = client.ok("subscribe", {"channel": channel})
        self.assertEqual(before["offset"], 0)
        client.ok("unsubscribe", {"channel": channel})
        self.fill(channel, 3)
        self.assertTrue(self.join(client, channel, epoch=before["epoch"], offset=0)["recovered"])
        self.assert_missed(client, 0, 1, 2)

    def test_without_since_it_begins_with_the_next_message(self):
        channel = self.channel()
        epoch, offsets = self.fill(channel, 3)
        client = self.client()
        reply = client.ok("subscribe", {"channel": channel})
        self.assertEqual((reply["epoch"], reply["offset"]), (epoch, offsets[2]))
        self.assert_nothing(client)
        self.fill(channel, 1, first=3)
        self.assert_missed(client, 3)

    def test_what_a_history_no_longer_holds_is_a_gap_that_says_how_much(self):
        channel = self.channel()
        epoch, offsets = self.fill(channel, 15)
        client = self.client()
        reply = self.join(client, channel, epoch=epoch, offset=offsets[1])
        self.assertIs(reply["recovered"], False)
        self.assertEqual(reply["offset"], offsets[14])
        self.assert_gap(client, lost=3, channel=channel, epoch=epoch, offset=offsets[4])
        self.assertEqual(keys(client.raw), ["push", "lost", "channel", "epoch", "offset"])
        self.assert_missed(client, *range(5, 15))

    def test_the_oldest_position_that_is_held_is_no_gap(self):
        channel = self.channel()
        epoch, offsets = self.fill(channel, 15)
        client = self.client()
        self.assertTrue(self.join(client, channel, epoch=epoch, offset=offsets[4])["recovered"])
        self.assert_missed(client, *range(5, 15))

    def test_a_foreign_epoch_is_a_gap_and_all_that_is_held(self):
        channel = self.channel()
        epoch, offsets = self.fill(channel, 12)
        client = self.client()
        for foreign in ({"epoch": "nonsense", "offset": 5}, {"epoch": "", "offset": 0}, {"offset": 999}):
            with self.subTest(since=foreign):
                self.assertIs(self.join(client, channel, **foreign)["recovered"], False)
                self.assert_gap(client, lost=2, channel=channel, epoch=epoch, offset=offsets[1])
                self.assert_missed(client, *range(2, 12))
                client.ok("unsubscribe", {"channel": channel})

    def test_a_position_ahead_is_a_gap_and_nothing_else(self):
        channel = self.channel()
        epoch, offsets = self.fill(channel, 3)
        client = self.client()
        for ahead in (offsets[2] + 1, 2 ** 63, 2 ** 64 - 1):
            self.assertIs(self.join(client, channel, epoch=epoch, offset=ahead)["recovered"], False)
            self.assert_gap(client, lost=0, channel=channel, epoch=epoch, offset=offsets[2])
            self.assert_missed(client)
            client.ok("unsubscribe", {"channel": channel})

    def test_last_brings_the_newest_so_many(self):
        channel = self.channel()
        self.fill(channel, 15)
        client = self.client()
        self.assertTrue(self.join(client, channel, last=3)["recovered"])
        self.assert_missed(client, 12, 13, 14)
        client.ok("unsubscribe", {"channel": channel})
        self.assertTrue(self.join(client, channel, last=1000)["recovered"])
        self.assert_missed(client, *range(5, 15))

    def test_since_in_a_list_of_channels(self):
        one, two = self.channel(), self.channel()
        epoch, offsets = self.fill(one, 3)
        self.fill(two, 12)
        client = self.client()
        replies = client.ok("subscribe", {"channels": [
            {"channel": one, "since": {"epoch": epoch, "offset": offsets[0]}}, {"channel": two, "since": {"last": 2}}]})
        self.assertEqual([(reply["code"], reply["recovered"]) for reply in replies], [(200, True)] * 2)
        self.assert_missed(client, 1, 2, 10, 11)

    def test_what_cannot_be_a_position_is_refused(self):
        channel = self.channel()
        client = self.client()
        for since in ({"epoch": "a", "offset": -1}, {"epoch": "a", "offset": 1.5}, {"epoch": "a", "offset": "1"},
                      {"epoch": "a", "offset": 2 ** 64}, {"epoch": "a"}, {"epoch": "1234567890123456", "offset": 1},
                      {"epoch": 7, "offset": 1}, {"last": 0}, {"last": -1}, {"last": 1001}, {"last": "1"}, {},
                      {"last": 1, "offset": 1}, [], 17, "a"):
            for cmd in ("subscribe", "history"):
                self.assert_code(client.command(cmd, {"channel": channel, "since": since}), 1001)
            self.assertEqual(self.asker.ask("history", {"channel": channel, "since": since})["code"], 1001, since)

    def test_messages_that_are_not_for_all_have_no_position(self):
        channel = self.channel()
        client = self.client(channel=channel)
        target = "channel/" + channel
        for options in ({"history": False}, {"except_": ["user/nobody"]}):
            said = self.tell(target, "passing", **options)
            self.assertNotIn("offset", said)
            self.assertNotIn("epoch", said)
            push = self.next_of(client, "msg")
            self.assertNotIn("offset", push)
            self.assertEqual(push["data"], "passing")
        self.assertNotIn("offset", self.tell(target, "narrow", match={"lang": "zh"}))
        self.assertEqual(self.tell(target, "kept")["offset"], 1)
        self.assertEqual(self.next_of(client, "msg")["offset"], 1)
        self.assertEqual([one["data"] for one in self.ask("history", channel=channel)["messages"]], ["kept"])

    def test_welcome_and_resumed_say_the_positions(self):
        channel, plain = self.channel(), self.name("plain")
        epoch, offsets = self.fill(channel, 3)
        client = self.client(channel=[channel, plain])
        self.assertEqual(client.welcome["channels"], {channel: {"code": 200, "epoch": epoch, "offset": offsets[2]},
                                                      plain: {"code": 200}})

    def test_history_is_read_in_pages(self):
        channel = self.channel()
        epoch, offsets = self.fill(channel, 12)
        client = self.client(channel=channel)
        for read in (client.ok, lambda _, arguments: self.ask("history", **arguments)):
            found, since = [], {}
            for expected in (4, 4, 2):
                page = read("history", {"channel": channel, "limit": 4, **since})
                self.assertEqual(list(page), ["messages", "epoch", "offset", "more"])
                self.assertEqual((page["epoch"], page["offset"]), (epoch, offsets[11]))
                self.assertEqual(len(page["messages"]), expected)
                self.assertIs(page["more"], expected == 4)
                found += page["messages"]
                since = {"since": {"epoch": epoch, "offset": found[-1]["offset"]}}
            self.assertEqual([one["data"] for one in found], list(range(2, 12)))
            self.assertEqual([one["offset"] for one in found], offsets[2:])
            self.assertEqual({one["push"] for one in found}, {"msg"})
            self.assertEqual([one["data"] for one in read("history", {"channel": channel, "since": {"last": 2}})["messages"]], [10, 11])
        self.assert_nothing(client)

    def test_history_is_for_members_and_of_channels_that_have_one(self):
        channel, plain = self.channel(), self.name("plain")
        self.fill(channel, 1)
        client = self.client(channel=plain)
        self.assert_code(client.command("history", {"channel": channel}), 1003)
        self.assert_code(client.command("history", {"channel": plain}), 1005)
        self.assertEqual(self.asker.ask("history", {"channel": plain})["code"], 1005)
        for limit in (0, -1, 301, "5"):
            self.assert_code(client.command("history", {"channel": channel, "limit": limit}), 1001)

    def test_a_channel_without_history_recovers_nothing(self):
        channel = self.name("plain")
        reply = self.join(self.client(), channel, last=5)
        self.assertEqual(reply, {"channel": channel, "recovered": False, "users": 0})

    def test_a_resumed_session_needs_no_history(self):
        channel = self.channel()
        client = self.client(channel=channel)
        self.cut(client)
        self.fill(channel, 3)
        other = self.new()
        other.resume(client)
        self.assert_missed(other, 0, 1, 2)


class Storm(Facts):
    config = CONFIG

    def test_who_joins_in_a_storm_has_all_of_it_in_order_and_once(self):
        channel, count = self.name("long/news"), 1500
        epoch = self.tell("channel/" + channel, 0)["epoch"]

        def storm():
            publisher = Publisher(self.daemon, "push")
            for i in range(1, count):
                publisher.publish("channel/" + channel, i)
                if i % 20 == 0:
                    time.sleep(0.001)
            publisher.socket.close()
            publisher.close()

        thread = threading.Thread(target=storm)
        clients = self.clients(6)
        thread.start()
        for client in clients:
            self.assertTrue(client.ok("subscribe", {"channel": channel, "since": {"epoch": epoch, "offset": 0}})["recovered"])
        for client in clients:
            pushes = client.pushes(count)
            self.assertEqual([push["data"] for push in pushes], list(range(count)))
            self.assertEqual([push["offset"] for push in pushes], list(range(1, count + 1)))
        thread.join()

    options = ("outbox_messages=5000",)


class Overflow(Facts):
    options = ("outbox_messages=5",)
    config = CONFIG

    def test_a_gap_of_a_full_outbox_has_the_position_of_the_last_dropped(self):
        channel = self.name("kept/news")
        client = self.client(channel=channel)
        self.cut(client)
        said = [self.tell("channel/" + channel, i) for i in range(9)]
        other = self.new()
        other.resume(client)
        gap = self.next_of(other, "gap")
        self.assertEqual(gap, {"push": "gap", "lost": 4, "channel": channel, "epoch": said[0]["epoch"],
                               "offset": said[3]["offset"]})
        self.assert_data(other, *range(4, 9))
        page = other.ok("history", {"channel": channel})
        self.assertEqual([one["data"] for one in page["messages"]], list(range(9)))


class Time(Facts):
    config = CONFIG

    def test_what_is_too_old_is_a_gap(self):
        channels = [(self.name(name), options) for name, options in (
            ("brief/news", {}), ("kept/news", {"ttl": 1}), ("safe/news", {"ttl": 1}))]
        positions = []
        for channel, options in channels:
            positions.append(self.tell("channel/" + channel, 0, **options))
            self.tell("channel/" + channel, 1, **options)
        time.sleep(1.05)
        for (channel, _), at in zip(channels, positions):
            with self.subTest(channel=channel):
                client = self.client()
                self.tell("channel/" + channel, 2)
                reply = client.ok("subscribe", {"channel": channel, "since": {"epoch": at["epoch"], "offset": at["offset"]}})
                self.assertIs(reply["recovered"], False)
                gap = self.next_of(client, "gap")
                self.assertEqual(gap, {"push": "gap", "lost": 1, "channel": channel, "epoch": at["epoch"], "offset": 2})
                self.assert_data(client, 2)
                self.assertEqual([one["data"] for one in self.ask("history", channel=channel)["messages"]], [2])


class ByClients(Facts):
    config = CONFIG

    def test_what_clients_publish_has_a_position(self):
        channel = self.name("members/room")
        client = self.client(channel=channel)
        said = client.ok("publish", {"channel": channel, "data": "hello", "id": "a"})
        self.assertEqual(said, {"id": "a", "offset": 1})
        self.assertEqual(self.next_of(client, "msg")["offset"], 1)


class AfterMemory(Lives):
    store = "memory"
    config = CONFIG

    def test_a_restart_makes_another_epoch(self):
        for channel in ("kept/news", "safe/news"):
            self.asker.publish("channel/" + channel, 0)
        before = [self.asker.publish("channel/" + channel, 1) for channel in ("kept/news", "safe/news")]
        self.again()
        for channel, at in zip(("kept/news", "safe/news"), before):
            client = self.client()
            reply = client.ok("subscribe", {"channel": channel, "since": {"epoch": at["epoch"], "offset": at["offset"]}})
            self.assertIs(reply["recovered"], False)
            self.assertNotEqual(reply["epoch"], at["epoch"])
            self.assertEqual(client.must_push()["push"], "gap")
            self.asker.publish("channel/" + channel, 2)
            self.assertEqual(client.data(1), [2])


class AfterSqlite(Lives):
    config = CONFIG

    def test_a_durable_channel_goes_on_after_a_restart_and_after_a_crash(self):
        at = [self.asker.publish("channel/safe/news", i) for i in range(15)]
        for cruelly in (False, True):
            self.again(cruelly)
            client = self.client()
            reply = client.ok("subscribe", {"channel": "safe/news", "since": {"epoch": at[0]["epoch"], "offset": at[-3]["offset"]}})
            self.assertEqual((reply["epoch"], reply["recovered"], reply["offset"]), (at[0]["epoch"], True, at[-1]["offset"]))
            count = len(at)
            self.assertEqual(client.data(2), [count - 2, count - 1])
            at.append(self.asker.publish("channel/safe/news", count))
            self.assertEqual(at[-1]["offset"], at[-2]["offset"] + 1)
            self.assertEqual(client.must_push()["offset"], at[-1]["offset"])
            page = self.asker.ok("history", channel="safe/news")
            self.assertEqual([one["data"] for one in page["messages"]], list(range(count - 9, count + 1)))
            self.assertEqual([one["offset"] for one in page["messages"]], [one["offset"] for one in at[-10:]])

    def test_welcome_waits_for_the_history_to_be_loaded(self):
        at = self.asker.publish("channel/safe/news", 0)
        self.again()
        client = self.client(channel="safe/news")
        self.assertEqual(client.welcome["channels"]["safe/news"], {"code": 200, "epoch": at["epoch"], "offset": at["offset"]})

    def test_commands_wait_in_their_order_for_the_history_to_be_loaded(self):
        self.asker.publish("channel/safe/news", 0)
        self.again()
        client = self.client()
        for seq, cmd in enumerate(("subscribe", "history", "presence", "unsubscribe", "history")):
            client.send_text(json.dumps({"seq": seq, "cmd": cmd, "data": {"channel": "safe/news"}}))
        replies = [client.next_reply() for _ in range(5)]
        self.assertEqual([(reply["seq"], reply["code"]) for reply in replies], [(0, 200), (1, 200), (2, 200), (3, 200), (4, 1003)])

    def test_a_channel_that_is_not_durable_has_another_epoch(self):
        at = self.asker.publish("channel/kept/news", 0)
        self.again()
        self.assertNotEqual(self.asker.publish("channel/kept/news", 1)["epoch"], at["epoch"])


spread(globals(), Kept, stores=STORES)
spread(globals(), Storm, Overflow)
spread(globals(), Time, ByClients, transports=(Ws,), lanes=(2,))
if __name__ == "__main__":
    main()
