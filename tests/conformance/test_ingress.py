"""What backends send and is not a message: nothing is refused silently."""
import json
import re

from suite import Facts, Poll, Publisher, Ws, eventually, main, spread

LONG = "x" * 65


class Refusals(Facts):
    def assert_refused(self, reason, *frames):
        """Counted by its reason, and the next message comes."""
        client = self.client()
        before = self.daemon.refused(reason)
        self.backend.frames(*frames)
        self.publish("session/" + client.id, "next")
        self.assert_data(client, "next")
        self.assertEqual(self.daemon.refused(reason), before + 1)

    def test_a_bad_target_is_refused(self):
        for target in ("", "al", "ALL", "user/", "user/a@", "user/a@b@c", "user/100%", "user/%41", "app/", "channel/",
                       "channel/a b", "channel/$some", "channel/" + "x" * 201, "user/" + "x" * 129, "session/short",
                       "session/" + "!" * 16, "device/", "group/a", "user/a\x01b", b"user/\xff"):
            with self.subTest(target=target):
                self.assert_refused("bad_target", target, "1")

    def test_a_payload_that_is_no_json_is_refused(self):
        for payload in ("", "{", "{'a':1}", "nil", "1 2", '"a\nb"', "[1,]", "\x00", b'"\xff"', "[" * 100 + "]" * 100):
            with self.subTest(payload=payload):
                self.assert_refused("bad_json", "all", payload)

    def test_too_many_or_too_few_frames_are_refused(self):
        for frames in ((b"",), (b"all",), (b"all", b"1", b"{}", b"x"), (b"all",) + (b"1",) * 20):
            with self.subTest(frames=len(frames)):
                self.assert_refused("bad_frames", *frames)

    def test_a_payload_over_the_limit_is_refused(self):
        self.assert_refused("too_large", "all", '"%s"' % ("x" * (64 * 1024)))

    def test_an_unknown_or_wrong_option_is_refused(self):
        for options in ({"colour": 1}, {"id": ""}, {"id": "x" * 129}, {"id": 1}, {"event": LONG}, {"event": "a\n"},
                        {"type": "xml"}, {"match": 1}, {"match": {"a": {}}}, {"except": ["channel/a"]},
                        {"except": "user/a"}, {"except": ["user/%d" % i for i in range(65)]}, {"seq": -1}):
            with self.subTest(options=options):
                self.assert_refused("bad_option", "all", "1", json.dumps(options))

    def test_options_that_are_no_object_are_refused(self):
        for options in ("", "[]", "1", "{"):
            with self.subTest(options=options):
                self.assert_refused("bad_json", "all", "1", options)

    def test_an_object_without_target_or_data_is_refused(self):
        self.assert_refused("bad_target", '{"data":1}')
        self.assert_refused("bad_json", '{"to":"all"}')
        self.assert_refused("bad_json", '{"to":"all","data":1')

    def test_binary_in_an_object_must_be_base64(self):
        self.assert_refused("bad_json", '{"to":"all","type":"binary","data":"not base64!"}')

    def logged_refusal(self, pattern, *frames):
        """The line about it.  Only so many are written in a second: ask for it until it is one of them."""
        def is_there():
            self.backend.frames(*frames)
            return next((line for line in list(self.daemon.log) if re.search("event=refused .*" + pattern, line)), None)
        return eventually(is_there, "a line with " + pattern)

    def test_a_refusal_is_logged_with_its_target_and_reason(self):
        target = "group/" + self.name("x")
        self.assertIn("reason=bad_target", self.logged_refusal(target, target, "1"))

    def test_the_log_does_not_show_a_sid(self):
        client = self.client()
        line = self.logged_refusal("session/" + client.id, "session/" + client.sid, "{")
        self.assertIn("reason=bad_json", line)
        self.assertNotIn(client.sid, "".join(self.daemon.log))

    def test_a_flood_of_refusals_makes_ten_lines_a_second_at_most(self):
        word = self.name("flood") + "/"
        before = self.daemon.refused("bad_target")
        for _ in range(2000):
            self.backend.frames(word, "1")
        self.daemon.wait_metric('muster_refused_total{reason="bad_target"}', before + 2000)
        self.logged_refusal(word, word, "1")
        times = [line.split(" ")[0] for line in self.daemon.log if word in line]
        seconds = len({time[:19] for time in times})
        self.assertLessEqual(len(times), 10 * (seconds + 1))

    def test_an_app_nobody_has_ever_attached_with_is_counted_and_logged(self):
        app = self.name("nowhere")
        before = self.daemon.metric("muster_unknown_app_total")
        self.publish("app/" + app, 1)
        self.publish("user/ann@" + app, 1)
        self.daemon.wait_metric("muster_unknown_app_total", before + 2)
        self.daemon.wait_log("event=unknown_app")

    def test_an_app_whose_sessions_have_gone_is_known(self):
        app = self.name("app")
        self.client(app=app).close()
        client = self.client()
        before = self.daemon.metric("muster_unknown_app_total")
        self.publish("app/" + app, 1)
        self.assert_nothing(client)
        self.assertEqual(self.daemon.metric("muster_unknown_app_total"), before)


