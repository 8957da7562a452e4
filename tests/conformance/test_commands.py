"""What clients say, and what they are answered (section 6.2 of the protocol)."""
import json

from suite import Ended, Facts, Poll, Sse, Ws, main, spread


class Replies(Facts):
    def test_seq_and_cmd_are_echoed(self):
        client = self.client()
        for seq in (1, 0, -5, 1.5, "a", "ä\"", 12345678901234567890):
            reply = client.say(json.dumps({"seq": seq, "cmd": "ping"}), seq)
            self.assertEqual(list(reply), ["seq", "cmd", "code", "data"])
            self.assertEqual((reply["seq"], reply["cmd"], reply["code"]), (seq, "ping", 200))

    def test_a_command_without_seq_is_answered_without(self):
        reply = self.client().say('{"cmd":"ping"}')
        self.assertEqual(list(reply), ["cmd", "code", "data"])

    def test_an_error_has_a_sentence(self):
        reply = self.client().command("jump")
        self.assertEqual(list(reply), ["seq", "cmd", "code", "error"])
        self.assertEqual((reply["cmd"], reply["code"]), ("jump", 1010))

    def test_a_seq_of_another_type_is_invalid(self):
        client = self.client()
        for seq in ("true", "{}", "[1]", '"%s"' % ("x" * 100)):
            self.assert_code(client.say('{"seq":%s,"cmd":"ping"}' % seq), 1001)

    def test_a_command_without_a_name_is_invalid(self):
        client = self.client()
        for text in ("{}", '{"seq":1}', '{"cmd":1}', '{"cmd":null}', '{"data":{}}'):
            self.assert_code(client.say(text), 1001)
        self.assert_code(client.command("ping"), 200)

    def test_an_unknown_command_is_1010(self):
        client = self.client()
        for name in ("", "PING", "nothing", "x" * 1000, "päng", "\u0000"):
            self.assert_code(client.command(name), 1010)
        self.assert_code(client.command("ping"), 200)

    def test_ping_tells_the_time_and_works_before_login(self):
        data = self.client().ok("ping")
        self.assertEqual(list(data), ["time"])
        self.assertGreater(data["time"], 1600000000000)

    def test_commands_are_counted(self):
        client = self.client()
        before = self.daemon.metric("muster_commands_total")
        client.ok("ping")
        client.ok("ping")
        self.assertEqual(self.daemon.metric("muster_commands_total"), before + 2)

    def test_a_reply_comes_among_pushes(self):
        client = self.client()
        for i in range(100):
            self.publish("session/" + client.id, i)
        client.ok("ping")
        self.assert_data(client, *range(100))


class Malformed(Facts):
    bad = ("", "ping", "{", '{"cmd":"ping"', '{"cmd":"ping",}', "1", "null", '"ping"', "{'cmd':'ping'}", "[1" * 50)

    def test_malformed_json_is_answered_1001_and_the_connection_stays(self):
        client = self.client()
        before = self.daemon.metric('muster_commands_refused_total{reason="malformed"}')
        for text in self.bad:
            self.assert_code(client.say(text), 1001)
        self.assert_code(client.command("ping"), 200)
        self.assert_nothing(client)
        self.assertEqual(self.daemon.metric('muster_commands_refused_total{reason="malformed"}'), before + 10)

    def test_the_eleventh_in_a_minute_ends_it_with_1008(self):
        client = self.client()
        self.hold(client)
        for text in self.bad:
            self.assert_code(client.say(text), 1001)
        try:
            client.say("{")
        except Ended:
            pass
        except AssertionError:
            if self.transport is not Ws:
                raise
        ended = client.wait_end()
        self.assertIn(ended.code, (1008, None) if self.transport is Sse else (1008,))
        self.assert_gone(client)

    def assert_gone(self, client):
        """For good: 1008 is no end to reconnect after."""
        with self.assertRaises(Ended) as ended:
            self.new(Ws).resume(client)
        self.assertEqual(ended.exception.code, 1008)
        with self.assertRaises(Ended) as ended:
            self.new(Poll).resume(client)
        self.assertEqual((ended.exception.code, ended.exception.reconnect), (1008, False))
        with self.assertRaises(Ended):  # 204
            self.new(Sse).resume(client)

    def test_wrong_parameters_are_no_malformed_json(self):
        client = self.client()
        for _ in range(15):
            self.assert_code(client.command("subscribe", {}), 1001)
        self.assert_code(client.command("ping"), 200)


