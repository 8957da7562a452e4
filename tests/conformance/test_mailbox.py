"""Mailboxes: what a user missed waits until a session of that user acknowledged it."""
import json
import threading
import time

from suite import STORES, Facts, Lives, Poll, Sse, Ws, main, spread


class Mailbox(Facts):
    def mail(self, user, *words, **options):
        """Publish them for the mailbox, and see each of them stored."""
        for word in words:
            said = self.tell("user/" + user, word, offline=True, **options)
            self.assertEqual((said["mailbox"], said["stored"]), (1, True))

    def waiting(self, user):
        return [one["data"] for one in self.ask("mailbox", user=user)["messages"]]

    def acknowledge(self, client):
        """As each transport does it: by command, or by the n of the next poll."""
        if isinstance(client, Poll):
            client.park()
        else:
            client.ack(client.n)

    def assert_empty(self, user):
        self.wait_waiting(user, [])

    def wait_waiting(self, user, expected):
        deadline = time.monotonic() + 10
        while self.waiting(user) != expected:
            self.assertLess(time.monotonic(), deadline, "%r waits, not %r" % (self.waiting(user), expected))

    def end(self, client):
        """The session ends for good."""
        self.assertEqual(self.kicker("kick", target="session/" + client.id), {"sessions": 1})

    def kicker(self, verb, **arguments):
        return self.ask(verb, **arguments)

    def test_it_comes_at_the_next_login_before_anything_newer(self):
        user = self.name("ann")
        self.mail(user, 0, 1, 2)
        client = self.client()
        self.assertEqual(client.ok("login", {"user": user})["user"], user)
        self.tell("user/" + user, 3)
        self.assert_data(client, 0, 1, 2, 3)
        self.assert_nothing(client)

    def test_once_acknowledged_it_is_gone(self):
        user = self.name("ann")
        self.mail(user, 0, 1)
        client = self.client(user=user)
        self.assert_data(client, 0, 1)
        self.assertEqual(self.waiting(user), [0, 1])
        self.acknowledge(client)
        self.assert_empty(user)
        self.assert_nothing(self.client(user=user))

    def test_part_of_it_is_acknowledged(self):
        user = self.name("ann")
        self.mail(user, 0, 1, 2)
        client = self.client(user=user)
        self.assert_data(client, 0, 1)
        client.ack(client.n)
        self.wait_waiting(user, [2])

    def test_an_attached_user_has_it_at_once_and_it_waits_for_the_acknowledgement(self):
        user = self.name("ann")
        client = self.client(user=user)
        self.mail(user, "now")
        self.assert_data(client, "now")
        self.assertEqual(self.waiting(user), ["now"])
        self.acknowledge(client)
        self.assert_empty(user)

    def test_a_resume_acknowledges_what_it_has(self):
        user = self.name("ann")
        client = self.client(user=user)
        self.mail(user, 0, 1)
        self.assert_data(client, 0, 1)
        client.drop()
        client.n = 1
        other = self.new()
        other.resume(client)
        self.assert_data(other, 1)
        self.wait_waiting(user, [1])

    def test_it_comes_again_on_any_transport_when_the_session_ended_before(self):
        user = self.name("ann")
        self.mail(user, 0, 1)
        for transport in (Ws, Sse, Poll):
            client = self.client(transport, user=user)
            self.assert_data(client, 0, 1)
            self.end(client)
        self.assert_data(self.client(user=user), 0, 1)

    def test_only_the_first_of_two_sessions_has_it(self):
        user = self.name("ann")
        self.mail(user, 0, 1)
        first = self.client(user=user)
        second = self.client(user=user)
        self.assert_nothing(second)
        self.assert_data(first, 0, 1)

    def test_the_second_has_it_when_the_first_ends_without_acknowledging(self):
        user = self.name("ann")
        self.mail(user, 0, 1)
        first = self.client(user=user)
        second = self.client(user=user)
        self.assert_data(first, 0)
        first.ack(1)
        self.wait_waiting(user, [1])
        self.end(first)
        self.assert_data(second, 1)
        self.assert_nothing(second)

    def test_the_second_has_all_that_only_the_first_was_given(self):
        user = self.name("ann")
        self.mail(user, 0)
        first = self.client(user=user)
        second = self.client(user=user)
        self.mail(user, 1)
        self.assert_data(first, 0, 1)
        self.assert_data(second, 1)
        self.end(first)
        self.assert_data(second, 0)
        self.assert_nothing(second)

    def test_the_second_has_it_when_the_first_becomes_somebody_else(self):
        user = self.name("ann")
        self.mail(user, 0)
        first = self.client(user=user)
        second = self.client(user=user)
        self.assert_data(first, 0)
        first.ok("login", {"user": self.name("bob")})
        self.assert_data(second, 0)
        first.ack(first.n)

    def test_only_what_was_sent_can_be_acknowledged(self):
        user = self.name("ann")
        client = self.client(user=user)
        self.mail(user, 0)
        self.assert_data(client, 0)
        for n in (-1, 1.5, "1", None, 2 ** 64):
            self.assert_code(client.command("ack", {"n": n}), 1001)
        client.ack(0)
        client.ok("ping")
        self.assertEqual(self.waiting(user), [0])
        self.cut(client)
        self.mail(user, 1)
        other = self.new()
        other.resume(client)
        self.assert_data(other, 1)
        other.ack(2 ** 63)
        self.assert_empty(user)

    def test_logging_in_again_brings_nothing_twice(self):
        user = self.name("ann")
        self.mail(user, 0)
        client = self.client(user=user)
        client.ok("login", {"user": user})
        self.assert_data(client, 0)
        self.assert_nothing(client)

    def test_a_logout_gives_it_back(self):
        user = self.name("ann")
        self.mail(user, 0)
        first = self.client(user=user)
        self.assert_data(first, 0)
        first.ok("logout")
        self.assert_data(self.client(user=user), 0)

    def test_a_user_on_one_app(self):
        user = self.name("ann")
        self.mail(user + "@web", "web")
        self.mail(user, "any")
        self.mail(user + "@ios", "ios")
        client = self.client(app="web", user=user)
        self.assert_data(client, "web", "any")
        other = self.client(app="ios", user=user)
        self.assert_data(other, "ios")
        self.assert_nothing(client, other)

    def test_it_is_for_users_only(self):
        for target in ("all", "app/web", "channel/news", "device/x", "session/AAAAAAAAAAAAAAAA"):
            answer = self.asker.ask("publish", {"to": target, "data": 1, "offline": True})
            self.assertEqual(answer["code"], 1001, target)

    def test_who_logs_in_during_a_storm_has_each_once_and_in_order(self):
        user, count = self.name("ann"), 60
        self.mail(user, 0)

        def storm():
            for i in range(1, count):
                self.publish("user/" + user, i, offline=True)
                time.sleep(0.0005)

        thread = threading.Thread(target=storm)
        thread.start()
        client = self.client(user=user)
        self.assert_data(client, *range(count))
        thread.join()
        self.assert_nothing(client)
        self.acknowledge(client)
        self.assert_empty(user)

    def test_sessions_that_come_and_go_in_a_storm_lose_nothing(self):
        user, count = self.name("ann"), 80

        def storm():
            for i in range(count):
                self.publish("user/" + user, i, offline=True)
                time.sleep(0.001)

        thread = threading.Thread(target=storm)
        thread.start()
        seen, last = [], -1
        while last < count - 1:
            client = self.client(user=user)
            push = client.must_push()
            before = last
            while push:
                self.assertEqual(push["push"], "msg")
                seen.append(push["data"])
                last = max(last, push["data"])
                push = client.next_push(0.005)
            client.ack(client.n)
            client.ok("ping")
            self.end(client)
            self.assertGreaterEqual(last, before)
        thread.join()
        self.assertEqual(sorted(set(seen)), list(range(count)))
        self.assertEqual(seen, sorted(seen))
        self.assertEqual(len(seen), count)

    def test_commands_behind_a_login_are_done_behind_it(self):
        channel = self.name("users/room")
        self.mail(self.name("bob"), 0)
        client = self.client()
        commands = [{"seq": 1, "cmd": "login", "data": {"user": self.name("ann")}},
                    {"seq": 2, "cmd": "subscribe", "data": {"channel": channel}},
                    {"seq": 3, "cmd": "logout"},
                    {"seq": 4, "cmd": "subscribe", "data": {"channel": channel}}]
        if self.transport is Ws:
            for command in commands:
                client.send_text(json.dumps(command))
            replies = [client.next_reply(command["seq"]) for command in commands]
        else:
            replies = client.say(json.dumps(commands))
        self.assertEqual([reply["code"] for reply in replies], [200, 200, 200, 1000], replies)

    config = 'channel "users/*" {\n\tsubscribe = users\n}\n'


