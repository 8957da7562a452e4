"""Going on where a stream stood, by the same transport or another one."""
import json

from suite import SCALE, Ended, Facts, Poll, Sse, Ws, connect_http, exchange, keys, main, spread


class Resuming(Facts):
    def test_every_other_transport_goes_on_without_loss_or_double(self):
        for kind in (Ws, Sse, Poll):
            with self.subTest(to=kind.kind):
                channel = self.name("news")
                client = self.client(channel=channel)
                for i in range(10):
                    self.publish("channel/" + channel, i)
                self.assert_data(client, *range(10))
                client.drop()
                for i in range(10, 20):
                    self.publish("channel/" + channel, i)
                other = self.new(kind)
                other.resume(client)
                self.assertEqual((other.n, other.lost), (10, 0))
                self.assert_data(other, *range(10, 20))
                self.assertEqual(other.n, 20)
                self.assert_reaches("channel/" + channel, [other], [])

    def test_a_chain_of_transports_is_one_stream(self):
        client = self.client()
        expected = 0
        for i, kind in enumerate((Sse, Poll, Ws, Poll, Sse, Ws, Ws, Sse, Sse, Poll, Poll)):
            self.publish("session/" + client.id, 2 * i)
            following = self.new(kind)
            following.resume(client)
            self.publish("session/" + client.id, 2 * i + 1)
            self.assert_data(following, 2 * i, 2 * i + 1)
            expected += 2
            self.assertEqual((following.n, following.lost), (expected, 0))
            client = following

    def test_a_session_keeps_its_user_channels_and_device(self):
        user, channel, device = self.name("ann"), self.name("news"), self.name("device")
        client = self.client(user=user, channel=channel, device=device)
        client.drop()
        other = self.new()
        other.resume(client)
        for target in ("user/" + user, "channel/" + channel, "device/" + device, "session/" + client.id):
            self.assert_reaches(target, [other], [])

    def test_a_channel_named_again_is_an_idempotent_subscribe(self):
        known, new = self.name("news"), self.name("room")
        client = self.client(channel=known)
        client.drop()
        other = self.new()
        other.resume(client, channel=[known, new])
        self.assert_reaches("channel/" + known, [other], [])
        self.assertEqual(other.ok("subscribe", {"channel": known})["channel"], known)
        self.assert_reaches("channel/" + known, [other], [])
        self.assert_reaches("channel/" + new, [other], [])

    def test_an_n_ahead_of_the_stream_is_not_believed(self):
        client = self.client()
        client.drop()
        client.n = 1000
        for kind in (Ws, Sse):
            other = self.new(kind)
            other.resume(client)
            self.assertEqual((other.n, other.lost), (0, 0))
            client = other
        self.assert_nothing(client)

    def test_counters_tell_attaches_from_resumes(self):
        before = self.daemon.metrics()
        client = self.client()
        client.drop()
        other = self.new()
        other.resume(client)
        after = self.daemon.metrics()
        self.assertEqual(after["muster_attaches_total"], before["muster_attaches_total"] + 1)
        self.assertEqual(after["muster_resumes_total"], before["muster_resumes_total"] + 1)


class Window(Facts):
    """What was sent and not acknowledged.  A poll acknowledges by asking on."""

    def after(self, had, acknowledged=None):
        """A session that was sent 0 to 6 and has `had` of them, with nothing attached."""
        client = self.client()
        for i in range(7):
            self.publish("session/" + client.id, i)
        self.assert_data(client, *range(7))
        if acknowledged is not None:
            client.ack(acknowledged)
            client.ok("ping")  # comes behind it
        self.cut(client)
        client.n = had
        return client

    def test_what_was_sent_but_not_had_comes_again(self):
        for kind in (Ws, Sse, Poll):
            with self.subTest(to=kind.kind):
                client = self.after(had=4)
                other = self.new(kind)
                other.resume(client)
                self.publish("session/" + client.id, "new")
                self.assertEqual((other.n, other.lost), (4, 0))
                self.assert_data(other, 4, 5, 6, "new")

    def test_what_was_acknowledged_is_lost_to_one_who_says_he_had_less(self):
        for kind in (Ws, Sse, Poll):
            with self.subTest(to=kind.kind):
                client = self.after(had=2, acknowledged=5)
                other = self.new(kind)
                other.resume(client)
                self.assertEqual((other.n, other.lost), (5, 3))
                self.assert_data(other, 5, 6)
                self.assertEqual(other.n, 7)

    def test_an_acknowledgement_ahead_of_the_stream_acknowledges_what_was_sent(self):
        client = self.after(had=7, acknowledged=1000)
        other = self.new()
        other.resume(client)
        self.assertEqual((other.n, other.lost), (7, 0))
        self.assert_nothing(other)