class Rate(Facts):
    options = ("limits.command_rate=1", "limits.command_burst=5")

    def test_too_many_commands_are_1011_and_counted(self):
        client = self.client()
        name = 'muster_commands_refused_total{reason="rate"}'
        before = self.daemon.metric(name)
        codes = [client.command("ping")["code"] for _ in range(30)]
        self.assertEqual(codes[:5], [200] * 5)
        self.assertIn(1011, codes)
        self.assertEqual(set(codes), {200, 1011})
        self.assertEqual(self.daemon.metric(name), before + codes.count(1011))

    def test_acks_are_outside_of_it(self):
        client = self.client()
        for n in range(50):
            client.ack(n)
        self.assert_code(client.command("ping"), 200)

    def test_sessions_are_counted_apart(self):
        client, other = self.clients(2)
        while client.command("ping")["code"] == 200:
            pass
        self.assert_code(other.command("ping"), 200)


class Login(Facts):
    def test_it_answers_user_app_and_sid(self):
        client, user = self.client(), self.name("ann")
        data = client.ok("login", {"user": user, "app": "web"})
        self.assertEqual(data, {"user": user, "app": "web", "sid": client.sid})
        self.assertEqual(list(data), ["user", "app", "sid"])

    def test_the_app_of_the_attach_stays(self):
        app = self.name("app")
        client = self.client(app=app)
        self.assertEqual(client.ok("login", {"user": "ann"})["app"], app)
        self.assert_reaches("app/" + app, [client], [])

    def test_another_app_takes_the_place_of_the_first(self):
        one, two = self.name("app"), self.name("app")
        client = self.client(app=one)
        client.ok("login", {"user": "ann", "app": two})
        self.assert_reaches("app/" + two, [client], [])
        self.assert_reaches("app/" + one, [], [client])

    def test_a_second_login_changes_the_user(self):
        client, one, two = self.client(), self.name("ann"), self.name("bob")
        client.ok("login", {"user": one})
        client.ok("login", {"user": two})
        self.assert_reaches("user/" + two, [client], [])
        self.assert_reaches("user/" + one, [], [client])

    def test_logout_leaves_the_session_without_a_user(self):
        user, channel = self.name("ann"), self.name("news")
        client = self.client(user=user, channel=channel)
        self.assertEqual(list(client.command("logout")), ["seq", "cmd", "code"])
        self.assert_reaches("user/" + user, [], [client])
        self.assert_reaches("channel/" + channel, [client], [])

    def test_logout_without_login_is_1000(self):
        self.assert_code(self.client().command("logout"), 1000)

    def test_a_bad_user_is_1002(self):
        client = self.client()
        for user in ("", "x" * 129, "a\u0001b", 7, {}):
            self.assert_code(client.command("login", {"user": user}), 1002)

    def test_a_login_as_nobody_is_invalid(self):
        client = self.client()
        for data in (None, {}, [], {"app": "web"}):
            self.assertIn(client.command("login", data)["code"], (1001, 1002))

    def test_the_longest_user_is_128_bytes(self):
        client = self.client()
        self.assertEqual(client.ok("login", {"user": "ä" * 64})["user"], "ä" * 64)