class Full(Facts):
    options = ("mailbox_messages=5",)

    def test_what_does_not_fit_is_a_gap_without_channel(self):
        user = self.name("ann")
        for i in range(8):
            self.tell("user/" + user, i, offline=True)
        self.assertEqual([one["data"] for one in self.ask("mailbox", user=user)["messages"]], [3, 4, 5, 6, 7])
        client = self.client(user=user)
        self.assertEqual(self.next_of(client, "gap"), {"push": "gap", "lost": 3})
        self.assert_data(client, *range(3, 8))
        client.ack(client.n)
        client.ok("ping")
        self.assert_nothing(self.client(user=user))


class Windows(Facts):
    """The resume window is over before anything was acknowledged."""

    @classmethod
    def all_options(cls):
        return (*super().all_options(), "resume=50ms", "leave_grace=50ms")

    def test_a_connection_that_dies_before_its_acknowledgement_gives_it_back(self):
        user = self.name("ann")
        self.tell("user/" + user, "word", offline=True)
        client = self.client(user=user)
        self.assert_data(client, "word")
        sessions = self.sessions()
        client.drop()
        self.daemon.wait_metric("muster_sessions", sessions - 1)
        other = self.client(user=user)
        self.assert_data(other, "word")
        other.ack(other.n)
        other.ok("ping")
        self.assert_nothing(self.client(user=user))


