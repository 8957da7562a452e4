"""Whom a message reaches, and what it looks like there."""
import base64
import json

from suite import Facts, Poll, Publisher, Sse, Ws, keys, main, spread


class Targets(Facts):
    def test_all_reaches_every_session(self):
        self.assert_reaches("all", self.clients(3), [])

    def test_an_app_reaches_its_sessions_only(self):
        app, other = self.name("app"), self.name("app")
        self.assert_reaches("app/" + app, self.clients(2, app=app), self.clients(2, app=other))

    def test_an_app_that_is_a_number_is_its_digits(self):
        self.assert_reaches("app/7301", [self.client(app="7301")], [self.client(app="7302")])

    def test_an_app_named_by_login_as_a_number_is_its_digits(self):
        client = self.client()
        client.ok("login", {"user": self.name("ann"), "app": 7303})
        self.assert_reaches("app/7303", [client], [])

    def test_a_user_is_reached_on_all_apps(self):
        user = self.name("ann")
        there = [self.client(user=user, app=self.name("app")) for _ in range(2)]
        self.assert_reaches("user/" + user, there, [self.client(user=self.name("bob")), self.client()])

    def test_a_user_is_reached_on_one_app_only(self):
        user, app = self.name("ann"), self.name("app")
        here, elsewhere = self.client(user=user, app=app), self.client(user=user, app=self.name("app"))
        self.assert_reaches("user/%s@%s" % (user, app), [here], [elsewhere])

    def test_an_at_in_a_user_is_escaped(self):
        user, app = self.name("ann") + "@example.org", self.name("app")
        here, elsewhere = self.client(user=user, app=app), self.client(user=user, app=self.name("app"))
        escaped = "user/" + user.replace("@", "%40")
        self.assert_reaches(escaped, [here, elsewhere], [])
        self.assert_reaches("%s@%s" % (escaped, app), [here], [elsewhere])

    def test_a_percent_in_a_user_is_escaped(self):
        user = self.name("100%40")
        self.assert_reaches("user/" + user.replace("%", "%25"), [self.client(user=user)], [])

    def test_a_device_reaches_the_sessions_of_one_browser(self):
        device = self.name("device")
        tabs = self.clients(2, device=device)
        self.assert_reaches("device/" + device, tabs, [self.client(device=self.name("device"))])

    def test_a_session_is_reached_by_its_id(self):
        client, other = self.clients(2)
        self.assert_reaches("session/" + client.id, [client], [other])

    def test_a_session_is_reached_by_its_sid_which_nobody_else_is_shown(self):
        client, other = self.clients(2)
        self.publish("session/" + client.sid, 1)
        self.assertEqual(client.must_push()["to"], "session/" + client.id)
        self.assert_nothing(client, other)

    def test_a_channel_reaches_those_who_subscribed(self):
        channel = self.name("news")
        at_attach, by_command, other = self.client(channel=channel), self.client(), self.client()
        by_command.ok("subscribe", {"channel": channel})
        self.assert_reaches("channel/" + channel, [at_attach, by_command], [other])

    def test_a_channel_is_of_any_unicode(self):
        channel = self.name("房间/ü")
        self.assert_reaches("channel/" + channel, [self.client(channel=channel)], [])

    def test_the_channels_that_exist_by_themselves_have_everybody(self):
        app = self.name("app")
        here, elsewhere = self.client(app=app), self.client(app=self.name("app"))
        self.assert_reaches("channel/$app/" + app, [here], [elsewhere])
        self.assert_reaches("channel/$all", [here, elsewhere], [])

    def test_one_push_of_each_transport_has_the_same_bytes(self):
        channel = self.name("news")
        clients = [self.client(transport, channel=channel) for transport in (Ws, Sse, Poll)]
        self.publish("channel/" + channel, {"a": 1}, event="e", id=self.name("id"), from_="me")
        texts = set()
        for client in clients:
            client.must_push()
            texts.add(client.raw)
        self.assertEqual(len(texts), 1, texts)