class Once(Facts):
    def test_a_second_message_with_the_same_id_is_dropped_and_counted(self):
        client, name = self.client(), self.name("id")
        before = self.daemon.metric("muster_duplicates_total")
        for word in ("first", "second"):
            self.publish("session/" + client.id, word, id=name)
        self.publish("session/" + client.id, "third", id=self.name("id"))
        self.assert_data(client, "first", "third")
        self.assertEqual(self.daemon.metric("muster_duplicates_total"), before + 1)

    def test_an_id_is_the_same_whatever_the_target_and_the_socket(self):
        client, name = self.client(), self.name("id")
        pusher = Publisher(self.daemon, "push")
        self.addCleanup(pusher.close)
        self.publish("session/" + client.id, "first", id=name)
        self.assert_data(client, "first")
        before = self.daemon.metric("muster_duplicates_total")
        pusher.publish("all", "second", id=name)
        self.daemon.wait_metric("muster_duplicates_total", before + 1)
        self.assert_nothing(client)

    def test_messages_in_counts_what_was_accepted(self):
        client, name = self.client(), self.name("id")
        before = self.daemon.metric("muster_messages_in_total")
        for options in ({}, {"id": name}, {"id": name}):
            self.publish("session/" + client.id, 1, **options)
        self.backend.frames("bad", "1")
        self.publish("user/" + self.name("nobody"), 1)
        self.assert_data(client, 1, 1)
        self.daemon.wait_metric("muster_messages_in_total", before + 3)

    def test_gaps_in_a_publishers_running_number_are_counted_and_logged(self):
        client, publisher = self.client(), self.name("shop")
        before = self.daemon.metric("muster_publisher_lost_total")
        for seq in (5, 6, 9, 10, 12):
            self.publish("session/" + client.id, seq, pub=publisher, seq=seq)
        self.assert_data(client, 5, 6, 9, 10, 12)
        self.assertEqual(self.daemon.metric("muster_publisher_lost_total"), before + 3)
        self.assertIn("lost=2", self.daemon.wait_log("event=publisher_gap .*" + publisher))

    def test_a_publisher_that_began_anew_has_no_gap(self):
        client, publisher = self.client(), self.name("shop")
        before = self.daemon.metric("muster_publisher_lost_total")
        for seq in (100, 101, 1, 2):
            self.publish("session/" + client.id, seq, pub=publisher, seq=seq)
        self.assert_data(client, 100, 101, 1, 2)
        self.assertEqual(self.daemon.metric("muster_publisher_lost_total"), before)

    def test_publishers_are_counted_apart(self):
        client, one, other = self.client(), self.name("shop"), self.name("shop")
        before = self.daemon.metric("muster_publisher_lost_total")
        for publisher, seq in ((one, 1), (other, 10), (one, 2), (other, 11)):
            self.publish("session/" + client.id, seq, pub=publisher, seq=seq)
        self.assert_data(client, 1, 10, 2, 11)
        self.assertEqual(self.daemon.metric("muster_publisher_lost_total"), before)


class Forgetting(Facts):
    options = ("dedup_ttl=200ms", "dedup_max=3")

    def test_an_id_may_come_again_after_dedup_ttl(self):
        client, name = self.client(), self.name("id")
        self.publish("session/" + client.id, "first", id=name)
        self.assert_data(client, "first")

        def came_again():
            self.publish("session/" + client.id, "again", id=name)
            self.publish("session/" + client.id, "end")
            return client.data(1) == ["again"]
        eventually(came_again, "the id is forgotten")
        self.assert_data(client, "end")

    def test_the_oldest_id_is_forgotten_when_there_are_too_many(self):
        client, name = self.client(), self.name("id")
        for i in range(4):
            self.publish("session/" + client.id, i, id="%s %d" % (name, i))
        self.publish("session/" + client.id, "again", id=name + " 0")
        self.assert_data(client, 0, 1, 2, 3, "again")


# The way in does not know transports: a client of one kind is enough.
spread(globals(), Refusals, transports=(Ws,))
spread(globals(), Forgetting, transports=(Ws,))
spread(globals(), Once, transports=(Ws, Poll), lanes=(1,))
if __name__ == "__main__":
    main()