class Replacing(Facts):
    def test_the_old_transport_is_told_it_was_replaced(self):
        for kind in (Ws, Sse, Poll):
            with self.subTest(by=kind.kind):
                client = self.client()
                self.hold(client)
                other = self.new(kind)
                other.resume(client)
                self.assertEqual(client.wait_end().code, 4000)
                self.assert_nothing(other)

    def test_the_late_end_of_a_replaced_transport_ends_nothing(self):
        client = self.client()
        self.hold(client)
        other = self.new()
        other.resume(client)
        client.wait_end()
        client.drop()
        self.daemon.wait_metric("muster_connections", other.connections())
        self.assert_nothing(other)

    def test_a_transport_cut_and_replaced_at_once_loses_nothing(self):
        client = self.client()
        for i in range(20):
            client.drop()
            self.publish("session/" + client.id, i)
            client.resume()
            self.assertEqual(client.lost, 0)
            self.assert_data(client, i)


class Polls(Facts):
    def ask(self, client, n, wait=None):
        wait = "" if wait is None else "&wait=%d" % wait
        return self.daemon.request("GET", "/poll?sid=%s&n=%d%s" % (client.sid, n, wait))

    def items(self, answer):
        self.assertEqual(answer.status, 200)
        return [item["data"] for item in answer.json()["items"]]

    def test_the_first_answer_is_the_welcome_at_once(self):
        answer = self.daemon.request("GET", "/poll?app=web")
        said = answer.json()
        self.assertEqual(keys(answer.text), ["sid", "n", "items"])
        self.assertEqual((said["n"], len(said["items"]), said["items"][0]["push"]), (0, 1, "welcome"))
        self.assertEqual(said["items"][0]["sid"], said["sid"])

    def test_an_answer_that_was_lost_is_served_again(self):
        client = self.client()
        self.publish("session/" + client.id, "a")
        self.assertEqual(self.items(self.ask(client, 0)), ["a"])
        self.assertEqual(self.items(self.ask(client, 0)), ["a"])
        self.publish("session/" + client.id, "b")
        self.assert_sequence(client, 0, ["a", "b"])
        self.assert_sequence(client, 1, ["b"])

    def assert_sequence(self, client, n, expected):
        found = []
        while len(found) < len(expected):
            answer = self.ask(client, n + len(found))
            self.assertNotIn("lost", answer.json())
            found += self.items(answer)
        self.assertEqual(found, expected)

    def test_n_says_what_may_be_forgotten(self):
        client = self.client()
        for i in range(3):
            self.publish("session/" + client.id, i)
        self.assert_data(client, 0, 1, 2)
        answer = self.ask(client, 3, wait=0)
        self.assertEqual((answer.json()["n"], self.items(answer)), (3, []))
        answer = self.ask(client, 1, wait=0)
        self.assertEqual((answer.json()["lost"], answer.json()["n"]), (2, 3))

    def test_an_answer_has_at_most_256_pushes(self):
        client = self.client()
        for i in range(600):
            self.publish("session/" + client.id, i)
        n = 0
        while n < 600:
            found = self.items(self.ask(client, n))
            self.assertLessEqual(len(found), 256)
            self.assertEqual(found, list(range(n, n + len(found))))
            n += len(found)

    def test_an_answer_has_about_256_kib_at_most(self):
        client = self.client()
        for _ in range(12):
            self.publish("session/" + client.id, "x" * 60000)
        self.publish("session/" + client.id, "last")
        n, sizes = 0, []
        while n < 13:
            answer = self.ask(client, n)
            sizes.append(len(answer.text))
            n += len(self.items(answer))
        self.assertLessEqual(max(sizes), 256 * 1024 + 60100)
        self.assertGreaterEqual(len(sizes), 3)

    def test_wait_ends_in_an_empty_answer(self):
        client = self.client()
        answer = self.ask(client, 0, wait=10)
        self.assertEqual(answer.text, '{"n":0,"items":[]}')

    def test_a_second_poll_supersedes_the_first(self):
        client = self.client()
        self.hold(client)
        other = self.new(Poll)
        other.resume(client)
        first = client.answer()
        self.assertEqual((first.status, first.text), (200, '{"n":0,"items":[],"superseded":true}'))
        self.publish("session/" + client.id, 1)
        self.assert_data(other, 1)

    def test_a_poll_may_be_a_post_with_a_body(self):
        channel = self.name("news")
        answer = self.daemon.request("POST", "/poll", json.dumps({"app": "web", "channel": [channel]}),
                                     {"Content-Type": "application/json"})
        sid = answer.json()["sid"]
        self.assertEqual(answer.json()["items"][0]["app"], "web")
        self.publish("channel/" + channel, "posted")
        answer = self.daemon.request("POST", "/poll", json.dumps({"sid": sid, "n": 0}))
        self.assertEqual(self.items(answer), ["posted"])

    def test_a_kept_alive_connection_serves_many_polls(self):
        client = self.client()
        client.park()
        connection = client.connection
        for i in range(50):
            self.publish("session/" + client.id, i)
            self.assert_data(client, i)
        self.assertIs(client.connection, connection)

    def test_a_poll_on_a_connection_of_another_session_is_answered(self):
        clients = self.clients(6)
        connection = connect_http(self.daemon.public())
        self.addCleanup(connection.close)
        for round_ in range(3):
            for client in clients:
                self.publish("session/" + client.id, round_)
                answer = exchange(connection, "GET", "/poll?sid=%s&n=%d" % (client.sid, round_))
                self.assertEqual(self.items(answer), [round_])