class Subscribing(Facts):
    options = ("limits.subscriptions=4",)
    config = ('channel "members/*" {\n\tsubscribe = "users"\n}\n'
              'channel "quiet/*" {\n\tpresence = false\n}\n')

    def test_it_answers_the_channel_and_how_many_users_it_has(self):
        channel = self.name("room")
        self.client(channel=channel, user=self.name("ann"))
        data = self.client(user=self.name("bob")).ok("subscribe", {"channel": channel})
        self.assertEqual(data, {"channel": channel, "users": 2})

    def test_a_channel_without_presence_says_no_users(self):
        channel = self.name("quiet/room")
        self.assertEqual(self.client().ok("subscribe", {"channel": channel}), {"channel": channel})

    def test_presence_list_answers_who_is_there(self):
        channel, user = self.name("room"), self.name("ann")
        self.client(channel=channel, user=user, app="web")
        data = self.client().ok("subscribe", {"channel": channel, "presence": "list"})
        self.assertEqual(list(data), ["channel", "users", "presence"])
        (there,) = data["presence"]
        self.assertEqual(list(there), ["user", "app", "since", "state"])
        self.assertEqual((there["user"], there["app"], there["state"]), (user, "web", "active"))

    def test_a_list_is_answered_by_a_list(self):
        one, two = self.name("news"), self.name("members/room")
        client = self.client()
        data = client.ok("subscribe", {"channels": [{"channel": one}, {"channel": two}]})
        self.assertEqual([(entry["channel"], entry["code"]) for entry in data], [(one, 200), (two, 1000)])
        self.assertTrue(data[1]["error"])
        self.assert_reaches("channel/" + one, [client], [])
        self.assert_reaches("channel/" + two, [], [client])

    def test_subscribing_twice_is_subscribing_once(self):
        channel, client = self.name("news"), self.client()
        for _ in range(3):
            client.ok("subscribe", {"channel": channel})
        self.assert_reaches("channel/" + channel, [client], [])
        client.ok("unsubscribe", {"channel": channel})
        self.assert_reaches("channel/" + channel, [], [client])

    def test_a_bad_channel_name_is_1001(self):
        client = self.client()
        for channel in ("", "a b", "x" * 201, "$other", "a\u0007", 7, None):
            self.assert_code(client.command("subscribe", {"channel": channel}), 1001)

    def test_a_bad_presence_is_1001(self):
        self.assert_code(self.client().command("subscribe", {"channel": "a", "presence": "all"}), 1001)

    def test_what_was_missed_cannot_be_recovered_without_history(self):
        channel = self.name("news")
        for since in ({"epoch": "a", "offset": 1}, {"last": 5}):
            data = self.client().ok("subscribe", {"channel": channel, "since": since})
            self.assertIs(data["recovered"], False)

    def test_too_many_subscriptions_are_1013(self):
        client = self.client()
        channels = [self.name("news") for _ in range(5)]
        for channel in channels[:4]:
            client.ok("subscribe", {"channel": channel})
        self.assert_code(client.command("subscribe", {"channel": channels[4]}), 1013)
        client.ok("subscribe", {"channel": channels[0]})
        client.ok("unsubscribe", {"channel": channels[0]})
        client.ok("subscribe", {"channel": channels[4]})

    def test_a_channel_for_users_wants_a_login(self):
        channel, client = self.name("members/room"), self.client()
        self.assert_code(client.command("subscribe", {"channel": channel}), 1000)
        client.ok("login", {"user": self.name("ann")})
        client.ok("subscribe", {"channel": channel})
        self.assert_reaches("channel/" + channel, [client], [])

    def test_logout_leaves_the_channels_that_want_a_login(self):
        channel = self.name("members/room")
        client = self.client(user=self.name("ann"))
        client.ok("subscribe", {"channel": channel})
        client.ok("logout")
        self.assert_reaches("channel/" + channel, [], [client])

    def test_the_channel_of_another_app_is_1003(self):
        self.assert_code(self.client(app="web").command("subscribe", {"channel": "$app/" + self.name("app")}), 1003)

    def test_unsubscribe_answers_without_data(self):
        channel = self.name("news")
        client = self.client(channel=channel)
        self.assertEqual(list(client.command("unsubscribe", {"channel": channel})), ["seq", "cmd", "code"])

    def test_unsubscribing_from_where_one_is_not_is_an_error(self):
        self.assert_code(self.client().command("unsubscribe", {"channel": self.name("news")}), 1005)

    def test_a_reply_to_subscribe_comes_before_the_first_message(self):
        channel = self.name("news")
        client = self.client()
        client.ok("subscribe", {"channel": channel})
        self.publish("channel/" + channel, 1)
        self.assert_data(client, 1)


