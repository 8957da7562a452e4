"""Backends that ask: one table of verbs behind REQ, DEALER and HTTP."""
import json
import time
import urllib.parse

from suite import STORES, Asker, Facts, Lives, Publisher, Ws, connect_http, exchange, main, spread

CONFIG = """
channel "kept/*" {
	history = 10
}
channel "safe/*" {
	history = 10
	durable = true
}
"""
FACES = ("req", "dealer", "http")


class Requests(Facts):
    config = CONFIG

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.askers = {kind: Asker(cls.daemon, kind) for kind in FACES}

    @classmethod
    def tearDownClass(cls):
        for asker in cls.askers.values():
            asker.close()
        super().tearDownClass()

    def each(self):
        return self.askers.values()

    def refusal(self, asker, verb, arguments, code, status=None):
        answer = asker.ask(verb, arguments)
        self.assertEqual(answer["code"], code, (asker.kind, verb, str(arguments)[:100], answer))
        self.assertEqual(list(answer), ["code", "msg"], answer)
        self.assertTrue(answer["msg"])
        if asker.kind == "http" and status:
            self.assertEqual(asker.answer.status, status)

    def test_publish_says_whom_it_reached(self):
        user, channel = self.name("ann"), self.name("room")
        clients = [self.client(user=user, channel=channel), self.client(user=user, channel=channel),
                   self.client(channel=channel), self.client(user=self.name("bob"), channel=channel)]
        for asker in self.each():
            for target, options, expected, those in (
                    ("channel/" + channel, {}, (4, 2), clients),
                    ("user/" + user, {}, (2, 1), clients[:2]),
                    ("session/" + clients[2].id, {}, (1, 0), clients[2:3]),
                    ("channel/" + channel, {"except_": ["user/" + user]}, (2, 1), clients[2:]),
                    ("channel/" + channel, {"except_": ["session/" + clients[0].id]}, (3, 2), clients[1:]),
                    ("channel/" + channel, {"match": {"lang": "zh"}}, (0, 0), []),
                    ("user/" + self.name("nobody"), {}, (0, 0), [])):
                word = self.name("word")
                said = asker.publish(target, word, **options)
                self.assertEqual(said, {"sessions": expected[0], "users": expected[1], "stored": False, "mailbox": 0,
                                        "duplicate": False}, (target, options))
                for client in those:
                    self.assert_data(client, word)
        self.assert_nothing(*clients)

    def test_the_answer_comes_with_its_keys_in_order(self):
        channel = self.name("safe/news")
        for asker in self.each():
            said = asker.publish("channel/" + channel, 1, id=self.name("id"))
            self.assertEqual(list(said), ["id", "sessions", "users", "epoch", "offset", "stored", "mailbox", "duplicate"])
            self.assertIs(said["stored"], True)
        self.assertEqual(said["offset"], len(FACES))

    def test_stored_is_what_the_store_has(self):
        for asker in self.each():
            self.assertIs(asker.publish("channel/" + self.name("kept/news"), 1)["stored"], False)
            self.assertIs(asker.publish("channel/" + self.name("safe/news"), 1)["stored"], True)
            said = asker.publish("user/" + self.name("ann"), 1, offline=True)
            self.assertEqual((said["stored"], said["mailbox"]), (True, 1))

    def test_a_second_id_is_a_duplicate(self):
        for channel in ("plain", "kept/news", "safe/news"):
            channel, name = self.name(channel), self.name("id")
            client = self.client(channel=channel)
            for number, asker in enumerate(self.each()):
                said = asker.publish("channel/" + channel, number, id=name)
                self.assertEqual(said["duplicate"], number > 0)
                self.assertEqual(said["sessions"], int(number == 0))
                self.assertEqual(said["id"], name)
            self.assert_data(client, 0)
            self.assert_nothing(client)

    def test_arguments_that_are_wrong_are_refused(self):
        for asker in self.each():
            for verb, arguments in (
                    ("publish", {}), ("publish", {"to": "all"}), ("publish", {"data": 1}), ("publish", {"to": "nobody", "data": 1}),
                    ("publish", {"to": "all", "data": 1, "id": "x" * 129}), ("publish", {"to": "all", "data": 1, "id": ""}),
                    ("publish", {"to": "all", "data": 1, "colour": "red"}), ("publish", {"to": "all", "data": 1, "ttl": -1}),
                    ("publish", {"to": "all", "data": 1, "conflate": "k" * 65}), ("publish", {"to": ["all"], "data": 1}),
                    ("publish", {"to": "all", "data": 1, "receipt": 1}), ("publish", {"to": "channel/a", "data": 1, "history": 0}),
                    ("publish", {"to": "all", "data": 1, "offline": True}),
                    ("broadcast", {"to": [], "data": 1}), ("broadcast", {"to": ["all", "nobody"], "data": 1}),
                    ("broadcast", {"to": ["all"] * 1001, "data": 1}),
                    ("count", {"channel": "a b"}), ("count", {"colour": 1}), ("count", {"app": ""}),
                    ("online", {}), ("online", {"users": []}), ("online", {"users": "ann"}), ("online", {"users": ["a"] * 10001}),
                    ("history", {}), ("history", {"channel": ""}), ("history", {"channel": "kept/x", "limit": 0}),
                    ("history", {"channel": "kept/x", "limit": 301}), ("mailbox", {}), ("session", {}),
                    ("session", {"session": "x"}), ("state", {"colour": 1}),
                    ("publish", b"[1]"), ("publish", b"{"), ("publish", b'"x"'), ("count", b"null"), ("count", b"{}{}"),
                    ("publish", b"\xff\xfe")):
                self.refusal(asker, verb, arguments, 1001, 400)
            for verb, arguments in (("online", {"users": [""]}), ("mailbox", {"user": "x" * 129})):
                self.refusal(asker, verb, arguments, 1002, 400)
            self.refusal(asker, "publish", {"to": "all", "data": "x" * 70000}, 1012, 413)

    def test_arguments_of_other_verbs_are_refused(self):
        for asker in self.each():
            for verb, arguments in (
                    ("count", {"user": "ann"}), ("count", {"limit": 5}), ("online", {"users": ["ann"], "channel": "a"}),
                    ("history", {"channel": "kept/x", "app": "web"}), ("mailbox", {"user": "ann", "limit": 5}),
                    ("session", {"session": "AAAAAAAAAAAAAAAA", "user": "ann"}), ("state", {"app": "web"})):
                self.refusal(asker, verb, arguments, 1001, 400)

    def test_what_there_is_not(self):
        for asker in self.each():
            self.refusal(asker, "dance", {}, 1010, 404)
            self.refusal(asker, "history", {"channel": self.name("plain")}, 1005, 404)
            self.refusal(asker, "session", {"session": "AAAAAAAAAAAAAAAA"}, 1005, 404)

    def test_kick_needs_a_private_endpoint(self):
        private = [Asker(self.daemon, "http"), Asker(self.daemon, "req", "ipc:"), Asker(self.daemon, "dealer", "ipc:")]
        for asker in private:
            self.addCleanup(asker.close)
        for asker in (self.askers["req"], self.askers["dealer"]):
            self.refusal(asker, "kick", {"target": "all"}, 1003)
        for asker in private:
            with self.subTest(by=asker.kind):
                user = self.name("ann")
                clients = [self.client(user=user), self.client(user=user), self.client()]
                self.assertEqual(asker.ok("kick", target="user/" + user, code=4010, reason="enough", reconnect=True), {"sessions": 2})
                for client in clients[:2]:
                    client.wait_end()
                self.assert_nothing(clients[2])
                self.assertEqual(asker.ok("kick", target="user/" + user), {"sessions": 0})
                for wrong in ({}, {"target": "x"}, {"target": "all", "code": 999}, {"target": "all", "code": 5000},
                              {"target": "all", "reason": "x" * 121}, {"target": "all", "reconnect": 1}, {"target": "all", "app": "x"}):
                    self.refusal(asker, "kick", wrong, 1001, 400)

    def test_what_a_kicked_client_hears(self):
        client = self.client()
        self.assertEqual(self.ask("kick", target="session/" + client.id, code=4010, reason="enough"), {"sessions": 1})
        ended = client.wait_end()
        self.assertIn(ended.code, (4010, None))
        if client.kick:
            self.assertEqual(client.kick, {"push": "kick", "code": 4010, "reason": "enough", "reconnect": False})

    def test_broadcast_is_one_message_to_many(self):
        users = [self.name("user") for _ in range(3)]
        clients = [self.client(user=user) for user in users]
        for asker in self.each():
            name = self.name("id")
            targets = ["user/" + user for user in users] + ["user/" + users[0], "user/" + self.name("nobody")]
            said = asker.ok("broadcast", to=targets, data="word", id=name)
            self.assertEqual(said, {"id": name, "targets": 5, "sessions": 4, "duplicate": False})
            self.assertEqual(asker.ok("broadcast", to=targets, data="word", id=name)["duplicate"], True)
            self.assertEqual(asker.publish("user/" + users[0], "word", id=name)["duplicate"], True)
            for client, count in zip(clients, (2, 1, 1)):
                self.assert_data(client, *["word"] * count)
        self.assert_nothing(*clients)
        channels = [self.name("safe/news") for _ in range(3)]
        self.assertEqual(self.ask("broadcast", to=["channel/" + channel for channel in channels], data=1)["targets"], 3)
        for channel in channels:
            self.assertEqual([one["data"] for one in self.ask("history", channel=channel)["messages"]], [1])

    def test_count_and_online(self):
        user, app, channel = self.name("ann"), self.name("app"), self.name("room")
        self.clients(2, app=app, device=self.name("device"))
        self.client(app=app, user=user, channel=channel)
        for asker in self.each():
            self.assertEqual(asker.ok("count", app=app), {"users": 1, "devices": 2, "sessions": 3})
            self.assertEqual(asker.ok("count", channel=channel), {"users": 1, "devices": 1, "sessions": 1})
            self.assertEqual(asker.ok("count", channel=self.name("nobody")), {"users": 0, "devices": 0, "sessions": 0})
            self.assertGreaterEqual(asker.ok("count")["sessions"], 3)
            said = asker.ok("online", users=[user, "nobody"])
            self.assertEqual((said[user]["online"], said["nobody"]), (True, {"online": False}))

    def test_state(self):
        for asker in self.each():
            said = asker.ok("state")
            self.assertEqual(list(said), ["version", "uptime", "lanes", "store", "sessions", "connections", "histories", "messages_in",
                                          "deliveries", "outbox_bytes", "in_store"])
            self.assertEqual((said["lanes"], said["store"]), (self.lanes, self.store))

    def test_session_shows_one_client(self):
        user = self.name("ann")
        client = self.client(user=user, app="web")
        self.tell("user/" + user, 1)
        self.assert_data(client, 1)
        for asker in self.each():
            for which in (client.id, client.sid):
                said = asker.ok("session", session=which)
                self.assertEqual(list(said), ["id", "user", "app", "device", "transport", "waiting", "waiting_bytes", "unacknowledged",
                                              "n", "dropped", "dropped_outbox_total", "conflated", "drops", "commands", "idle"])
                self.assertEqual((said["id"], said["user"], said["app"], said["n"]), (client.id, user, "web", 1))
                self.assertIn(said["transport"], (client.kind, "none"))
                self.assertEqual((said["waiting"], said["dropped"], said["commands"]), (0, 0, 1))

    def test_mailbox_is_looked_into(self):
        user = self.name("ann")
        for asker in self.each():
            self.assertEqual(asker.ok("mailbox", user=self.name("nobody")), {"messages": []})
        self.tell("user/" + user, 1, offline=True, id="x" + user)
        for asker in self.each():
            messages = asker.ok("mailbox", user=user)["messages"]
            self.assertEqual([(one["push"], one["to"], one["id"], one["data"]) for one in messages],
                             [("msg", "user/" + user, "x" + user, 1)])

    def test_many_answers_come_back_to_one_dealer(self):
        asker, channel = self.askers["dealer"], self.name("safe/news")
        for i in range(300):
            asker.send("publish", {"to": "channel/" + channel, "data": i, "id": "%s/%d" % (channel, i)})
        said = [asker.receive()["data"] for _ in range(300)]
        self.assertEqual(sorted(one["offset"] for one in said), list(range(1, 301)))
        for one in said:
            self.assertEqual(one["id"], "%s/%d" % (channel, one["offset"] - 1))

    def test_the_second_of_an_id_waits_for_the_first(self):
        asker, channel, name = self.askers["dealer"], self.name("safe/news"), self.name("id")
        for _ in range(5):
            asker.send("publish", {"to": "channel/" + channel, "data": 1, "id": name})
        said = [asker.receive()["data"] for _ in range(5)]
        self.assertEqual([one["duplicate"] for one in said], [False, True, True, True, True])
        self.assertEqual(len(self.ask("history", channel=channel)["messages"]), 1)

    def test_bad_frames_are_answered(self):
        socket = self.askers["dealer"].socket
        for frames in ([b"publish"], [b"x", b"publish", b"{}"], [b"", b"a", b"b", b"c"], [b""], [b"", b""], [b"", b"x" * 64],
                       [b"", b"a\0b"]):
            socket.send_multipart(frames)
            self.assertTrue(socket.poll(5000), frames)
            self.assertEqual(json.loads(socket.recv_multipart()[-1])["code"], 1001, frames)
        socket.send_multipart([b"", b"publish", b"x" * (1024 * 1024 + 1)])
        self.assertTrue(socket.poll(5000))
        self.assertEqual(json.loads(socket.recv_multipart()[-1])["code"], 1012)

    def test_reading_verbs_are_got(self):
        user, channel = self.name("ann"), self.name("safe/news")
        self.client(user=user)
        first = self.tell("channel/" + channel, 0)
        self.tell("channel/" + channel, 1)
        connection = self.askers["http"].connection

        def get(verb, *pairs):
            answer = exchange(connection, "GET", "/api/v1/%s?%s" % (verb, urllib.parse.urlencode(pairs)))
            return answer.status, answer.json()

        def data(verb, *pairs):
            status, said = get(verb, *pairs)
            self.assertEqual((status, said["code"]), (200, 200), said)
            return said["data"]

        self.assertEqual([one["data"] for one in data("history", ("channel", channel), ("epoch", first["epoch"]),
                                                      ("offset", first["offset"]))["messages"]], [1])
        self.assertEqual([one["data"] for one in data("history", ("channel", channel), ("last", 1))["messages"]], [1])
        self.assertEqual(data("history", ("channel", channel), ("limit", 1))["more"], True)
        self.assertEqual(set(data("online", ("users", user), ("users", "x"))), {user, "x"})
        self.assertIn("sessions", data("count"))
        self.assertIn("version", data("state"))
        self.assertEqual(data("mailbox", ("user", "x")), {"messages": []})
        self.assertEqual(get("session", ("session", "AAAAAAAAAAAAAAAA"))[0], 404)
        self.assertEqual(get("history", ("channel", channel), ("offset", -1))[0], 400)
        self.assertEqual(get("publish", ("to", "all"))[0], 405)

    def test_tcp_is_told_to_show_a_key(self):
        address = next(one for one in self.daemon.ready["api"].split(",") if not one.startswith("unix:"))
        for verb in ("publish", "kick", "count", "state", "dance"):
            answer = self.daemon.request("POST", "/api/v1/" + verb, json.dumps({"to": "all", "data": 1}), address=address)
            self.assertEqual((answer.status, answer.json()["code"]), (401, 1000))
        self.assertEqual(self.daemon.request("GET", "/api/v1/count", address=address).status, 401)