class Waiting(Facts):
    options = ("wait=150ms", "poll_batch=10")

    def test_a_poll_without_news_is_answered_after_wait(self):
        client = self.client()
        for wait in ("", "&wait=100000000"):
            answer = self.daemon.request("GET", "/poll?sid=%s&n=0%s" % (client.sid, wait))
            self.assertEqual((answer.status, answer.text), (200, '{"n":0,"items":[]}'))

    def test_an_answer_has_at_most_poll_batch_pushes(self):
        client = self.client()
        for i in range(35):
            self.publish("session/" + client.id, i)
        n = 0
        while n < 35:
            items = self.daemon.request("GET", "/poll?sid=%s&n=%d" % (client.sid, n)).json()["items"]
            self.assertLessEqual(len(items), 10)
            self.assertEqual([item["data"] for item in items], list(range(n, n + len(items))))
            n += len(items)


class EventStreams(Facts):
    def test_the_last_event_id_resumes(self):
        client = self.client()
        for i in range(5):
            self.publish("session/" + client.id, i)
        self.assert_data(client, *range(5))
        client.drop()
        client.n = 3
        other = self.new()
        other.resume(client, by_header=True)
        self.assertEqual(other.welcome["push"], "resumed")
        self.assert_data(other, 3, 4)

    def test_the_last_event_id_wins_over_the_url(self):
        first, second = self.clients(2)
        for client in (first, second):
            client.drop()
        other = self.new()
        other.attach(headers={"Last-Event-ID": first.sid + ".0"}, sid=second.sid, n=0)
        self.assertEqual(other.sid, first.sid)

    def test_the_head_is_that_of_an_event_stream(self):
        client = self.client()
        self.assertTrue(client.headers["content-type"].startswith("text/event-stream"))
        self.assertEqual(client.headers["cache-control"], "no-store")
        self.assertEqual(client.headers["x-accel-buffering"], "no")
        self.assertEqual(client.headers["connection"].lower(), "close")
        self.assertNotIn("transfer-encoding", client.headers)


class Keeping(Facts):
    """How long: leave_grace after a good-bye, resume after a cut."""

    options = ("leave_grace=%dms" % (300 * SCALE),)

    def test_a_clean_close_is_kept_for_leave_grace_only(self):
        cut, gone = self.client(), self.client()
        before = self.sessions()
        cut.drop()
        gone.close()
        self.daemon.wait_metric("muster_sessions", before - 1)
        cut.resume()
        self.assert_nothing(cut)
        with self.assertRaises(Ended):
            other = self.new(Poll)
            other.resume(gone)

    def test_a_close_command_is_kept_for_leave_grace_only(self):
        client = self.client()
        before = self.sessions()
        self.assertEqual(client.command("close")["code"], 200)
        client.drop()
        self.daemon.wait_metric("muster_sessions", before - 1)

    def test_a_cut_poll_connection_is_no_good_bye(self):
        client = self.client(Poll)
        client.park()
        client.drop()
        gone = self.client()
        before = self.sessions()
        gone.close()
        self.daemon.wait_metric("muster_sessions", before - 1)
        client.resume()
        self.assert_nothing(client)


class Expiring(Facts):
    options = ("resume=%dms" % (500 * SCALE), "leave_grace=%dms" % (1500 * SCALE))

    def setUp(self):
        super().setUp()
        self.daemon.wait_metric("muster_sessions", 0)

    def test_a_cut_session_is_kept_for_resume_only(self):
        cut, left = self.client(), self.client()
        left.close()
        cut.drop()
        self.daemon.wait_metric("muster_sessions", 1)
        left.resume()
        self.assert_nothing(left)

    def test_an_ended_session_is_unknown(self):
        client = self.client()
        client.drop()
        self.daemon.wait_metric("muster_sessions", 0)
        with self.assertRaises(Ended) as ended:
            self.new(Ws).resume(client)
        self.assertEqual(ended.exception.code, 4006)
        with self.assertRaises(Ended) as ended:
            self.new(Poll).resume(client)
        self.assertEqual((ended.exception.code, ended.exception.reconnect), (4006, True))
        fresh = self.new(Sse)
        self.assertEqual(fresh.resume(client)["push"], "welcome")
        self.assertNotEqual(fresh.sid, client.sid)

    def test_a_session_that_is_polled_lives_on(self):
        other = self.client()
        client = self.client(Poll)
        self.hold(client)
        other.drop()
        self.daemon.wait_metric("muster_sessions", 1)
        self.assert_nothing(client)


spread(globals(), Resuming, Replacing, Keeping, Expiring)
spread(globals(), Window, transports=(Ws, Sse))
spread(globals(), Polls, Waiting, transports=(Poll,))
spread(globals(), EventStreams, transports=(Sse,))
if __name__ == "__main__":
    main()