class FewChannels(Facts):
    options = ("limits.channels=2",)

    def test_a_channel_too_many_for_the_server_is_1013(self):
        client, channels = self.client(), [self.name("news") for _ in range(3)]
        for channel in channels[:2]:
            client.ok("subscribe", {"channel": channel})
        self.assert_code(client.command("subscribe", {"channel": channels[2]}), 1013)
        other = self.client(channel=channels)
        self.assertEqual([other.welcome["channels"][channel]["code"] for channel in channels], [200, 200, 1013])
        other.ok("unsubscribe", {"channel": channels[0]})
        client.ok("unsubscribe", {"channel": channels[0]})
        client.ok("subscribe", {"channel": channels[2]})


class Publishing(Facts):
    config = 'channel "chat/*" {\n\tclient_publish = "members"\n}\n'

    def test_a_member_publishes_where_members_may(self):
        channel, user = self.name("chat/room"), self.name("ann")
        client, other = self.client(channel=channel, user=user), self.client(channel=channel)
        reply = client.command("publish", {"channel": channel, "data": {"a": 1}, "event": "hi", "id": "m1"})
        self.assert_code(reply, 200)
        self.assertEqual(reply["data"], {"id": "m1"})
        for member in (client, other):
            push = member.must_push()
            self.assertEqual((push["to"], push["event"], push["id"], push["from"], push["data"]),
                             ("channel/" + channel, "hi", "m1", user, {"a": 1}))

    def test_nobody_publishes_without_the_right(self):
        chat, news = self.name("chat/room"), self.name("news")
        client = self.client(channel=news, user=self.name("ann"))
        self.assert_code(client.command("publish", {"channel": news, "data": 1}), 1003)
        self.assert_code(client.command("publish", {"channel": chat, "data": 1}), 1003)
        self.assert_code(client.command("publish", {"channel": "$all", "data": 1}), 1003)
        self.assert_nothing(client)

    def test_what_is_no_message_is_invalid(self):
        channel = self.name("chat/room")
        client = self.client(channel=channel)
        for data in ({}, {"channel": channel}, {"data": 1}, {"channel": channel, "data": 1, "event": ""},
                     {"channel": channel, "data": 1, "id": "x" * 129}, {"channel": channel, "data": 1, "event": "x" * 65}):
            self.assert_code(client.command("publish", data), 1001)
        self.assert_nothing(client)

    def test_an_id_counts_once_per_user(self):
        channel, user = self.name("chat/room"), self.name("ann")
        one, two = self.client(channel=channel, user=user), self.client(channel=channel, user=user)
        other = self.client(channel=channel, user=self.name("bob"))
        for client, data in ((one, 1), (two, 2), (other, 3)):
            client.ok("publish", {"channel": channel, "data": data, "id": "x"})
        for client in (one, two, other):
            self.assert_data(client, 1, 3)

    def test_ids_of_clients_are_apart_from_those_of_backends(self):
        channel, name = self.name("chat/room"), self.name("id")
        client = self.client(channel=channel, user=self.name("ann"))
        self.publish("channel/" + channel, "backend", id=name)
        self.assert_data(client, "backend")
        client.ok("publish", {"channel": channel, "data": "client", "id": name})
        self.assert_data(client, "client")

    def test_a_payload_of_a_client_is_passed_on_byte_for_byte(self):
        channel = self.name("chat/room")
        client = self.client(channel=channel)
        self.assert_code(client.say('{"cmd":"publish","data":{"channel":"%s","data": [1.0, "\\u00e4"]}}' % channel), 200)
        client.must_push()
        self.assertTrue(client.raw.endswith('"data":[1.0, "\\u00e4"]}'), client.raw)