class Dedup(Facts):
    """One id by four ways."""

    config = CONFIG

    def test_an_id_counts_whichever_way_it_came(self):
        ways = {"push": Publisher(self.daemon, "push"), "req": Asker(self.daemon, "req"), "dealer": Asker(self.daemon, "dealer"),
                "http": Asker(self.daemon, "http")}
        for way in ways.values():
            self.addCleanup(way.close)
        ways["pub"] = self.backend
        channels = [self.name("plain"), self.name("safe/news")]
        clients = {channel: self.client(channel=channel) for channel in channels}
        for channel, client in clients.items():
            for first in ways:
                name = self.name("id")
                duplicates = self.daemon.metric("muster_duplicates_total")
                ways[first].publish("channel/" + channel, first, id=name)
                self.assert_data(client, first)
                for second in ways:
                    ways[second].publish("channel/" + channel, second, id=name)
                self.daemon.wait_metric("muster_duplicates_total", duplicates + len(ways))
                self.assert_nothing(client)

    def test_an_id_of_128_bytes_is_the_longest(self):
        name = "x" * 128
        self.assertEqual(self.tell("all", 1, id=name)["id"], name)
        before = self.daemon.refused("bad_id") if 'muster_refused_total{reason="bad_id"}' in self.daemon.metrics() else None
        self.publish("all", 1, id=name + "x")
        if before is not None:
            self.daemon.wait_metric('muster_refused_total{reason="bad_id"}', before + 1)


