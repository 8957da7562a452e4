"""POST /send: the way up of those who have no way up."""
import json

from suite import Facts, Poll, Sse, connect_http, exchange, main, spread

SID = "AAAAAAAAAAAAAAAAAAAAAA"


class Send(Facts):
    def send(self, client, body):
        return self.daemon.request("POST", "/send?sid=" + client.sid, body, {"Content-Type": "application/json"})

    def commands(self, count):
        return json.dumps([{"seq": i, "cmd": "ping"} for i in range(count)])

    def test_one_command_is_answered_by_its_reply(self):
        answer = self.send(self.client(), '{"seq":1,"cmd":"ping"}')
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual((answer.json()["seq"], answer.json()["code"]), (1, 200))

    def test_an_array_is_answered_by_the_replies_in_order(self):
        client = self.client()
        channel = self.name("news")
        answer = self.send(client, json.dumps([
            {"seq": "a", "cmd": "subscribe", "data": {"channel": channel}}, {"seq": "b", "cmd": "ping"},
            {"seq": "c", "cmd": "nonsense"}, {"seq": "d", "cmd": "unsubscribe", "data": {"channel": channel}}]))
        self.assertEqual([(reply["seq"], reply["code"]) for reply in answer.json()],
                         [("a", 200), ("b", 200), ("c", 1010), ("d", 200)])

    def test_100_commands_are_taken(self):
        answer = self.send(self.client(), self.commands(100))
        self.assertEqual([reply["seq"] for reply in answer.json()], list(range(100)))

    def test_101_commands_are_refused_with_one_reply(self):
        client = self.client()
        before = self.daemon.metric("muster_commands_total")
        answer = self.send(client, self.commands(101))
        self.assertEqual(answer.status, 200)
        self.assert_code(answer.json(), 1012)
        self.assertEqual(self.daemon.metric("muster_commands_total"), before + 1)  # none of the 101

    def test_an_empty_array_is_invalid(self):
        answer = self.send(self.client(), "[]")
        self.assertEqual(answer.status, 200)
        self.assert_code(answer.json(), 1001)

    def test_an_array_with_something_else_in_it_answers_that_with_1001(self):
        answer = self.send(self.client(), '[{"seq":1,"cmd":"ping"},7]')
        self.assertEqual([reply["code"] for reply in answer.json()], [200, 1001])

    def test_an_ack_has_no_reply(self):
        client = self.client()
        answer = self.send(client, '{"cmd":"ack","data":{"n":0}}')
        self.assertEqual((answer.status, answer.json()), (200, {}))
        answer = self.send(client, '[{"cmd":"ack","data":{"n":0}},{"seq":2,"cmd":"ping"}]')
        self.assertEqual([reply["seq"] for reply in answer.json()], [2])

    def test_malformed_json_is_200_with_1001(self):
        answer = self.send(self.client(), "{nonsense")
        self.assertEqual(answer.status, 200)
        self.assert_code(answer.json(), 1001)

    def test_an_unknown_session_is_410(self):
        for sid in (SID, "short"):
            answer = self.daemon.request("POST", "/send?sid=" + sid, '{"cmd":"ping"}')
            self.assertEqual(answer.status, 410)
            self.assertEqual(list(answer.json()), ["code", "error", "close", "reconnect"])
            self.assertEqual(answer.json()["code"], 1014)

    def test_no_sid_is_400(self):
        self.assertEqual(self.daemon.request("POST", "/send", '{"cmd":"ping"}').status, 400)

    def test_too_large_a_body_is_413(self):
        client = self.client()
        answer = self.send(client, '{"cmd":"ping","data":"%s"}' % ("x" * 300000))
        self.assertEqual(answer.status, 413)
        self.assertEqual(self.send(client, '{"cmd":"ping"}').status, 200)

    def test_the_largest_message_fits(self):
        client = self.client()
        answer = self.send(client, '{"cmd":"ping","data":"%s"}' % ("x" * 65000))
        self.assert_code(answer.json(), 200)

    def test_a_beacon_at_unload_closes_the_session(self):
        client = self.client()
        self.hold(client)
        answer = self.daemon.request("POST", "/send?sid=" + client.sid, '{"cmd":"close"}',
                                     {"Content-Type": "text/plain;charset=UTF-8"})
        self.assert_code(answer.json(), 200)
        client.wait_end()

    def test_many_requests_on_one_connection(self):
        clients = self.clients(3)
        connection = connect_http(self.daemon.public())
        self.addCleanup(connection.close)
        for i in range(60):
            answer = exchange(connection, "POST", "/send?sid=" + clients[i % 3].sid, '{"seq":%d,"cmd":"ping"}' % i)
            self.assertEqual(answer.json()["seq"], i)


spread(globals(), Send, transports=(Sse, Poll))
if __name__ == "__main__":
    main()