class Time(Facts):
    options = ("mailbox_ttl=1s",)

    def test_what_is_too_old_is_gone_untold(self):
        user, other = self.name("ann"), self.name("bob")
        self.tell("user/" + user, "short", offline=True, ttl=1)
        self.tell("user/" + other, "short", offline=True)
        time.sleep(1.05)
        self.tell("user/" + user, "long", offline=True)
        self.assertEqual([one["data"] for one in self.ask("mailbox", user=user)["messages"]], ["long"])
        self.assert_data(self.client(user=user), "long")
        self.assert_nothing(self.client(user=other))


class Restarts(Lives):
    def mail(self, *words, **options):
        for word in words:
            self.assertTrue(self.asker.publish("user/ann", word, offline=True, **options)["stored"])

    def test_mail_outlives_the_daemon(self):
        self.mail(0)
        for count, cruelly in ((1, False), (2, True)):
            self.again(cruelly)
            client = self.client(user="ann")
            self.assertEqual(client.data(count), list(range(count)))
            self.mail(count)
            self.assertEqual(client.data(1), [count])
        client.ack(2)
        client.ok("ping")
        self.again()
        self.assertEqual(self.client(user="ann").data(1), [2])

    def test_what_was_dropped_is_told_after_a_restart(self):
        self.mail(*range(8))
        self.again()
        client = self.client(user="ann")
        self.assertEqual(client.must_push(), {"push": "gap", "lost": 3})
        self.assertEqual(client.data(5), list(range(3, 8)))

    options = ("mailbox_messages=5",)


spread(globals(), Mailbox, Full, Windows, stores=STORES)
spread(globals(), Time, transports=(Ws,), lanes=(2,), stores=STORES)
if __name__ == "__main__":
    main()