class Remembered(Lives):
    config = CONFIG

    def test_ids_are_remembered_over_restarts(self):
        for target, options in (("channel/plain", {}), ("channel/safe/news", {}), ("channel/kept/news", {}),
                                ("user/ann", {"offline": True})):
            self.assertFalse(self.asker.publish(target, 1, id=target, **options)["duplicate"])
        self.again()
        for cruelly in (False, True):
            for target in ("channel/plain", "channel/safe/news", "channel/kept/news", "user/ann"):
                self.assertTrue(self.asker.publish(target, 1, id=target)["duplicate"], target)
            self.again(cruelly)
        self.assertEqual(len(self.asker.ok("history", channel="safe/news")["messages"]), 1)
        self.assertEqual(len(self.asker.ok("mailbox", user="ann")["messages"]), 1)


class Forgotten(Lives):
    store = "memory"

    def test_the_memory_store_forgets_ids_with_the_process(self):
        self.assertFalse(self.asker.publish("all", 1, id="a")["duplicate"])
        self.again()
        self.assertFalse(self.asker.publish("all", 1, id="a")["duplicate"])


class Brief(Facts):
    options = ("dedup_ttl=200ms",)

    def test_an_id_is_forgotten_in_time(self):
        name = self.name("id")
        self.assertFalse(self.tell("all", 1, id=name)["duplicate"])
        time.sleep(0.25)
        self.assertFalse(self.tell("all", 1, id=name)["duplicate"])
        self.assertTrue(self.tell("all", 1, id=name)["duplicate"])


spread(globals(), Requests, Dedup, transports=(Ws,), stores=STORES)
spread(globals(), Brief, transports=(Ws,), lanes=(2,))
if __name__ == "__main__":
    main()