class Narrowing(Facts):
    def test_except_leaves_out_sessions_users_and_devices(self):
        channel, user, device = self.name("room"), self.name("bob"), self.name("device")
        plain, session = self.clients(2, channel=channel)
        named, browser = self.client(channel=channel, user=user), self.client(channel=channel, device=device)
        everybody = [plain, session, named, browser]
        target = "channel/" + channel
        self.assert_reaches(target, [plain, named, browser], [session], except_=["session/" + session.id])
        self.assert_reaches(target, [plain, named, browser], [session], except_=["session/" + session.sid])
        self.assert_reaches(target, [plain, session, browser], [named], except_=["user/" + user])
        self.assert_reaches(target, [plain, session, named], [browser], except_=["device/" + device])
        self.assert_reaches(target, [plain], everybody[1:],
                            except_=["session/" + session.id, "user/" + user, "device/" + device])
        self.assert_reaches(target, everybody, [], except_=[])

    def test_match_reaches_nobody_who_has_no_attributes(self):
        clients = self.clients(2)
        self.assert_reaches("all", [], clients, match={"lang": "zh"})
        self.assert_reaches("all", [], clients, match={"lang": ["zh", "en"]})
        self.assert_reaches("all", clients, [], match={})


class Pushes(Facts):
    def test_a_message_has_its_keys_in_order(self):
        channel, name = self.name("news"), self.name("id")
        client = self.client(channel=channel)
        self.publish("channel/" + channel, {"a": [1, 2]}, event="tick", id=name, from_="clock")
        push = client.must_push()
        self.assertEqual(keys(client.raw), ["push", "to", "event", "id", "from", "time", "data"])
        self.assertGreater(push.pop("time"), 1600000000000)
        self.assertEqual(push, {"push": "msg", "to": "channel/" + channel, "event": "tick", "id": name,
                                "from": "clock", "data": {"a": [1, 2]}})

    def test_absent_keys_are_left_out(self):
        client = self.client()
        self.publish("session/" + client.id, None)
        client.must_push()
        self.assertEqual(keys(client.raw), ["push", "to", "time", "data"])

    def test_the_payload_is_passed_on_byte_for_byte(self):
        client = self.client()
        payload = '{"b" : 1.50,"a":"\\u00e4\\/é","n":12345678901234567890,"e":1e2}'
        self.backend.frames("session/" + client.id, payload)
        client.must_push()
        self.assertTrue(client.raw.endswith('"data":%s}' % payload), client.raw)

    def test_line_breaks_between_tokens_become_spaces(self):
        client = self.client()
        self.backend.frames("session/" + client.id, '{\r\n"a":\n1}')
        client.must_push()
        self.assertTrue(client.raw.endswith('"data":{  "a": 1}}'), client.raw)

    def test_every_kind_of_json_value_is_a_payload(self):
        client = self.client()
        for value in (None, True, 0, -1.5, "", "text", [], {}, [{"a": [None]}]):
            self.publish("session/" + client.id, value)
            self.assert_data(client, value)

    def test_the_largest_message_comes_whole(self):
        client = self.client()
        largest = "x" * (64 * 1024 - 2)
        self.publish("session/" + client.id, largest)
        self.assert_data(client, largest)

    def test_text_becomes_a_json_string(self):
        client = self.client()
        text = 'say "hi"\n\u00e4 \\ \x01'
        self.backend.frames("session/" + client.id, text, json.dumps({"type": "text"}))
        push = client.must_push()
        self.assertEqual(push["data"], text)
        self.assertNotIn("enc", push)

    def test_binary_becomes_base64(self):
        client = self.client()
        payload = bytes(range(256)) + b"\0"
        self.backend.frames("session/" + client.id, payload, json.dumps({"type": "binary"}))
        push = client.must_push()
        self.assertEqual(push["enc"], "base64")
        self.assertEqual(base64.b64decode(push["data"], validate=True), payload)
        self.assertEqual(keys(client.raw), ["push", "to", "time", "enc", "data"])

    def test_a_message_may_be_one_object(self):
        client = self.client()
        self.backend.frames(json.dumps({"to": "session/" + client.id, "data": {"a": 1}, "event": "e"}))
        push = client.must_push()
        self.assertEqual((push["data"], push["event"]), ({"a": 1}, "e"))

    def test_a_message_may_come_by_push_and_pull(self):
        client = self.client()
        pusher = Publisher(self.daemon, "push")
        self.addCleanup(pusher.close)
        pusher.publish("session/" + client.id, "pushed")
        self.assert_data(client, "pushed")

    def test_messages_of_one_publisher_keep_their_order(self):
        clients = self.clients(3)
        channel = self.name("news")
        for client in clients:
            client.ok("subscribe", {"channel": channel})
        for i in range(500):
            self.publish(("all", "channel/" + channel)[i % 2], i)
        for client in clients:
            self.assert_data(client, *range(500))


spread(globals(), Targets, Narrowing, Pushes)
if __name__ == "__main__":
    main()