class Asking(Facts):
    config = 'channel "quiet/*" {\n\tpresence = false\n}\n'

    def test_presence_answers_members_who_is_there(self):
        channel, users = self.name("room"), [self.name("ann"), self.name("bob")]
        client = self.client(channel=channel, user=users[0], app="web")
        self.client(channel=channel, user=users[1], app="web")
        self.client(channel=channel)
        data = client.ok("presence", {"channel": channel})
        self.assertEqual(list(data), ["users", "count"])
        self.assertEqual({(one["user"], one["app"], one["state"]) for one in data["users"]},
                         {(user, "web", "active") for user in users})
        self.assertEqual(data["count"], 2)

    def test_presence_is_for_members(self):
        channel = self.name("room")
        self.client(channel=channel)
        self.assert_code(self.client().command("presence", {"channel": channel}), 1003)
        self.assert_code(self.client().command("presence", {"channel": self.name("nowhere")}), 1003)

    def test_presence_is_not_told_where_it_is_off(self):
        channel = self.name("quiet/room")
        self.assert_code(self.client(channel=channel).command("presence", {"channel": channel}), 1003)

    def test_online_tells_the_status_of_users(self):
        ann, bob = self.name("ann"), self.name("bob")
        client = self.client(user=ann)
        data = client.ok("online", {"users": [ann, bob]})
        self.assertEqual(list(data), [ann, bob])
        self.assertEqual((data[ann]["online"], data[ann]["state"]), (True, "active"))
        self.assertGreater(data[ann]["since"], 1600000000000)
        self.assertIs(data[bob]["online"], False)

    def test_online_wants_a_login(self):
        self.assert_code(self.client().command("online", {"users": ["ann"]}), 1000)

    def test_online_takes_500_users(self):
        client = self.client(user=self.name("ann"))
        self.assertEqual(len(client.ok("online", {"users": ["u%d" % i for i in range(500)]})), 500)
        self.assert_code(client.command("online", {"users": ["u%d" % i for i in range(501)]}), 1001)
        for users in ([], "ann", None):
            self.assert_code(client.command("online", {"users": users}), 1001)
        self.assertIn(client.command("online", {"users": [""]})["code"], (1001, 1002))

    def test_state_is_seen_by_others(self):
        channel, user = self.name("room"), self.name("ann")
        client, other = self.client(channel=channel, user=user), self.client(channel=channel, user=self.name("bob"))
        for state in ("idle", "hidden", "active"):
            self.assertEqual(list(client.command("state", {"state": state})), ["seq", "cmd", "code"])
            seen = {one["user"]: one["state"] for one in other.ok("presence", {"channel": channel})["users"]}
            self.assertEqual(seen[user], state)
            self.assertEqual(other.ok("online", {"users": [user]})[user]["state"], state)

    def test_a_user_is_as_active_as_his_most_active_tab(self):
        user = self.name("ann")
        one, two = self.client(user=user), self.client(user=user)
        one.ok("state", {"state": "hidden"})
        self.assertEqual(one.ok("online", {"users": [user]})[user]["state"], "active")
        two.ok("state", {"state": "idle"})
        self.assertEqual(one.ok("online", {"users": [user]})[user]["state"], "idle")

    def test_an_unknown_state_is_1001(self):
        for data in ({"state": "asleep"}, {}, None):
            self.assert_code(self.client().command("state", data), 1001)

    def test_ack_has_no_reply(self):
        client = self.client()
        client.ack(0)
        self.assertEqual(client.say('{"cmd":"ping"}')["cmd"], "ping")

    def test_a_wrong_ack_is_1001(self):
        client = self.client()
        for data in ({}, {"n": -1}, {"n": "1"}, {"n": 1.5}, None):
            self.assert_code(client.command("ack", data), 1001)

    def test_close_is_answered_and_then_the_transport_ends(self):
        client = self.client()
        self.hold(client)
        self.assertEqual(list(client.command("close")), ["seq", "cmd", "code"])
        ended = client.wait_end()
        self.assertIn(ended.code, (1000, None) if self.transport is Sse else (1000,))


spread(globals(), Replies, Malformed, Rate, Login, Subscribing, FewChannels, Publishing, Asking)
if __name__ == "__main__":
    main()
